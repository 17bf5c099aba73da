//! What every test of the contract does with a store: it calls it, and takes what comes out of it apart.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::{self, Debug, Display};
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_timer::Delay;
use pollster::block_on;
use uuid::Uuid;

use super::{Calls, Harness};
use crate::error::{CommitError, Conflict, ReadError};
use crate::store::{
    Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamList, StreamPage,
    StreamRead,
};
use crate::stream::{Position, StreamId, Version};

/// How long a call may take before a test gives up: far more than any store needs, so that only one that hangs is met by it.
const DEADLINE: Duration = Duration::from_secs(30);

/// A store, called through one kind of its entry points.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) store: Arc<dyn EventStore>,
}

/// An event as it was read, kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) position: Position,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) name: String,
    pub(super) schema_version: u32,
    pub(super) payload: Vec<u8>,
    pub(super) metadata: Option<Vec<u8>>,
    pub(super) recorded_at: i64,
}

/// In one line, with bytes as text: this is what a failed test shows.
impl Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, stream, version, name, schema_version, .. } = self;
        let payload = self.payload.escape_ascii();
        write!(f, "{position}: {stream} version {version}, {name:?} of schema {schema_version}, {payload}")?;
        let metadata = self.metadata.iter().try_for_each(|metadata| write!(f, ", {}", metadata.escape_ascii()));
        metadata.and_then(|()| write!(f, ", at {}", self.recorded_at))
    }
}

impl From<StoredEvent<'_>> for Seen {
    fn from(event: StoredEvent<'_>) -> Self {
        Self {
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            name: event.name.to_owned(),
            schema_version: event.schema_version,
            payload: event.payload.to_vec(),
            metadata: event.metadata.map(<[u8]>::to_vec),
            recorded_at: event.recorded_at,
        }
    }
}

impl Probe {
    pub(super) fn new(harness: &dyn Harness, calls: Calls) -> Self {
        let store = harness.store();
        Self { store: if calls == Calls::Blocking { store.blocking() } else { store } }
    }

    pub(super) fn try_commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        wait("commit", self.store.commit(commit))
    }

    /// Commits, and asks for the positions that come back.
    #[track_caller]
    pub(super) fn commit(&self, commit: Commit) -> Committed {
        must("a commit", self.try_commit(commit))
    }

    /// Commits, and asks for a conflict.
    #[track_caller]
    pub(super) fn conflict(&self, commit: Commit) -> Conflict {
        match self.try_commit(commit) {
            Err(CommitError::Conflict(conflict)) => conflict,
            Err(error) => panic!("a wrong expected version is a conflict, not: {error}"),
            Ok(committed) => panic!("a wrong expected version is a conflict, not {committed:?}"),
        }
    }

    pub(super) fn try_stream(&self, read: StreamRead) -> (Vec<Seen>, Result<Page<Version>, ReadError>) {
        let mut seen = Vec::new();
        let mut visit = |event: StoredEvent<'_>| {
            seen.push(Seen::from(event));
            ControlFlow::Continue(())
        };
        let page = wait("read_stream", self.store.read_stream(read, &mut visit));
        (seen, page)
    }

    pub(super) fn try_log(&self, read: LogRead) -> (Vec<Seen>, Result<Page<Position>, ReadError>) {
        let mut seen = Vec::new();
        let mut visit = |event: StoredEvent<'_>| {
            seen.push(Seen::from(event));
            ControlFlow::Continue(())
        };
        let page = wait("read_log", self.store.read_log(read, &mut visit));
        (seen, page)
    }

    /// One page of a stream.
    #[track_caller]
    pub(super) fn stream_page(&self, read: StreamRead) -> (Vec<Seen>, Page<Version>) {
        let (seen, page) = self.try_stream(read);
        (seen, must("reading a stream", page))
    }

    /// One page of the log.
    #[track_caller]
    pub(super) fn log_page(&self, read: LogRead) -> (Vec<Seen>, Page<Position>) {
        let (seen, page) = self.try_log(read);
        (seen, must("reading the log", page))
    }

    /// All events of a stream.
    #[track_caller]
    pub(super) fn stream(&self, stream: &StreamId) -> Vec<Seen> {
        let mut all = Vec::new();
        let mut read = StreamRead::new(stream.clone());
        loop {
            let (seen, page) = self.stream_page(read.clone());
            all.extend(seen);
            if !page.more {
                return all;
            }
            assert!(page.reached >= read.from, "a page with more to come must come further: {page:?} of {read:?}");
            read.advance(page);
        }
    }

    /// All events of the log that are asked for.
    #[track_caller]
    pub(super) fn log(&self, mut read: LogRead) -> Vec<Seen> {
        let mut all = Vec::new();
        loop {
            let (seen, page) = self.log_page(read.clone());
            all.extend(seen);
            if !page.more {
                return all;
            }
            assert!(page.reached > read.after, "a page with more to come must come further: {page:?} of {read:?}");
            read.after = page.reached;
        }
    }

    /// One page of a list.
    #[track_caller]
    pub(super) fn list(&self, list: StreamList) -> StreamPage {
        let page = wait("list_streams", self.store.list_streams(list));
        must("listing streams", page)
    }

    #[track_caller]
    pub(super) fn head(&self) -> u64 {
        let head = wait("head", self.store.head());
        must("asking for the head", head).get()
    }

    #[track_caller]
    pub(super) fn save(&self, snapshot: StoredSnapshot) {
        if let Some(snapshots) = self.store.snapshots() {
            must("saving a snapshot", wait("save_snapshot", snapshots.save_snapshot(snapshot)));
        }
    }

    /// What is to be read where this snapshot was saved: none from a store that keeps none.
    pub(super) fn kept<S>(&self, snapshot: S) -> Option<S> {
        self.store.snapshots().map(|_| snapshot)
    }

    #[track_caller]
    pub(super) fn snapshot(&self, read: SnapshotRead) -> Option<StoredSnapshot> {
        let found = wait("read_snapshot", self.store.snapshots()?.read_snapshot(read));
        must("reading a snapshot", found)
    }

    /// Waits for an event after a position.
    #[track_caller]
    pub(super) fn wait_past(&self, after: impl Into<Position>) -> u64 {
        let after = after.into();
        let head = must("waiting for an event", wait("wait_past", self.store.wait_past(after)));
        assert!(head > after, "`wait_past({after})` returned {head}: there is nothing new up to there");
        head.get()
    }
}

