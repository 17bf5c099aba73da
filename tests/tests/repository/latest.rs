//! The log from its end backward, and up to a position.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eventsourcing::StreamId;
use eventsourcing::error::ReadError;
use eventsourcing::log::{LogEvent, LogReader, OnUnknown};
use eventsourcing::prelude::*;
use eventsourcing::store::{BoxFuture, Commit, EventStore, LogRead, Page, Visit};
use eventsourcing_tests::Sparse;
use pollster::block_on;
use proptest::prelude::*;

#[derive(Aggregate, Debug)]
struct Meter {
    root: Root<Self>,
    sum: i64,
}

#[events]
impl Meter {
    #[event(Installed)]
    fn install() -> Self {
        Self { root: Root::new(), sum: 0 }
    }

    #[event(Counted, version = 2)]
    fn count(&mut self, amount: i64) {
        self.sum += amount;
    }

    /// Once, several amounts were one event.
    #[upcast(Counted, from = 1)]
    fn counted_v1(amounts: Vec<i64>) -> Vec<MeterEvent> {
        amounts.into_iter().map(|amount| MeterEvent::Counted { amount }).collect()
    }
}

#[derive(Application)]
struct Works {
    meters: Repository<Meter>,
}

/// A stored event.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Counted,
    /// Which is so many events today.
    Old(usize),
    Unknown,
    /// Of an aggregate that is not read.
    Stranger,
}

fn kinds() -> impl Strategy<Value = Vec<Vec<Kind>>> {
    let kind = prop_oneof![
        6 => Just(Kind::Counted),
        1 => (0..4_usize).prop_map(Kind::Old),
        1 => Just(Kind::Unknown),
        6 => Just(Kind::Stranger),
    ];
    prop::collection::vec(prop::collection::vec(kind, 1..8), 0..40)
}

