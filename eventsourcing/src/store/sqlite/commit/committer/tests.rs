use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use uuid::Uuid;

use super::*;
use crate::error::StoreErrorKind;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::interrupt::{self, Point};
use crate::store::sqlite::commit::queue::state::GROUP;
use crate::store::sqlite::file::open::open_in_memory;
use crate::store::{EventStore, Watch};
use crate::stream::StreamId;

fn kind(outcome: &Outcome) -> Option<StoreErrorKind> {
    match outcome {
        Err(CommitError::Store(error)) => Some(error.kind()),
        Err(CommitError::Conflict(_) | CommitError::PrecedingNotStored) | Ok(_) => None,
    }
}

fn commit(stream: u128) -> Commit {
    let mut commit = Commit::new();
    commit.append(StreamId::new("A", Uuid::from_u128(stream)), 0).unwrap().event("E", 1, b"{}").unwrap();
    commit
}

/// The committer of a store in memory.
fn committer(
    start_worker: impl Fn(Need) -> io::Result<()> + Send + Sync + 'static,
    publish: impl Fn(Position) -> Wakers + Send + Sync + 'static,
) -> Committer {
    let writer = open_in_memory().unwrap();
    Committer::new(writer, Origin::Memory, Settings::default(), StoreKey::new(), start_worker, publish)
}

#[test]
fn after_damage_was_seen_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    for stream in 1..3 {
        store.blocking().commit(commit(stream)).unwrap();
    }
    let rows = Connection::open(&path).unwrap();
    rows.execute_batch(
        "CREATE TEMP TABLE kept AS SELECT * FROM events WHERE position = 2; DELETE FROM events WHERE position = 2",
    )
    .unwrap();
    assert_eq!(kind(&store.blocking().commit(commit(3))), Some(StoreErrorKind::Corrupt));
    rows.execute_batch("INSERT INTO events SELECT * FROM kept").unwrap();
    let refused = store.blocking().commit(commit(3)).unwrap_err();
    assert!(refused.to_string().contains("does not write"), "{refused}");
    assert_eq!(store.blocking().head().unwrap(), 2, "reading goes on");
    drop((store, rows));
    SqliteStore::open(&path).unwrap().blocking().commit(commit(3)).unwrap();
}

#[test]
fn damage_that_a_reader_sees_ends_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    for stream in 1..4 {
        store.blocking().commit(commit(stream)).unwrap();
    }
    Connection::open(&path).unwrap().execute_batch("DELETE FROM events WHERE position = 2").unwrap();
    let log = crate::store::LogRead::after(0);
    assert!(store.blocking().read_log(log, &mut |_| std::ops::ControlFlow::Continue(())).is_err());
    assert_eq!(kind(&store.blocking().commit(commit(4))), Some(StoreErrorKind::Corrupt));
}

/// A panic of a leader before and after `COMMIT`, in a file and in memory.
#[test]
fn after_a_panic_of_the_leader_its_commits_are_in_doubt_and_the_store_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [SqliteStore::open(folder.path().join("store.db")).unwrap(), SqliteStore::in_memory().unwrap()];
    for store in stores {
        let committer = store.shared.engine.committer().unwrap();
        committer.commit(commit(1)).unwrap();
        for (point, repeated) in [(Point::Written, false), (Point::Committed, true)] {
            let [first, second] = [u128::from(repeated) * 2 + 2, u128::from(repeated) * 2 + 3].map(commit);
            interrupt::panic_at(point);
            let outcomes = committer.write(&mut [&first, &second].as_slice());
            assert!(
                outcomes.iter().all(|outcome| kind(outcome) == Some(StoreErrorKind::OutcomeUnknown)),
                "{outcomes:?}"
            );
            assert!(committer.doubt().contains(first.id()) && committer.doubt().contains(second.id()));
            let again = [first.clone(), second.clone()].map(|commit| committer.commit(commit).unwrap().repeated);
            assert_eq!(again, [repeated; 2], "{point:?} of {store:?}");
            assert!(committer.doubt().is_empty());
        }
        assert_eq!(store.blocking().head().unwrap(), 5);
    }
}

/// Each way in which a commit can be refused before it is tried.
#[test]
fn a_commit_in_doubt_is_not_refused_by_a_store_that_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("store.db")).unwrap();
    let (doubted, other) = (commit(1), commit(2));
    store.shared.engine.committer().unwrap().doubt().add([doubted.id()]);
    store.clone().close().unwrap();
    for (commit, expected) in [(doubted, StoreErrorKind::OutcomeUnknown), (other, StoreErrorKind::Closed)] {
        assert_eq!(kind(&store.blocking().commit(commit.clone())), Some(expected));
        assert_eq!(kind(&pollster::block_on(store.commit(commit))), Some(expected));
    }
}

#[test]
fn a_commit_in_doubt_is_not_refused_where_no_thread_can_be_started() {
    let committer = committer(|_| Err(io::Error::other("no thread")), |_| Wakers::default());
    let (doubted, other) = (commit(1), commit(2));
    committer.doubt().add([doubted.id()]);
    assert_eq!(kind(&pollster::block_on(committer.commit_async(doubted))), Some(StoreErrorKind::OutcomeUnknown));
    assert_eq!(kind(&pollster::block_on(committer.commit_async(other))), Some(StoreErrorKind::Unavailable));
}

