//! What an index of kinds saves, what is left of it when a runner is killed, and what a view that is built by it does not see.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::error::{StoreError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::store::EventStore;
use eventsourcing::view::At;
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;
use rusqlite::Connection;

use crate::runner::{Total, total};
use crate::spy::Spy;
use crate::{open, place, quiet};

/// The file of the index.
pub(crate) const INDEX: &str = "kinds.index";

/// Events of a commit that few views handle.
const NOISE: u64 = 300;

/// A stream of [`tally::noise`].
#[derive(Aggregate, Debug)]
pub(crate) struct Noise {
    root: Root<Self>,
}

#[events]
impl Noise {
    #[event(Hummed)]
    fn hum() -> Self {
        Self { root: Root::new() }
    }
}

/// How often a stream has hummed.
#[derive(View, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hums {
    #[view(key)]
    id: Id<Noise>,
    count: u64,
}

#[projection(version = 1)]
impl Hums {
    #[on(NoiseEvent::Hummed)]
    fn hummed(this: Option<Self>, at: &At<Noise>) -> Self {
        Self { id: at.id(), count: this.map_or(0, |hums| hums.count) + 1 }
    }
}

/// The rows that are built by an index.
pub(crate) fn built_by(index: &[u8], store: &(impl EventStore + Clone)) -> Vec<Tally> {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    fs::write(folder.path().join(INDEX), index).unwrap();
    built(&open(folder.path()), store)
}

/// The rows that are built of the log alone.
pub(crate) fn in_memory(store: &(impl EventStore + Clone)) -> Vec<Tally> {
    built(&Views::memory().with::<Tally>(), store)
}

fn built(views: &Views, store: &(impl EventStore + Clone)) -> Vec<Tally> {
    built_of(views, store);
    tally::rows(views)
}

fn built_of(views: &Views, store: &(impl EventStore + Clone)) {
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
}

#[test]
fn a_view_that_is_built_again_reads_its_events_alone() {
    static READ: AtomicU64 = AtomicU64::new(0);
    let memory = MemoryStore::new();
    for number in 1..=40 {
        tally::noise(&memory, number, NOISE);
        block_on(memory.commit(commit_of(number, &[(0, number - 1, 1), (1, number - 1, 1)]))).unwrap();
    }
    let store = Spy::new(memory, |_| None).changing(|_| _ = READ.fetch_add(1, Ordering::Relaxed));
    let (_folder, _, views) = place();
    built(&open(&views), &store);
    let all = READ.swap(0, Ordering::Relaxed);
    assert!(all >= 40 * (NOISE + 2), "{all}");
    let views = Views::sqlite(&views).unwrap().with::<Total>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    let read = READ.load(Ordering::Relaxed);
    assert_eq!(total(&views), 80);
    assert!((80..100).contains(&read), "{read}");
}

#[test]
fn what_a_runner_has_not_written_before_it_was_killed_is_read_again() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    tally::noise(&store, 1, NOISE);
    let expected = built(&open(&folder), &store);
    let before = fs::read(folder.join(INDEX)).unwrap();
    tally::noise(&store, 2, NOISE);
    assert_eq!(built(&open(&folder), &store), expected);
    let whole = fs::read(folder.join(INDEX)).unwrap();
    assert!(whole.len() > before.len());
    for left in [&before[..], &whole[..whole.len() - 1], &[]] {
        fs::write(folder.join(INDEX), left).unwrap();
        assert_eq!(built(&open(&folder), &store), expected);
        let again = fs::read(folder.join(INDEX)).unwrap();
        assert!(again == whole || left.is_empty() && again.len() > before.len(), "{}", left.len());
    }
}

#[test]
fn an_index_that_is_far_behind_is_made_longer_by_those_who_read_from_its_end() {
    quiet();
    let (_folder, _, folder) = place();
    let store = MemoryStore::new();
    let commit = |number| block_on(store.commit(commit_of(number, &[(0, number - 1, 1)]))).unwrap();
    commit(1);
    let index = || fs::read(folder.join(INDEX)).unwrap_or_default();
    built(&open(&folder), &store);
    let before = index();
    tally::noise(&store, 1, 20_000);
    built(&open(&folder), &store);
    for (number, left) in [(2, &before[..]), (3, &[])] {
        fs::write(folder.join(INDEX), left).unwrap();
        commit(number);
        let rows = built(&open(&folder), &store);
        assert_eq!(index(), left);
        assert_eq!(built_by(&index(), &store), rows);
    }
    let views = Views::sqlite(&folder).unwrap().with::<Total>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    assert!(index().len() > 20_000);
    assert_eq!(built_by(&index(), &store), in_memory(&store));
}