/// Stores each group in a commit.
fn store_all(store: &dyn EventStore, commits: &[Vec<Kind>]) {
    let (meter, stranger) = (StreamId::new("Meter", Id::<Meter>::new().as_uuid()), "Stranger");
    let stranger = StreamId::new(stranger, meter.id());
    let mut versions = [0_u64; 2];
    for kinds in commits {
        let mut commit = Commit::new();
        for kind in kinds {
            let (stream, version) = match kind {
                Kind::Stranger => (&stranger, &mut versions[1]),
                _ => (&meter, &mut versions[0]),
            };
            let append = commit.append(stream.clone(), *version).unwrap();
            let amounts = |count| format!(r#"{{"amounts":{:?}}}"#, vec![1; count]);
            match kind {
                Kind::Counted => append.event("Counted", 2, br#"{"amount":1}"#),
                Kind::Old(count) => append.event("Counted", 1, amounts(*count).as_bytes()),
                Kind::Unknown => append.event("Sealed", 1, b"{}"),
                Kind::Stranger => append.event("Counted", 2, b"{}"),
            }
            .unwrap();
            *version += 1;
        }
        block_on(store.commit(commit)).unwrap();
    }
}

type Events = Vec<Recorded<LogEvent<MeterEvent>>>;

fn all(log: LogReader<MeterEvent>) -> Events {
    log.blocking().stream().collect::<Result<_, _>>().unwrap()
}

/// The newest events of a whole log, as many as are wanted and no part of a stored event; `None` if one of them is not known.
fn newest(mut whole: Events, wanted: usize, on_unknown: OnUnknown) -> Option<Events> {
    let mut newest: Events = Vec::new();
    while let Some(event) = whole.pop() {
        if newest.len() >= wanted && newest.last().is_none_or(|last| last.position != event.position) {
            break;
        }
        match (&event.event, on_unknown) {
            (LogEvent::Unknown(_), OnUnknown::Error) => return None,
            (LogEvent::Unknown(_), OnUnknown::Skip) => {}
            _ => newest.push(event),
        }
    }
    Some(newest)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_newest_are_those_of_the_whole_log(
        commits in kinds(),
        (wanted, page) in (0..12_usize, 1..9_usize),
        bounds in [0..1500_u64, 0..1500_u64],
        by_name in any::<bool>(),
    ) {
        let stores: [Arc<dyn EventStore>; 3] =
            [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::in_memory().unwrap()), Arc::new(Sparse::default())];
        for store in stores {
            store_all(&*store, &commits);
            let works = Works::new(Arc::clone(&store));
            let head = block_on(works.position()).unwrap();
            let [after, before] = bounds.map(|bound| Position::new(bound * head.get() / 1000));
            let log = works.meters.log().page_size(page).on_unknown(OnUnknown::Keep);
            let log = if by_name { log.events(["Counted"]) } else { log };
            let whole = all(log.clone());
            let after = after.min(head);
            for (after, before) in [(0.into(), None), (0.into(), Some(before)), (after, None), (after, Some(before))] {
                let is_in = |event: &Recorded<_>| {
                    event.position > after && before.is_none_or(|before| event.position < before)
                };
                let part: Events = whole.iter().filter(|event| is_in(event)).cloned().collect();
                let log = before.map_or(log.clone(), |before| log.clone().before(before)).after(after);
                for on_unknown in [OnUnknown::Keep, OnUnknown::Skip, OnUnknown::Error] {
                    let log = log.clone().on_unknown(on_unknown);
                    let latest = block_on(log.latest(wanted)).ok();
                    prop_assert_eq!(&latest, &newest(part.clone(), wanted, on_unknown));
                    prop_assert_eq!(log.position(), after);
                    prop_assert_eq!(log.blocking().latest(wanted).ok(), latest);
                }
                // Page by page, nothing is missed.
                let (mut pages, mut rest): (Events, _) = (Vec::new(), log.clone());
                loop {
                    let page = block_on(rest.latest(wanted.max(1))).unwrap();
                    let Some(last) = page.last() else { break };
                    rest = rest.before(last.position);
                    pages.extend(page);
                }
                pages.reverse();
                prop_assert_eq!(pages.iter().map(|event| event.position).collect::<Vec<_>>(),
                    part.iter().map(|event| event.position).collect::<Vec<_>>());
                // Forward, it ends before that position, also where it would wait for more.
                prop_assert_eq!(&all(log.clone()), &part);
                if before.is_some_and(|before| before <= head) {
                    let followed: Result<Events, _> = log.clone().blocking().follow().collect();
                    prop_assert_eq!(&followed.unwrap(), &part);
                    let mut lines = Vec::new();
                    let reached = block_on(log.export(&mut lines)).unwrap();
                    prop_assert!(before.is_some_and(|before| reached < before || before == 0) || reached == after);
                }
            }
        }
    }
}

/// Counts the events that are visited.
#[derive(Clone, Debug, Default)]
struct Counting {
    inner: MemoryStore,
    visited: Arc<AtomicU64>,
}

impl EventStore for Counting {
    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(async move {
            let mut counted = |event: eventsourcing::store::StoredEvent<'_>| {
                self.visited.fetch_add(1, Ordering::Relaxed);
                visit(event)
            };
            self.inner.read_log(read, &mut counted).await
        })
    }

    eventsourcing_tests::forward!(inner: commit read_stream list_streams head wait_past id limits snapshots turns);

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

#[test]
fn of_a_long_log_the_end_alone_is_read() {
    let store = Counting::default();
    let many = |kind, count: usize| vec![vec![kind; 4000]; count];
    store_all(&store, &many(Kind::Unknown, 1));
    let works = Works::new(store.clone());
    let mut commits = [many(Kind::Counted, 4), vec![vec![Kind::Old(2)]], many(Kind::Stranger, 3)].concat();
    commits.push(vec![Kind::Counted; 40]);
    store_all(&store, &commits);
    let visited = |log: &LogReader<_>, wanted: usize| {
        let before = store.visited.load(Ordering::Relaxed);
        let latest = block_on(log.latest(wanted)).unwrap();
        (latest.len(), store.visited.load(Ordering::Relaxed) - before)
    };
    let log = works.meters.log();
    assert_eq!(visited(&log, 0), (0, 0));
    assert_eq!(visited(&log, 5), (5, 16));
    assert_eq!(visited(&log, 40), (40, 40));
    // What is far away is found in few windows, and no event is visited twice.
    let (found, read) = visited(&log, 42);
    assert!(found == 42 && read < 16_100, "{found} of {read}");
    let log = log.before(20_002);
    // The event at which it is to end is visited too.
    assert_eq!(visited(&log, 1), (2, 17), "a stored event is not split");
    assert_eq!(visited(&log, 8000), (8000, 8001));
}
