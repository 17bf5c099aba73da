//! SQLite and memory, driven with the same random commits, conflicts, repeats, reopenings and reads: no difference is found.
//!
//! The seed of a failure is kept in `regressions.txt` beside this file and tried first from then on; commit it.

mod steps;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventsourcing::error::{CommitError, Conflict, ReadError};
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, Committed, EventStore, LogRead, Page, StoredEvent, StreamRead};
use eventsourcing::{CommitId, MemoryStore, Position, SqliteStore, StreamId, Version};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner};
use tempfile::TempDir;
use uuid::Uuid;

use crate::steps::{AGGREGATES, Calls, Expected, IDS, Name, NewAppend, Step, step};

/// How long to look for a difference.
const TIME: Duration = Duration::from_secs(12);

/// How many cases to run between two looks at the clock.
const BATCH: u32 = 10;

/// Both stores.
struct Pair {
    folder: TempDir,
    model: MemoryStore,
    sqlite: Option<SqliteStore>,
    sent: Vec<Commit>,
}

impl Pair {
    fn new() -> Self {
        let mut pair =
            Self { folder: tempfile::tempdir().unwrap(), model: MemoryStore::new(), sqlite: None, sent: Vec::new() };
        pair.reopen();
        pair
    }

    fn reopen(&mut self) {
        drop(self.sqlite.take());
        // Without a sync for each commit, which changes no result and lets more cases be tried.
        let settings = SqliteStore::builder().durability(Durability::Normal);
        self.sqlite = Some(settings.open(self.folder.path().join("store.db")).unwrap());
    }

    fn sqlite(&self) -> &SqliteStore {
        self.sqlite.as_ref().unwrap()
    }

