//! Many who write and read at once: threads with one handle, threads with a handle each, and processes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use eventsourcing::error::CommitError;
use eventsourcing::store::{Commit, Committed, EventStore, LogRead, Page, StoredEvent};
use eventsourcing::{Position, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::place;
use pollster::block_on;
use uuid::Uuid;

const WRITERS: u64 = 16;
const COMMITS: u64 = 40;

/// Goes through the futures or through the blocking calls.
#[derive(Clone, Copy)]
enum Calls {
    Async,
    Blocking,
}

impl Calls {
    fn commit(self, store: &SqliteStore, commit: Commit) -> Result<Committed, CommitError> {
        match self {
            Self::Async => block_on(store.commit(commit)),
            Self::Blocking => store.blocking().commit(commit),
        }
    }

    fn log(self, store: &SqliteStore, after: u64, mut visit: impl FnMut(StoredEvent<'_>) + Send) -> Page<Position> {
        let visit = &mut |event: StoredEvent<'_>| {
            visit(event);
            ControlFlow::Continue(())
        };
        let read = LogRead::after(after).limit(37);
        match self {
            Self::Async => block_on(store.read_log(read, visit)),
            Self::Blocking => store.blocking().read_log(read, visit),
        }
        .unwrap()
    }
}

fn shared() -> StreamId {
    StreamId::new("Shared", Uuid::nil())
}

/// Commits to the stream that all write to, to the writer's own, and to both.
fn write(store: &SqliteStore, calls: Calls, writer: u64) -> u64 {
    let own = StreamId::new("Own", Uuid::from_u64_pair(1, writer));
    let (mut version, mut all, mut lost) = (0, 0, 0);
    while version < COMMITS {
        let to_shared = version % 2 == 0;
        let mut commit = Commit::new();
        let payload = format!(r#"{{"writer":{writer},"number":{version}}}"#);
        commit.append(own.clone(), version).unwrap().event("Written", 1, payload.as_bytes()).unwrap();
        if to_shared {
            commit.append(shared(), all).unwrap().event("Written", 1, payload.as_bytes()).unwrap();
        }
        match calls.commit(store, commit) {
            Ok(_) => (version, all) = (version + 1, all + u64::from(to_shared)),
            Err(CommitError::Conflict(conflict)) => {
                assert_eq!((&conflict.stream, conflict.expected), (&shared(), all.into()));
                assert!(conflict.actual > all);
                (all, lost) = (conflict.actual.get(), lost + 1);
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    lost
}

/// Follows the log to its end: each event once, in order, without a gap, in the log and in each stream.
fn follow(store: &SqliteStore, calls: Calls, done: &AtomicBool) -> HashMap<StreamId, u64> {
    let (mut after, mut versions) = (0, HashMap::new());
    loop {
        let last = done.load(Ordering::SeqCst);
        let mut expected = after;
        let page = calls.log(store, after, |event| {
            expected += 1;
            let version = versions.entry(event.stream.clone()).or_insert(0);
            *version += 1;
            assert_eq!((event.position, event.version), (expected.into(), (*version).into()));
        });
        assert_eq!(page.reached, expected);
        after = page.reached.get();
        if last && !page.more {
            return versions;
        }
        if !page.more && matches!(calls, Calls::Async) && !last {
            assert!(block_on(store.head()).unwrap() >= after);
        }
    }
}

fn race(stores: impl Fn() -> SqliteStore + Sync, calls: Calls) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers = [(); 2].map(|()| scope.spawn(|| follow(&stores(), calls, &done)));
        let writers: Vec<_> = (0..WRITERS).map(|writer| (writer, stores())).collect();
        let writers: Vec<_> =
            writers.into_iter().map(|(writer, store)| scope.spawn(move || write(&store, calls, writer))).collect();
        let lost: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
        done.store(true, Ordering::SeqCst);
        for reader in readers {
            let versions = reader.join().unwrap();
            assert_eq!(versions.len() as u64, WRITERS + 1);
            for (stream, version) in versions {
                let written = if stream == shared() { WRITERS * COMMITS / 2 } else { COMMITS };
                assert_eq!(version, written, "{stream}");
            }
        }
        assert!(lost > 0, "there was no race");
    });
}

#[test]
fn sixteen_threads_and_two_readers_of_one_handle_that_block() {
    let (_folder, path) = place();
    let store = SqliteStore::open(path).unwrap();
    race(|| store.clone(), Calls::Blocking);
}

#[test]
fn sixteen_threads_and_two_readers_of_one_handle_that_are_async() {
    let (_folder, path) = place();
    let store = SqliteStore::open(path).unwrap();
    race(|| store.clone(), Calls::Async);
}

#[test]
fn sixteen_threads_and_two_readers_with_a_handle_each() {
    let (_folder, path) = place();
    race(|| SqliteStore::open(&path).unwrap(), Calls::Blocking);
}

#[test]
fn sixteen_threads_and_two_readers_in_memory() {
    let store = SqliteStore::in_memory().unwrap();
    race(|| store.clone(), Calls::Blocking);
    let store = SqliteStore::in_memory().unwrap();
    race(|| store.clone(), Calls::Async);
}

#[test]
fn a_commit_whose_future_is_dropped_is_there_as_a_whole_or_not_at_all() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut version = 0;
    for _ in 0..30 {
        let mut commit = Commit::new();
        let append = commit.append(shared(), version).unwrap().event("A", 1, b"{}").unwrap();
        append.event("B", 1, b"{}").unwrap();
        let mut future = store.commit(commit.clone());
        // Polled once, and dropped.
        let _ =
            block_on(std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_ready())));
        drop(future);
        let again = store.blocking().commit(commit).unwrap();
        assert_eq!((again.first, again.last), ((version + 1).into(), (version + 2).into()));
        version += 2;
    }
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.blocking().head().unwrap(), version);
}

#[test]
fn what_was_begun_is_done_when_the_last_handle_goes() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut commits = Vec::new();
    for stream in 0..20 {
        let mut commit = Commit::new();
        let stream = StreamId::new("Account", Uuid::from_u128(stream));
        commit.append(stream, 0).unwrap().event("A", 1, b"{}").unwrap();
        let mut future = store.commit(commit.clone());
        let _ =
            block_on(std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_ready())));
        commits.push(commit);
    }
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    // A future that is dropped takes its commit out of the queue, unless it was begun.
    let begun = store.blocking().head().unwrap();
    let again = commits.into_iter().map(|commit| store.blocking().commit(commit).unwrap());
    assert_eq!(again.filter(|committed| committed.repeated).count() as u64, begun.get());
    assert_eq!(store.blocking().head().unwrap(), 20, "each is stored once");
}
