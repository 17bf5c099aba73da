//! SQLite and memory, driven with the same random commits, conflicts, repeats, reopenings and reads: no difference is found.
//!
//! The seed of a failure is kept in `model.proptest-regressions` beside this file and tried first from then on; commit it.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use eventsourcing::store::{Commit, Committed, EventStore, LogRead, Page, StoredEvent, StreamRead};
use eventsourcing::{CommitError, CommitId, Conflict, MemoryStore, ReadError, SqliteStore, StreamId};
use pollster::block_on;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tempfile::TempDir;
use uuid::Uuid;

/// How long to look for a difference.
const TIME: Duration = Duration::from_secs(12);

const AGGREGATES: [&str; 3] = ["Account", "account", "Account "];
const EVENTS: [&str; 3] = ["Opened", "Deposited", "Closed"];
const IDS: u8 = 2;

/// One thing to do to both stores.
#[derive(Clone, Debug)]
enum Step {
    Commit {
        id: Name,
        appends: Vec<NewAppend>,
        metadata: Option<u8>,
    },
    /// The same commit again, perhaps long after.
    Again {
        which: Index,
    },
    ReadStream {
        stream: usize,
        from: u64,
        to: u64,
        backward: bool,
        limit: usize,
        cut: usize,
        through: Calls,
    },
    ReadLog {
        after: u64,
        aggregates: Vec<&'static str>,
        events: Vec<&'static str>,
        limit: usize,
        cut: usize,
        through: Calls,
    },
    Reopen,
}

/// Where the id of a commit comes from.
#[derive(Clone, Debug)]
enum Name {
    Made,
    Given(u8),
    /// Given, and that of a commit which was sent before.
    Known(Index),
}

/// The expected version of an append, from what the stream is at by then.
#[derive(Clone, Debug)]
enum Expected {
    Right,
    Off(i8),
    Huge,
}

#[derive(Clone, Debug)]
struct NewAppend {
    stream: usize,
    expected: Expected,
    events: Vec<(&'static str, u32, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug)]
enum Calls {
    Async,
    Blocking,
}

fn calls() -> impl Strategy<Value = Calls> {
    prop_oneof![Just(Calls::Async), Just(Calls::Blocking)]
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![12 => 0_u64..30, 1 => Just(i64::MAX as u64), 1 => Just(u64::MAX)]
}

fn limit() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 1_usize..12, 2 => Just(1024), 1 => Just(usize::MAX)]
}