#[test]
fn a_commit_that_its_leader_lost_is_in_doubt() {
    let committer = committer(|_| Ok(()), |_| Wakers::default());
    let lost = commit(1);
    let mut future = Box::pin(committer.commit_async(lost.clone()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    drop(Lead::assume(&committer.queue).take());
    let Poll::Ready(outcome) = future.as_mut().poll(&mut context) else { panic!("it is lost") };
    assert_eq!(kind(&outcome), Some(StoreErrorKind::OutcomeUnknown));
    assert!(committer.doubt().contains(lost.id()));
}

/// What a worker does, whose thread other stores need too, and whose commits readers wait for.
#[test]
fn a_worker_leads_a_few_groups_and_publishes_each() {
    let asked = Arc::new(AtomicUsize::new(0));
    let asks = Arc::clone(&asked);
    let published = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&published);
    let watch = Arc::new(Watch::default());
    let advances = Arc::clone(&watch);
    let committer = committer(
        move |_| {
            asks.fetch_add(1, Ordering::Relaxed);
            Ok(())
        },
        move |position| {
            record.lock().unwrap().push(position.get());
            advances.advance(position)
        },
    );
    let lead = committer.queue.try_lead().unwrap();
    let large = |stream| {
        let mut commit = Commit::new();
        let append = commit.append(StreamId::new("A", Uuid::from_u128(stream)), 0).unwrap();
        append.event("E", 1, &vec![b' '; GROUP]).unwrap();
        commit
    };
    let waiting: Vec<_> = (0..12).map(|stream| committer.queue.enter(large(stream))).collect();
    lead.hand_on();
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    // A future waits for the third.
    let mut waits = Box::pin(watch.wait_past(2.into()));
    assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    committer.serve();
    assert_eq!(*published.lock().unwrap(), [1, 2, 3], "it is woken after its commit, without the lead");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    committer.serve();
    assert_eq!(published.lock().unwrap().len(), 3 + GROUPS);
    assert_eq!(committer.queued(), 12 - 3 - GROUPS);
    assert_eq!(waiting.len(), 12);
}

#[test]
fn a_group_waits_for_another_process_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, deadline) = (folder.path().join("store.db"), Duration::from_millis(500));
    let store = SqliteStore::builder().busy_deadline(deadline).open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commits = [Commit::new(), Commit::new(), Commit::new()];
    let since = Instant::now();
    let outcomes = store.shared.engine.committer().unwrap().write(&mut commits.each_ref().as_slice());
    assert!(since.elapsed() < 3 * deadline, "{:?}", since.elapsed());
    assert!(outcomes.iter().all(|outcome| kind(outcome) == Some(StoreErrorKind::Unavailable)), "{outcomes:?}");
}

#[test]
fn a_commit_in_doubt_stays_so_until_it_is_answered_for_certain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::builder().busy_deadline(Duration::ZERO).open(&path).unwrap();
    let (doubted, other) = (commit(1), commit(2));
    let committer = store.shared.engine.committer().unwrap();
    committer.doubt().add([doubted.id()]);
    let lock = Connection::open(&path).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kind(&committer.commit(doubted.clone())), Some(StoreErrorKind::OutcomeUnknown));
    assert_eq!(kind(&committer.commit(other.clone())), Some(StoreErrorKind::Unavailable), "nothing of it was tried");
    lock.execute_batch("COMMIT").unwrap();
    assert!(committer.commit(doubted.clone()).is_ok());
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kind(&committer.commit(doubted)), Some(StoreErrorKind::Unavailable), "it was answered");
}

#[test]
fn a_commit_that_joins_a_group_is_not_recorded_before_it_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    let committer = store.shared.engine.committer().unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut sent = 0;
    std::thread::scope(|scope| {
        // It leads, and waits for the other.
        scope.spawn(|| store.blocking().commit(commit(1)).unwrap());
        while committer.try_with_lead(|_| ()).is_some() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(50));
        sent = crate::store::micros(std::time::SystemTime::now());
        scope.spawn(|| store.blocking().commit(commit(2)).unwrap());
        while committer.queued() == 0 {
            std::thread::yield_now();
        }
        other.execute_batch("ROLLBACK").unwrap();
    });
    let mut recorded = Vec::new();
    let visit = &mut |event: crate::store::StoredEvent<'_>| {
        recorded.push(event.recorded_at);
        std::ops::ControlFlow::Continue(())
    };
    store.blocking().read_log(crate::store::LogRead::after(0), visit).unwrap();
    assert!(recorded.len() == 2 && recorded.iter().all(|recorded| *recorded >= sent), "{recorded:?} {sent}");
}

/// As a subscriber of `tracing` could, which hears a warning of the leader.
#[test]
fn what_the_leader_runs_cannot_wait_for_it() {
    let folder = tempfile::tempdir().unwrap();
    for store in [SqliteStore::open(folder.path().join("store.db")).unwrap(), SqliteStore::in_memory().unwrap()] {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let committer = store.shared.engine.committer().unwrap();
            let call = || kind(&store.blocking().commit(commit(1)));
            let read = || store.blocking().head().map_err(|error| error.kind());
            let refused = committer.with_lead(|_| (call(), read()));
            let _ = sender.send((refused, call(), read()));
        });
        let refused = (Some(StoreErrorKind::Unsupported), Err(StoreErrorKind::Unsupported));
        let answers = receiver.recv_timeout(Duration::from_secs(30)).expect("it waits for itself");
        assert_eq!(answers, (refused, None, Ok(Position::new(1))));
    }
}
