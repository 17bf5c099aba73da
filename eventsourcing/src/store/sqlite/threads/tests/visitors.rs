//! Visitors that call the store which they visit.

use super::*;
use crate::error::ReadError;
use crate::store::{SnapshotRead, StoredEvent, StoredSnapshot};

/// Every call that blocks.
fn calls(store: &SqliteStore) -> Vec<Result<(), StoreError>> {
    let snapshot = StoredSnapshot { stream: stream(), version: 1.into(), fingerprint: Uuid::nil(), state: Vec::new() };
    let committed = match store.blocking().commit(commit(1)) {
        Err(CommitError::Store(error)) => Err(error),
        Err(CommitError::Conflict(_) | CommitError::PrecedingNotStored) | Ok(_) => Ok(()),
    };
    let nothing = &mut |_: StoredEvent<'_>| ControlFlow::Continue(());
    let folder = tempfile::tempdir().unwrap();
    vec![
        committed,
        store.blocking().read_log(LogRead::after(0), nothing).map_err(ReadError::into_store).map(drop),
        store.blocking().read_stream(StreamRead::new(stream()), nothing).map_err(ReadError::into_store).map(drop),
        store.blocking().head().map(drop),
        store.blocking().save_snapshot(snapshot).map(drop),
        store.blocking().read_snapshot(SnapshotRead::new(stream())).map(drop),
        store.backup(folder.path().join("copy.db")).map(drop),
    ]
}

fn assert_refused(store: &SqliteStore) {
    for (number, called) in calls(store).into_iter().chain([store.clone().close()]).enumerate() {
        let error = called.expect_err("it would wait for itself");
        assert_eq!(error.kind(), StoreErrorKind::Unsupported, "call {number}: {error}");
        assert!(error.to_string().contains("visitor"), "call {number}: {error}");
    }
}

#[test]
fn a_visitor_that_calls_its_store_is_refused_and_nothing_hangs() {
    let (_folder, on_disk) = file(1);
    let in_memory = SqliteStore::in_memory().unwrap();
    in_memory.blocking().commit(commit(0)).unwrap();
    for store in [on_disk, in_memory] {
        let (_folder, other) = file(1);
        let visit = &mut |_: StoredEvent<'_>| {
            assert_refused(&store);
            // From the visitor of another store it is the same.
            let visit = &mut |_: StoredEvent<'_>| {
                assert_refused(&store);
                assert_refused(&other);
                ControlFlow::Continue(())
            };
            other.blocking().read_log(LogRead::after(0), visit).unwrap();
            assert!(calls(&other).iter().all(Result::is_ok), "its own page is read");
            ControlFlow::Continue(())
        };
        returns(|| store.blocking().read_log(LogRead::after(0), visit)).unwrap();
        returns(|| store.blocking().read_stream(StreamRead::new(stream()), visit)).unwrap();
        // No lock is held while a future visits.
        let visit = &mut |_: StoredEvent<'_>| {
            assert!(store.blocking().head().is_ok() && store.blocking().commit(commit(9)).is_err());
            ControlFlow::Continue(())
        };
        assert_eq!(answer(store.read_log(LogRead::after(0), visit)).unwrap().reached, store.blocking().head().unwrap());
    }
}

#[test]
fn a_visitor_may_start_what_it_does_not_wait_for() {
    let (_folder, store) = file(1);
    let mut started = Vec::new();
    let visit = &mut |event: StoredEvent<'_>| {
        let mut commits = store.commit(commit(event.version.get()));
        assert!(poll(commits.as_mut(), Waker::noop()).is_pending());
        started.push(commits);
        ControlFlow::Continue(())
    };
    returns(|| store.blocking().read_stream(StreamRead::new(stream()), visit)).unwrap();
    assert_eq!(started.into_iter().map(|commits| answer(commits).unwrap().last).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_visitor_that_panics_is_not_inside_any_more() {
    let (_folder, store) = file(1);
    let panics =
        panic::AssertUnwindSafe(|| store.blocking().read_log(LogRead::after(0), &mut |_| panic!("on purpose")).is_ok());
    assert!(panic::catch_unwind(panics).is_err());
    assert_eq!(store.blocking().head().unwrap(), 1);
}

#[test]
fn a_visitor_may_wait_for_a_thread_that_commits() {
    let (_folder, store) = file(3);
    let memory = SqliteStore::in_memory().unwrap();
    memory.blocking().commit(commit(0)).unwrap();
    for (store, version) in [(store, 3), (memory, 1)] {
        let (asking, asked) = channel();
        let (committed, commits) = channel();
        let commits = Mutex::new(commits);
        let committing = store.clone();
        let thread = thread::spawn(move || {
            for version in version..version + 2 {
                asked.recv().unwrap();
                committed.send(committing.blocking().commit(commit(version)).unwrap().last).unwrap();
            }
        });
        let mut wait = |_: StoredEvent<'_>| {
            asking.send(()).unwrap();
            commits.lock().unwrap().recv().unwrap();
            ControlFlow::Break(())
        };
        assert_eq!(returns(|| store.blocking().read_stream(StreamRead::new(stream()), &mut wait)).unwrap().reached, 1);
        assert_eq!(returns(|| store.blocking().read_log(LogRead::after(0), &mut wait)).unwrap().reached, 1);
        thread.join().unwrap();
    }
}

#[test]
fn a_visitor_does_not_keep_the_wal_from_being_restarted() {
    let (folder, store) = file(200);
    let path = folder.path().join("store.db");
    let mut restarts = 0;
    let visit = &mut |_: StoredEvent<'_>| {
        let other = rusqlite::Connection::open(&path).unwrap();
        let restarted = other.query_row("PRAGMA wal_checkpoint(RESTART)", (), |row| row.get::<_, bool>(0));
        restarts += u32::from(restarted == Ok(false));
        ControlFlow::Break(())
    };
    store.blocking().read_log(LogRead::after(0), visit).unwrap();
    store.blocking().read_stream(StreamRead::new(stream()), visit).unwrap();
    store.blocking().read_stream(StreamRead::new(stream()).backward(), visit).unwrap();
    answer(store.read_log(LogRead::after(0), visit)).unwrap();
    assert_eq!(restarts, 4);
}
