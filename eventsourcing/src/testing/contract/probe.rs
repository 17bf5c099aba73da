//! What every test of the contract does with a store: it calls it, and takes what comes out of it apart.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::ops::ControlFlow;
use std::sync::Arc;

use uuid::Uuid;

use super::ranks::{Ranks, StoredRanks};
use super::seen::SeenEvent;
use super::wait::{must, wait};
use super::{Calls, Harness};
use crate::error::{CommitError, Conflict, ReadError};
use crate::store::{
    Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamList, StreamPage,
    StreamRead,
};
use crate::stream::{Position, StreamId, Version};

/// A store, called through one kind of its entry points. It is asked by [ranks](Ranks) and answers by them.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) store: Arc<dyn EventStore>,
    ranks: Ranks,
}

impl Probe {
    pub(super) fn new(harness: &dyn Harness, calls: Calls) -> Self {
        let store = harness.store();
        Self { store: if calls == Calls::Blocking { store.blocking() } else { store }, ranks: Ranks::default() }
    }

    /// Another one, which knows the ranks that were known before the store was damaged.
    pub(super) fn after_damage(harness: &dyn Harness, calls: Calls, ranks: Ranks) -> Self {
        Self { ranks, ..Self::new(harness, calls) }
    }

    /// What is known of the positions of the events.
    pub(super) fn ranks(&self) -> Ranks {
        self.position(u64::MAX);
        self.ranks.clone()
    }

    /// The position of the event of this rank.
    pub(super) fn position(&self, rank: u64) -> Position {
        self.ranks.position(&*self.store, rank)
    }

    /// How many events stand up to a position.
    pub(super) fn rank(&self, position: Position) -> u64 {
        self.ranks.rank(&*self.store, position)
    }

    /// Where a commit is stored.
    #[track_caller]
    pub(super) fn stored(&self, committed: Committed) -> StoredRanks {
        self.ranks.stored(&*self.store, committed)
    }

    pub(super) fn try_commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        wait("commit", self.store.commit(commit))
    }

    /// Commits, and asks where it is stored.
    #[track_caller]
    pub(super) fn commit(&self, commit: Commit) -> StoredRanks {
        self.stored(must("a commit", self.try_commit(commit)))
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

    pub(super) fn try_stream(&self, read: StreamRead) -> (Vec<SeenEvent>, Result<Page<Version>, ReadError>) {
        let mut seen = Vec::new();
        let mut visit = |event: StoredEvent<'_>| {
            seen.push(SeenEvent::from(event));
            ControlFlow::Continue(())
        };
        let page = wait("read_stream", self.store.read_stream(read, &mut visit));
        (self.ranked(seen), page)
    }

    /// Reads after a rank, and says by a rank how far the page came.
    pub(super) fn try_log(&self, read: LogRead) -> (Vec<SeenEvent>, Result<Page<u64>, ReadError>) {
        let read = self.after_rank(read);
        let mut seen = Vec::new();
        let mut visit = |event: StoredEvent<'_>| {
            seen.push(SeenEvent::from(event));
            ControlFlow::Continue(())
        };
        let page = wait("read_log", self.store.read_log(read, &mut visit));
        (self.ranked(seen), page.map(|page| Page { reached: self.rank(page.reached), more: page.more }))
    }

    /// The same after the position of the event whose rank it gives.
    pub(super) fn after_rank(&self, read: LogRead) -> LogRead {
        let after = self.position(read.after.get());
        LogRead { after, ..read }
    }

    fn ranked(&self, mut seen: Vec<SeenEvent>) -> Vec<SeenEvent> {
        for event in &mut seen {
            event.rank = self.rank(event.position);
        }
        seen
    }

    /// One page of a stream.
    #[track_caller]
    pub(super) fn stream_page(&self, read: StreamRead) -> (Vec<SeenEvent>, Page<Version>) {
        let (seen, page) = self.try_stream(read);
        (seen, must("reading a stream", page))
    }

    /// One page of the log.
    #[track_caller]
    pub(super) fn log_page(&self, read: LogRead) -> (Vec<SeenEvent>, Page<u64>) {
        let (seen, page) = self.try_log(read);
        (seen, must("reading the log", page))
    }

    /// All events of a stream.
    #[track_caller]
    pub(super) fn stream(&self, stream: &StreamId) -> Vec<SeenEvent> {
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
    pub(super) fn log(&self, mut read: LogRead) -> Vec<SeenEvent> {
        let mut all = Vec::new();
        loop {
            let (seen, page) = self.log_page(read.clone());
            all.extend(seen);
            if !page.more {
                return all;
            }
            assert!(
                page.reached > read.after.get(),
                "a page with more to come must come further: {page:?} of {read:?}"
            );
            read.after = page.reached.into();
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
        self.rank(must("asking for the head", head))
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
    pub(super) fn wait_past(&self, after: u64) -> u64 {
        let after = self.position(after);
        let head = must("waiting for an event", wait("wait_past", self.store.wait_past(after)));
        assert!(head > after, "`wait_past({after})` returned {head}: there is nothing new up to there");
        self.rank(head)
    }
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
pub(super) const fn stored(first: u64, last: u64) -> StoredRanks {
    StoredRanks { first, last, repeated: false }
}

/// Where a commit stands that was stored before.
pub(super) const fn repeated(first: u64, last: u64) -> StoredRanks {
    StoredRanks { first, last, repeated: true }
}

/// How far a page came, to compare.
pub(super) fn came_to<P: From<u64>>(reached: u64, more: bool) -> Page<P> {
    Page { reached: reached.into(), more }
}
