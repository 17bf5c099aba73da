//! A store in memory that breaks one promise.

mod fault;
mod list;
mod order;
mod snapshots;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use eventsourcing::error::{CommitError, Conflict, ReadError, StoreError};
use eventsourcing::store::{
    Append, BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, Receipt, SnapshotStore, StoreId,
    StoredEvent, StreamList, StreamPage, StreamRead, Turns, Visit,
};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{CommitId, MemoryStore, Position, StreamId, Version};
use uuid::Uuid;

pub use self::fault::Fault;
use self::order::Yield;

/// A store with one [`Fault`]; a clone is another handle.
#[derive(Clone, Debug)]
pub struct Broken {
    inner: MemoryStore,
    fault: Fault,
}

impl Broken {
    /// An empty store with this fault.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { inner: MemoryStore::new(), fault }
    }

    /// What becomes of an append before it is stored.
    fn append(&self, commit: &mut Commit, append: &Append<'_>, expected: Version) {
        let folded = || append.stream.aggregate().to_lowercase();
        let stream = append.stream.clone();
        let stream = if self.fault == Fault::FoldsNames { StreamId::new(folded(), stream.id()) } else { stream };
        let mut appending = commit.append(stream, expected).unwrap();
        for event in append.events() {
            let payload = match self.fault {
                Fault::TrimsPayloads => event.payload.trim_ascii(),
                Fault::CutsPayloads => &event.payload[..event.payload.len().min(1 << 20)],
                _ => event.payload,
            };
            appending = appending.event(event.name.clone(), event.schema_version, payload).unwrap();
        }
    }

    fn date(&self, rebuilt: &mut Commit, commit: &Commit) {
        if let Some(time) = commit.recorded_at().filter(|_| self.fault != Fault::IgnoresTimes) {
            rebuilt.set_recorded_at(time);
        }
    }

    fn rebuilt(&self, commit: &Commit, id: CommitId, takes: impl Fn(&Append<'_>) -> bool) -> Commit {
        let mut rebuilt = Commit::with_id(id);
        rebuilt.set_metadata(commit.metadata().unwrap_or_default()).unwrap();
        self.date(&mut rebuilt, commit);
        for append in commit.appends().filter(takes) {
            self.append(&mut rebuilt, &append, append.expected);
        }
        for snapshot in commit.snapshots().iter().filter(|_| self.fault != Fault::ForgetsSnapshots) {
            rebuilt.add_snapshot(snapshot.clone());
        }
        rebuilt
    }

    async fn broken_commit(&self, commit: Commit, unstored: Option<Receipt>) -> Result<Committed, CommitError> {
        let store = &self.inner;
        if self.fault == Fault::ReadsTwice {
            // A reader's two reads then have commits between them.
            thread::sleep(Duration::from_micros(300));
        }
        let result = match self.fault {
            Fault::StoresInParts => {
                let (mut first, mut last) = (Position::MAX, Position::default());
                for append in commit.appends() {
                    let mut part = Commit::with_id(CommitId::named(&format!("{} {}", commit.id(), append.stream)));
                    self.date(&mut part, &commit);
                    self.append(&mut part, &append, append.expected);
                    let committed = store.commit(part).await?;
                    (first, last) = (first.min(committed.first), committed.last);
                    thread::sleep(Duration::from_micros(300));
                    Yield::default().await;
                }
                Ok(Committed { first, last, repeated: false })
            }
            Fault::SkipsEmptyAppends => {
                store.commit(self.rebuilt(&commit, commit.id(), |append| append.events().len() > 0)).await
            }
            Fault::BelievesHints => {
                let head = store.head().await?;
                match commit.appends().find(|append| append.last_position.is_some_and(|hint| hint != head)) {
                    Some(append) => Err(Conflict::new(append.stream.clone(), append.expected, append.expected).into()),
                    None => store.commit(commit.clone()).await,
                }
            }
            Fault::ForgetsIds => store.commit(self.rebuilt(&commit, CommitId::new(), |_| true)).await,
            Fault::ForgetsMadeIds if !commit.is_given() => {
                let id = CommitId::named(&commit.id().to_string());
                store.commit(self.rebuilt(&commit, id, |_| true)).await
            }
            _ => {
                let mut rebuilt = self.rebuilt(&commit, commit.id(), |_| true);
                if let Some(receipt) = unstored {
                    rebuilt.follow(receipt);
                }
                store.commit(rebuilt).await
            }
        };
        if self.fault == Fault::KeepsSnapshotsAlways {
            for snapshot in commit.snapshots() {
                store.save_snapshot(snapshot.clone()).await?;
            }
        }
        match (self.fault, result) {
            (Fault::StoresAPart, Err(error)) => {
                let first = commit.appends().next().map(|append| append.stream.clone());
                let part = self.rebuilt(&commit, CommitId::new(), |append| Some(append.stream) == first.as_ref());
                let _ = store.commit(part).await;
                Err(error)
            }
            (Fault::CorrectsVersions, Err(CommitError::Conflict(conflict))) => {
                let mut corrected = Commit::with_id(commit.id());
                self.date(&mut corrected, &commit);
                let mut versions = HashMap::from([(conflict.stream, conflict.actual)]);
                for append in commit.appends() {
                    let next = versions.entry(append.stream.clone()).or_insert(append.expected);
                    self.append(&mut corrected, &append, *next);
                    *next += append.events().len() as u64;
                }
                store.commit(corrected).await
            }
            (Fault::ChecksNothing, Err(CommitError::Conflict(_))) => Ok(committed(1, 1)),
            (Fault::HidesRepeats, Ok(committed)) => Ok(Committed { repeated: false, ..committed }),
            (Fault::CountsFromZero, Ok(committed)) => {
                Ok(Committed { first: committed.first.previous(), last: committed.last.previous(), ..committed })
            }
            (Fault::MisplacesEmptyCommits, Ok(_)) if commit.is_empty() => Ok(committed(1, 0)),
            (_, result) => result,
        }
    }

    fn broken_event<'e>(&self, event: StoredEvent<'e>) -> StoredEvent<'e> {
        match self.fault {
            Fault::LosesMetadata if event.version > 1 => StoredEvent { metadata: None, ..event },
            Fault::CountsFromZero => StoredEvent { position: event.position.previous(), ..event },
            _ => event,
        }
    }

    fn broken_page<P>(&self, page: Page<P>) -> Page<P> {
        if self.fault == Fault::HasNoMore { Page { more: false, ..page } } else { page }
    }
}