#[test]
fn an_event_that_is_not_read_may_be_damaged_and_verify_finds_it() {
    quiet();
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    for number in 1..=3 {
        tally::noise(&store, number, NOISE);
        tally::commit(&store, number);
    }
    let expected = built(&open(&folder), &store);
    assert_eq!(expected.iter().map(Tally::count).sum::<i64>(), 9);
    let index = fs::read(folder.join(INDEX)).unwrap();
    drop(store);
    let conn = Connection::open(&path).unwrap();
    let damage =
        "UPDATE events SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE position = 30";
    assert_eq!(conn.execute(damage, ()).unwrap(), 1);
    drop(conn);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(built_by(&index, &store), expected);
    drop(store);
    let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
    assert!(!verified.findings.is_empty());
}

/// It is not among those whose kinds of events are looked up, and has no part of what is read for the others.
#[test]
fn a_view_whose_pause_ends_while_others_read_by_the_index_misses_nothing() {
    let memory = MemoryStore::new();
    let append = |numbers: std::ops::RangeInclusive<u64>| {
        for number in numbers {
            tally::noise(&memory, number, NOISE);
            block_on(memory.commit(commit_of(number, &[(0, number - 1, 1)]))).unwrap();
        }
    };
    let (_folder, _, folder) = place();
    let views = || Views::sqlite(&folder).unwrap();
    append(1..=9);
    built_of(&views().with::<Hums>(), &memory);
    let half = memory.blocking().head().unwrap();
    append(10..=12);
    built(&open(&folder), &memory);
    // What is near cannot be read at first, by the index and without it; what is far takes longer than the pause.
    let fails = AtomicUsize::new(2);
    let store = Spy::new(memory.clone(), move |read| {
        if read.limit == 1 {
            return None;
        }
        if read.after < half {
            thread::sleep(Duration::from_millis(50));
            return None;
        }
        let is_failing = fails.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        is_failing.then(|| Err(StoreError::new(StoreErrorKind::Unavailable, "by the test").into()))
    });
    let views = views().with::<Hums>().with::<Total>();
    built_of(&views, &store);
    assert_eq!(total(&views), 12);
    let counts = block_on(async { views.all::<Hums>().await }).unwrap();
    assert_eq!(counts.iter().map(|hums| hums.count).collect::<Vec<_>>(), [NOISE; 12]);
}

#[test]
fn an_index_that_another_process_is_about_to_change_is_made_longer_later() {
    let (_folder, _, folder) = place();
    let store = MemoryStore::new();
    tally::noise(&store, 1, 9_000);
    let views = open(&folder);
    let lock = File::create(folder.join("kinds.lock")).unwrap();
    lock.lock().unwrap();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    assert!(!folder.join(INDEX).exists());
    drop(lock);
    tally::noise(&store, 2, 9_000);
    block_on(views.caught_up()).unwrap();
    assert!(fs::metadata(folder.join(INDEX)).unwrap().len() > 16_384, "while it goes on");
    running.stop_blocking();
}

#[test]
fn what_a_runner_has_read_before_it_broke_off_is_in_the_index() {
    static READ: AtomicU64 = AtomicU64::new(0);
    quiet();
    let (_folder, _, folder) = place();
    let memory = MemoryStore::new();
    let store = Spy::new(memory.clone(), |_| None).changing(|event| assert_ne!(event.position, 1_500, "by the test"));
    let views = open(&folder);
    let running = views.run(store).unwrap();
    tally::noise(&memory, 1, 1_000);
    block_on(views.caught_up()).unwrap();
    tally::noise(&memory, 2, 1_000);
    block_on(views.caught_up()).unwrap_err();
    running.stop_blocking();
    let index = fs::read(folder.join(INDEX)).unwrap();
    let counted = Spy::new(memory, |_| None).changing(|_| _ = READ.fetch_add(1, Ordering::Relaxed));
    assert_eq!(built_by(&index, &counted), []);
    assert!((1_000..1_100).contains(&READ.load(Ordering::Relaxed)), "{READ:?}");
}
