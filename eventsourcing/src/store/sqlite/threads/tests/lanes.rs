//! Short reads beside long ones.

use super::*;
use crate::store::sqlite::Durability;
use crate::store::sqlite::threads::lane::Lane;
use crate::store::sqlite::threads::pool::pool;
use crate::store::{SnapshotRead, SnapshotStore, StoredEvent};

const LONG: usize = 32;

/// Whether every kind of short read returns, in both ways.
fn short_reads(store: &SqliteStore) {
    assert_eq!(answer(store.head()).unwrap(), 3);
    assert!(answer(store.read_snapshot(SnapshotRead::new(stream()))).unwrap().is_none());
    assert_eq!(returns(|| store.blocking().head()).unwrap(), 3);
    assert!(returns(|| store.blocking().read_snapshot(SnapshotRead::new(stream()))).unwrap().is_none());
    // Whatever the limit is: a page of a stream is bounded in bytes, and a repository loads in large ones.
    for limit in [1, usize::MAX] {
        // Backward, it needs a connection for reading.
        for read in [StreamRead::new(stream()), StreamRead::new(stream()).backward()].map(|read| read.limit(limit)) {
            let visits = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
            answer(store.read_stream(read.clone(), visits)).unwrap();
            returns(|| store.blocking().read_stream(read, visits)).unwrap();
        }
    }
}

#[test]
fn a_short_read_does_not_wait_for_long_ones_of_other_callers() {
    let _alone = alone();
    let (_folder, store) = file(3);
    thread::scope(|scope| {
        // Visitors that hold their connections, as only the framework's own do, and are in no hurry, on threads of their own.
        let (visiting, visits) = channel();
        let (ending, ends) = channel::<()>();
        let ends = Arc::new(Mutex::new(ends));
        for _ in 0..LONG {
            let (store, visiting, ends) = (store.clone(), visiting.clone(), Arc::clone(&ends));
            scope.spawn(move || {
                let visit = &mut |_: StoredEvent<'_>| {
                    visiting.send(()).unwrap();
                    let _ = ends.lock().unwrap().recv();
                    ControlFlow::Break(())
                };
                let read = LogRead::after(0).never_waits();
                store.blocking().read_log(read, visit).unwrap();
            });
        }
        // As many as may read at once.
        (0..8).for_each(|_| visits.recv_timeout(DEADLINE).unwrap());
        assert!(visits.recv_timeout(Duration::from_millis(20)).is_err(), "no more than may");
        short_reads(&store);
        let visit = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
        let mut log = store.read_log(LogRead::after(0), visit);
        assert!(poll(log.as_mut(), Waker::noop()).is_pending());
        drop(ending);
        assert_eq!(visits.iter().take(LONG - 8).count(), LONG - 8);
        assert_eq!(answer(log).unwrap().reached, 3);
    });
}

#[test]
fn a_short_read_does_not_wait_for_the_threads_of_long_ones() {
    let _alone = alone();
    let (_folder, store) = file(3);
    let (_folder, other) = file(3);
    let (ending, ends) = channel::<()>();
    let ends = Arc::new(Mutex::new(ends));
    for _ in 0..LONG {
        let sent = pool().long.send(Arc::clone(&ends), |ends| assert!(ends.lock().unwrap().recv().is_err()));
        assert!(sent.is_ok());
    }
    let visit = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
    let mut log = store.read_log(LogRead::after(0), visit);
    assert!(poll(log.as_mut(), Waker::noop()).is_pending());
    short_reads(&store);
    short_reads(&other);
    assert!(poll(log.as_mut(), Waker::noop()).is_pending(), "a page of the log is a long read");
    drop(ending);
    assert_eq!(answer(log).unwrap().reached, 3);
}

#[test]
fn a_store_is_read_for_one_copy_at_a_time() {
    let (_folder, store) = file(3);
    let engine = &store.shared.engine;
    let (begun, begins) = channel();
    thread::scope(|scope| {
        let (ending, ends) = channel::<()>();
        let first = begun.clone();
        scope.spawn(move || {
            engine.read_whole(|_| {
                first.send(1).unwrap();
                assert!(ends.recv().is_err());
                Ok(())
            })
        });
        assert_eq!(begins.recv_timeout(DEADLINE), Ok(1));
        scope.spawn(move || {
            engine.read_whole(|_| {
                begun.send(2).unwrap();
                Ok(())
            })
        });
        assert!(begins.recv_timeout(Duration::from_millis(20)).is_err(), "it waits for the other");
        short_reads(&store);
        drop(ending);
        assert_eq!(begins.recv_timeout(DEADLINE), Ok(2));
    });
}

#[test]
fn what_is_sent_only_if_a_thread_is_free_waits_for_none() {
    let lane = Lane::new("test", 1);
    let (ending, ends) = channel::<()>();
    let (done, dones) = channel();
    assert!(lane.send_if_free((), move |()| assert!(ends.recv().is_err())).is_ok());
    assert!(lane.send_if_free((), |()| ()).is_err(), "its only thread is busy");
    drop(ending);
    let since = Instant::now();
    while lane.send_if_free(done.clone(), |done| done.send(()).unwrap()).is_err() {
        assert!(since.elapsed() < DEADLINE);
        thread::yield_now();
    }
    dones.recv_timeout(DEADLINE).unwrap();
}

#[test]
fn stores_whose_files_others_hold_keep_no_other_store_waiting() {
    const HELD: usize = 80;
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = |number: usize| folder.path().join(format!("{number}.db"));
    let settings = SqliteStore::builder().durability(Durability::Normal).busy_deadline(20 * DEADLINE);
    let stores: Vec<_> = (0..=HELD).map(|number| settings.clone().open(path(number)).unwrap()).collect();
    let (held, free) = stores.split_at(HELD);
    let take = |number| {
        let other = rusqlite::Connection::open(path(number)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    };
    let others: Vec<_> = (0..HELD).map(take).collect();
    let mut waiting: Vec<_> = held.iter().map(|store| store.commit(commit(0))).collect();
    assert!(waiting.iter_mut().all(|commit| poll(commit.as_mut(), Waker::noop()).is_pending()));
    assert_eq!(answer(free[0].commit(commit(0))).unwrap().last, 1);
    drop(others);
    assert!(waiting.into_iter().all(|commit| answer(commit).is_ok()));
}