type Reading<'a, P> = BoxFuture<'a, Result<Page<P>, ReadError>>;

fn committed(first: u64, last: u64) -> Committed {
    Committed { first: first.into(), last: last.into(), repeated: false }
}

impl EventStore for Broken {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(self.commit_in_order(commit))
    }

    fn turns(&self) -> Option<&Turns> {
        self.inner.turns()
    }

    fn read_stream<'a>(&'a self, mut read: StreamRead, visit: &'a mut Visit<'_>) -> Reading<'a, Version> {
        match self.fault {
            Fault::ReadsForward => read.backward = false,
            Fault::IgnoresLimits => read.limit = usize::MAX,
            Fault::SignsNumbers if i64::try_from(read.from.get()).is_err() => read.from = 0.into(),
            Fault::FoldsNames => read.stream = StreamId::new(read.stream.aggregate().to_lowercase(), read.stream.id()),
            _ => {}
        }
        Box::pin(async move {
            let mut altered = |event: StoredEvent<'_>| visit(self.broken_event(event));
            if self.fault == Fault::ReadsTwice && read.limit == 2 {
                self.inner.read_stream(read.clone().limit(1), &mut altered).await?;
                thread::sleep(Duration::from_micros(300));
                let mut first = true;
                let mut rest = |event: StoredEvent<'_>| {
                    if std::mem::take(&mut first) { ControlFlow::Continue(()) } else { altered(event) }
                };
                return self.inner.read_stream(read, &mut rest).await;
            }
            self.inner.read_stream(read, &mut altered).await.map(|page| self.broken_page(page))
        })
    }

    fn read_log<'a>(&'a self, mut read: LogRead, visit: &'a mut Visit<'_>) -> Reading<'a, Position> {
        if self.fault == Fault::IgnoresFilters {
            read.events.clear();
        }
        Box::pin(async move {
            let after = read.after;
            let mut altered = |event: StoredEvent<'_>| visit(self.broken_event(event));
            match self.inner.read_log(read, &mut altered).await {
                Err(ReadError::Ahead { .. }) if self.fault == Fault::WaitsForWhatIsLost => {
                    Ok(Page { reached: after, more: false })
                }
                page => page.map(|page| self.broken_page(page)),
            }
        })
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(self.broken_list(list))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        let lag = u64::from(self.fault == Fault::HeadLagsBehind);
        Box::pin(async move { self.inner.head().await.map(|head| head.saturating_sub(lag)) })
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        if self.fault == Fault::NeverWaits { self.inner.head() } else { self.inner.wait_past(position) }
    }

    fn id(&self) -> StoreId {
        if self.fault == Fault::SharesItsId { StoreId::from(Uuid::max()) } else { self.inner.id() }
    }

    fn limits(&self) -> Limits {
        match self.fault {
            Fault::TakesTooLittle => Limits::FLOOR.events(Limits::FLOOR.max_events - 1),
            Fault::TakesMoreThanItSays => Limits::FLOOR,
            _ => Limits::MAX,
        }
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl Harness for Broken {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.clone())
    }

    fn reopen(&mut self) {
        if self.fault == Fault::ForgetsAll {
            self.inner = MemoryStore::new();
        }
    }

    fn damage(&mut self, position: Position) {
        if self.fault != Fault::OverlooksDamage {
            self.inner.damage(position);
        }
    }
}