    fn both(&self) -> [Arc<dyn EventStore>; 2] {
        [Arc::new(self.sqlite().clone()), Arc::new(self.model.clone())]
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Commit { id, appends, metadata } => {
                let commit = self.make(id, appends, *metadata);
                self.sent.push(commit.clone());
                self.commit(&commit)?;
            }
            Step::Again { which } if !self.sent.is_empty() => {
                let commit = which.get(&self.sent).clone();
                self.commit(&commit)?;
            }
            Step::Again { .. } => {}
            Step::ReadStream { stream, from, to, backward, limit, cut, through } => {
                let read = StreamRead::new(stream_id(*stream)).versions(*from..=*to).limit(*limit);
                let read = if *backward { read.backward() } else { read };
                let [found, expected] = self.both().map(|store| read_stream(store, read.clone(), *cut, *through));
                prop_assert_eq!(found, expected, "{:?}", read);
            }
            Step::ReadLog { after, aggregates, events, limit, cut, through } => {
                let read = LogRead::after(*after).limit(*limit);
                let read = read.aggregates(aggregates.iter().copied()).events(events.iter().copied());
                let [found, expected] = self.both().map(|store| read_log(store, read.clone(), *cut, *through));
                prop_assert_eq!(found, expected, "{:?}", read);
            }
            Step::Reopen => self.reopen(),
        }
        prop_assert_eq!(self.sqlite().blocking().head().unwrap(), self.model.blocking().head().unwrap());
        Ok(())
    }

    fn make(&self, id: &Name, appends: &[NewAppend], metadata: Option<u8>) -> Commit {
        let mut commit = match id {
            Name::Made => Commit::new(),
            Name::Given(number) => Commit::with_id(CommitId::named(&number.to_string())),
            Name::Known(which) => {
                let given: Vec<CommitId> = self.sent.iter().filter(|sent| sent.is_given()).map(Commit::id).collect();
                Commit::with_id(if given.is_empty() { CommitId::new() } else { *which.get(&given) })
            }
        };
        if let Some(number) = metadata {
            commit.set_metadata(format!(r#"{{"actor":"{number}"}}"#).as_bytes()).unwrap();
        }
        let mut added = [0; AGGREGATES.len() * IDS as usize];
        for append in appends {
            let stream = stream_id(append.stream);
            let at = version(&self.model, &stream) + added[append.stream];
            let expected = match append.expected {
                Expected::Right => at,
                Expected::Off(by) => at.saturating_add_signed(by.into()),
                Expected::Huge => u64::MAX,
            };
            added[append.stream] += append.events.len() as u64;
            let mut appending = commit.append(stream, expected).unwrap();
            for (name, schema_version, payload) in &append.events {
                appending = appending.event(*name, *schema_version, payload).unwrap();
            }
        }
        commit
    }

    /// Commits to both, and returns whether it was a repeat.
    fn commit(&self, commit: &Commit) -> Result<bool, TestCaseError> {
        // Half of them by each kind of call, by what is random of them anyway.
        let result = if commit.len().is_multiple_of(2) {
            block_on(self.sqlite().commit(commit.clone()))
        } else {
            self.sqlite().blocking().commit(commit.clone())
        };
        let model = comparable(self.model.blocking().commit(commit.clone()));
        prop_assert_eq!(&comparable(result), &model, "{:?}", commit);
        Ok(model.is_ok_and(|committed| committed.repeated))
    }

    /// At the end, everything that is stored.
    fn compare_all(&self) -> Result<(), TestCaseError> {
        let all = LogRead::after(0).limit(usize::MAX);
        let [found, expected] = self.both().map(|store| read_log(store, all.clone(), usize::MAX, Calls::Blocking));
        prop_assert_eq!(found, expected);
        for stream in 0..AGGREGATES.len() * usize::from(IDS) {
            let read = StreamRead::new(stream_id(stream)).limit(usize::MAX);
            let [found, expected] =
                self.both().map(|store| read_stream(store, read.clone(), usize::MAX, Calls::Blocking));
            prop_assert_eq!(found, expected);
        }
        Ok(())
    }
}

fn stream_id(number: usize) -> StreamId {
    StreamId::new(AGGREGATES[number % AGGREGATES.len()], Uuid::from_u128((number / AGGREGATES.len()) as u128))
}

fn version(store: &MemoryStore, stream: &StreamId) -> u64 {
    let last = StreamRead::new(stream.clone()).backward().limit(1);
    (store.blocking().read_stream(last, &mut |_| ControlFlow::Continue(())).unwrap().reached).get()
}

fn comparable(result: Result<Committed, CommitError>) -> Result<Committed, Conflict> {
    result.map_err(|error| match error {
        CommitError::Conflict(conflict) => conflict,
        error => panic!("a commit failed: {error}"),
    })
}

/// An event without the time at which it was stored.
type Seen = (u64, StreamId, u64, String, u32, Vec<u8>, Option<Vec<u8>>);

fn seen(event: StoredEvent<'_>) -> Seen {
    let StoredEvent { position, stream, version, name, schema_version, payload, metadata, recorded_at: _ } = event;
    let metadata = metadata.map(<[u8]>::to_vec);
    (position.get(), stream.clone(), version.get(), name.to_owned(), schema_version, payload.to_vec(), metadata)
}

fn read_stream(store: Arc<dyn EventStore>, read: StreamRead, cut: usize, through: Calls) -> (Vec<Seen>, Page<Version>) {
    let mut events = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        events.push(seen(event));
        if events.len() < cut { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let page: Result<Page<Version>, ReadError> = match through {
        Calls::Async => block_on(store.read_stream(read, &mut visit)),
        Calls::Blocking => block_on(store.blocking().read_stream(read, &mut visit)),
    };
    (events, page.unwrap())
}

/// The position to read after, and that of the last event.
type Ahead = (Position, Position);

fn read_log(
    store: Arc<dyn EventStore>,
    read: LogRead,
    cut: usize,
    through: Calls,
) -> (Vec<Seen>, Result<Page<Position>, Ahead>) {
    let mut events = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        events.push(seen(event));
        if events.len() < cut { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let page: Result<Page<Position>, ReadError> = match through {
        Calls::Async => block_on(store.read_log(read, &mut visit)),
        Calls::Blocking => block_on(store.blocking().read_log(read, &mut visit)),
    };
    let ahead = |error| match error {
        ReadError::Ahead { after, head, .. } => (after, head),
        error => panic!("the log was not read: {error}"),
    };
    (events, page.map_err(ahead))
}

#[test]
fn sqlite_does_what_memory_does() {
    let begun = Instant::now();
    let regressions = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/model/regressions.txt");
    let config = Config {
        cases: BATCH,
        max_shrink_iters: 4000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(regressions))),
        ..Config::default()
    };
    let mut cases = 0;
    while begun.elapsed() < TIME {
        // A runner is done once it has run its cases; the next has a seed of its own.
        let result = TestRunner::new(config.clone()).run(&prop::collection::vec(step(), 1..60), |steps| {
            let mut pair = Pair::new();
            for step in &steps {
                pair.run(step)?;
            }
            pair.reopen();
            pair.compare_all()
        });
        if let Err(failed) = result {
            panic!("a difference was found:\n{failed}");
        }
        cases += BATCH;
    }
    println!("{cases} cases in {:?}", begun.elapsed());
}