fn append() -> impl Strategy<Value = NewAppend> {
    let expected =
        prop_oneof![16 => Just(Expected::Right), 3 => (-2_i8..3).prop_map(Expected::Off), 1 => Just(Expected::Huge)];
    let payload = prop_oneof![3 => Just(b"{}".to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..40)];
    let event = (prop::sample::select(&EVENTS), 1_u32..4, payload);
    let stream = 0..AGGREGATES.len() * usize::from(IDS);
    (stream, expected, prop::collection::vec(event, 0..5)).prop_map(|(stream, expected, events)| NewAppend {
        stream,
        expected,
        events,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![6 => Just(Name::Made), 2 => (0_u8..6).prop_map(Name::Given), 1 => any::<Index>().prop_map(Name::Known)];
    let commit = (id, prop::collection::vec(append(), 0..4), prop::option::of(any::<u8>()))
        .prop_map(|(id, appends, metadata)| Step::Commit { id, appends, metadata });
    let stream = 0..AGGREGATES.len() * usize::from(IDS);
    let read_stream = (stream, number(), number(), any::<bool>(), limit(), 1_usize..20, calls()).prop_map(
        |(stream, from, to, backward, limit, cut, through)| Step::ReadStream {
            stream,
            from,
            to,
            backward,
            limit,
            cut,
            through,
        },
    );
    let names = (subsequence(&AGGREGATES, 0..=3), subsequence(&EVENTS, 0..=3));
    let read_log = (number(), names, limit(), 1_usize..20, calls()).prop_map(
        |(after, (aggregates, events), limit, cut, through)| Step::ReadLog {
            after,
            aggregates,
            events,
            limit,
            cut,
            through,
        },
    );
    prop_oneof![
        20 => commit,
        4 => any::<Index>().prop_map(|which| Step::Again { which }),
        4 => read_stream,
        4 => read_log,
        1 => Just(Step::Reopen),
    ]
}

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
        self.sqlite = Some(SqliteStore::open(self.folder.path().join("store.db")).unwrap());
    }

    fn sqlite(&self) -> &SqliteStore {
        self.sqlite.as_ref().unwrap()
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
                let read = StreamRead::new(stream_id(*stream)).from(*from).to(*to).limit(*limit);
                let read = if *backward { read.backward() } else { read };
                let result = |store: &dyn EventStore| read_stream(store, read.clone(), *cut, *through);
                prop_assert_eq!(result(self.sqlite()), result(&self.model), "{:?}", read);
            }
            Step::ReadLog { after, aggregates, events, limit, cut, through } => {
                let read = LogRead::after(*after).limit(*limit);
                let read = read.aggregates(aggregates.iter().copied()).events(events.iter().copied());
                let result = |store: &dyn EventStore| read_log(store, read.clone(), *cut, *through);
                same_log(&read, result(self.sqlite()), result(&self.model))?;
            }
            Step::Reopen => self.reopen(),
        }
        prop_assert_eq!(self.sqlite().head_blocking().unwrap(), self.model.head_blocking().unwrap());
        Ok(())
    }

    fn make(&self, id: &Name, appends: &[NewAppend], metadata: Option<u8>) -> Commit {
        let mut commit = match id {
            Name::Made => Commit::new(),
            Name::Given(number) => Commit::with_id(CommitId::named(&number.to_string())),
            Name::Known(which) if !self.sent.is_empty() => Commit::with_id(which.get(&self.sent).id()),
            Name::Known(_) => Commit::with_id(CommitId::new()),
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

    fn commit(&self, commit: &Commit) -> Result<(), TestCaseError> {
        // Half of them by each kind of call, by what is random of them anyway.
        let result = if commit.len().is_multiple_of(2) {
            block_on(self.sqlite().commit(commit.clone()))
        } else {
            self.sqlite().commit_blocking(commit.clone())
        };
        prop_assert_eq!(comparable(result), comparable(self.model.commit_blocking(commit.clone())), "{:?}", commit);
        Ok(())
    }

    /// At the end, everything that is stored.
    fn compare_all(&self) -> Result<(), TestCaseError> {
        let all = LogRead::after(0).limit(usize::MAX);
        let result = |store: &dyn EventStore| read_log(store, all.clone(), usize::MAX, Calls::Blocking);
        same_log(&all, result(self.sqlite()), result(&self.model))?;
        for stream in 0..AGGREGATES.len() * usize::from(IDS) {
            let read = StreamRead::new(stream_id(stream)).limit(usize::MAX);
            let result = |store: &dyn EventStore| read_stream(store, read.clone(), usize::MAX, Calls::Blocking);
            prop_assert_eq!(result(self.sqlite()), result(&self.model));
        }
        Ok(())
    }
}

fn stream_id(number: usize) -> StreamId {
    StreamId::new(AGGREGATES[number % AGGREGATES.len()], Uuid::from_u128((number / AGGREGATES.len()) as u128))
}

fn version(store: &MemoryStore, stream: &StreamId) -> u64 {
    let last = StreamRead::new(stream.clone()).backward().limit(1);
    store.read_stream_blocking(last, &mut |_| ControlFlow::Continue(())).unwrap().reached
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
    (position, stream.clone(), version, name.to_owned(), schema_version, payload.to_vec(), metadata)
}

fn read_stream(store: &dyn EventStore, read: StreamRead, cut: usize, through: Calls) -> (Vec<Seen>, Page) {
    let mut events = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        events.push(seen(event));
        if events.len() < cut { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let page: Result<Page, ReadError> = match through {
        Calls::Async => block_on(store.read_stream(read, &mut visit)),
        Calls::Blocking => store.read_stream_blocking(read, &mut visit),
    };
    (events, page.unwrap())
}

fn read_log(store: &dyn EventStore, read: LogRead, cut: usize, through: Calls) -> (Vec<Seen>, Page) {
    let mut events = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        events.push(seen(event));
        if events.len() < cut { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let page: Result<Page, ReadError> = match through {
        Calls::Async => block_on(store.read_log(read, &mut visit)),
        Calls::Blocking => store.read_log_blocking(read, &mut visit),
    };
    (events, page.unwrap())
}

/// The events must be the same. How far a page without a further match came is a store's own affair, within the events
/// that it gave and the next that match.
fn same_log(read: &LogRead, sqlite: (Vec<Seen>, Page), model: (Vec<Seen>, Page)) -> Result<(), TestCaseError> {
    prop_assert_eq!(&sqlite.0, &model.0, "{:?}", read);
    let last = sqlite.0.last().map_or(read.after, |event| event.0);
    prop_assert!(sqlite.1.reached >= last, "{:?} of {:?}", sqlite.1, read);
    prop_assert!(sqlite.1.more || sqlite.1 == model.1, "{:?} is not {:?}: {:?}", sqlite.1, model.1, read);
    prop_assert!(sqlite.1.more || !model.1.more, "{:?} is not {:?}: {:?}", sqlite.1, model.1, read);
    Ok(())
}

#[test]
fn sqlite_does_what_memory_does() {
    let begun = Instant::now();
    let config = Config {
        cases: u32::MAX,
        max_shrink_iters: 4000,
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/model.proptest-regressions"
        )))),
        ..Config::default()
    };
    let mut cases = 0;
    let mut runner = TestRunner::new(Config { cases: 20, ..config });
    while begun.elapsed() < TIME {
        let result = runner.run(&prop::collection::vec(step(), 1..60), |steps| {
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
        cases += 20;
    }
    println!("{cases} cases in {:?}", begun.elapsed());
    assert!(cases >= 20);
}