/// A future's value on this thread; a test fails here rather than hang.
#[track_caller]
pub(super) fn wait<T>(what: &str, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut deadline = pin!(Delay::new(DEADLINE));
    let value = block_on(poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    }));
    value.unwrap_or_else(|| panic!("`{what}` did not return within {DEADLINE:?}"))
}

/// The value, where an error is a failed test.
#[track_caller]
pub(super) fn must<T, E: Display + Debug>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{what} failed: {error} ({error:?})"))
}

/// A stream of the tests, by its number.
pub(super) fn stream(number: u128) -> StreamId {
    StreamId::new("Account", Uuid::from_u128(number))
}

/// A commit with events of these names to one stream.
#[track_caller]
pub(super) fn commit(stream: &StreamId, expected: impl Into<Version>, events: &[&'static str]) -> Commit {
    with(Commit::new(), stream, expected, events)
}

/// The same commit and events of these names to one more stream.
#[track_caller]
pub(super) fn with(
    mut commit: Commit,
    stream: &StreamId,
    expected: impl Into<Version>,
    events: &[&'static str],
) -> Commit {
    let mut append = must("an append", commit.append(stream.clone(), expected));
    for event in events {
        append = must("an event", append.event(*event, 1, format!(r#"{{"is":"{event}"}}"#).as_bytes()));
    }
    commit
}

/// A commit with one event of this payload.
#[track_caller]
pub(super) fn payload(stream: &StreamId, expected: impl Into<Version>, payload: &[u8]) -> Commit {
    let mut commit = Commit::new();
    let append = must("an append", commit.append(stream.clone(), expected));
    must("an event", append.event("Paid", 1, payload));
    commit
}

/// Where a commit stands that was stored just now.
pub(super) fn stored(first: impl Into<Position>, last: impl Into<Position>) -> Committed {
    let (first, last) = (first.into(), last.into());
    Committed { first, last, repeated: false }
}

/// Where a commit stands that was stored before.
pub(super) fn repeated(first: impl Into<Position>, last: impl Into<Position>) -> Committed {
    let (first, last) = (first.into(), last.into());
    Committed { first, last, repeated: true }
}

/// The names of events, to compare.
pub(super) fn names(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|event| event.name.as_str()).collect()
}

/// The positions of events, to compare.
pub(super) fn positions(seen: &[Seen]) -> Vec<u64> {
    seen.iter().map(|event| event.position.get()).collect()
}

/// How far a page came, to compare.
pub(super) fn came_to<P: From<u64>>(reached: u64, more: bool) -> Page<P> {
    Page { reached: reached.into(), more }
}
