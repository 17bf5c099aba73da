//! The end of a store: closed, or without a handle.

use super::*;
use crate::store::StoredEvent;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::error::CommitFailure;

fn kind<T>(result: Result<T, StoreError>) -> Option<StoreErrorKind> {
    result.err().map(|error| error.kind())
}

#[test]
fn a_closed_store_is_closed_for_every_handle() {
    let folder = tempfile::tempdir().unwrap();
    // Those who wait are notified; at this interval, polling would be too late.
    let hour = Duration::from_secs(3600);
    let store = SqliteStore::builder().poll_interval(hour).open(folder.path().join("store.db")).unwrap();
    for version in 0..3 {
        store.blocking().commit(commit(version)).unwrap();
    }
    let other = store.clone();
    let waits = waits(&other, 3, Waker::noop());
    returns(|| store.close()).unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with("-wal")), "{left:?}");
    assert_eq!(kind(answer(waits)), Some(StoreErrorKind::Closed));
    assert_eq!(kind(answer(other.wait_past(0.into()))), Some(StoreErrorKind::Closed));
    assert_eq!(kind(answer(other.head())), Some(StoreErrorKind::Closed));
    assert_eq!(kind(other.blocking().head()), Some(StoreErrorKind::Closed));
    for committed in [answer(other.commit(commit(3))), other.blocking().commit(commit(3))] {
        assert!(matches!(committed, Err(CommitError::Store(error)) if error.kind() == StoreErrorKind::Closed));
    }
    assert_eq!(kind(other.backup(folder.path().join("copy.db"))), Some(StoreErrorKind::Closed));
    assert_eq!(kind(other.close()), Some(StoreErrorKind::Closed));
    assert_eq!(SqliteStore::open(folder.path().join("store.db")).unwrap().blocking().head().unwrap(), 3);
}

#[test]
fn closing_opens_a_connection_again_that_was_given_up() {
    let (folder, store) = file(3);
    store.shared.engine.committer.with_lead(Writing::give_up);
    returns(|| store.close()).unwrap();
    assert!(!folder.path().join("store.db-wal").exists());
}

#[test]
fn closing_says_what_is_left_when_the_file_cannot_be_opened_again() {
    for (is_in_doubt, says) in [(false, "has all that was acknowledged"), (true, "not settled")] {
        let (folder, store) = file(3);
        let [path, elsewhere] = ["store.db", "elsewhere"].map(|name| folder.path().join(name));
        store.shared.engine.committer.with_lead(|writing| {
            if is_in_doubt {
                let failure = CommitFailure::Unknown(rusqlite::Error::InvalidQuery);
                writing.failed(&failure, store.shared.engine.origin());
            } else {
                writing.give_up();
            }
        });
        std::fs::rename(&path, &elsewhere).unwrap();
        let error = returns(|| store.close()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(error.to_string().contains(says), "{error}");
        std::fs::rename(&elsewhere, &path).unwrap();
        assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), 3);
    }
}

#[test]
fn closing_waits_for_calls_that_have_begun() {
    let (_folder, store) = file(1);
    let (visiting, visits) = channel();
    let (ending, ends) = channel::<()>();
    let (closing, closes) = channel();
    thread::scope(|scope| {
        let reading = store.clone();
        scope.spawn(move || {
            let ends = Mutex::new(ends);
            let visit = &mut |_: StoredEvent<'_>| {
                visiting.send(()).unwrap();
                assert!(ends.lock().unwrap().recv().is_err());
                ControlFlow::Continue(())
            };
            reading.blocking().read_log(LogRead::after(0), visit).unwrap();
        });
        visits.recv_timeout(DEADLINE).unwrap();
        let mut commits = store.commit(commit(1));
        let is_stored = poll(commits.as_mut(), Waker::noop()).is_ready();
        let other = store.clone();
        scope.spawn(move || closing.send(other.close()).unwrap());
        assert!(closes.recv_timeout(Duration::from_millis(50)).is_err(), "one still reads");
        // It is refused at once, and what had begun is done.
        while store.blocking().head().is_ok() {}
        assert!(is_stored || answer(commits).unwrap().last == 2);
        drop(ending);
        assert!(closes.recv_timeout(DEADLINE).unwrap().is_ok());
    });
}

#[test]
fn a_waker_that_closes_the_store_is_refused_where_it_would_wait_for_itself() {
    let (_folder, store) = file(0);
    let (closing, closes) = channel();
    let closes_it = || {
        let (other, closing) = (store.clone(), closing.clone());
        on_wake(move || closing.send(kind(other.close())).unwrap())
    };
    // On a thread that stores share.
    let mut version = 0;
    // One that is answered in its first poll calls no waker.
    let commits = loop {
        let mut commits = store.commit(commit(version));
        version += 1;
        if poll(commits.as_mut(), &closes_it()).is_pending() {
            break commits;
        }
    };
    assert_eq!(closes.recv_timeout(DEADLINE), Ok(Some(StoreErrorKind::Unsupported)));
    assert_eq!(answer(commits).unwrap().last, version);
    // On that of a caller that commits.
    let waits = waits(&store, version, &closes_it());
    returns(|| store.blocking().commit(commit(version))).unwrap();
    assert_eq!(closes.recv_timeout(DEADLINE), Ok(Some(StoreErrorKind::Unsupported)));
    drop(waits);
    returns(|| store.close()).unwrap();
}

#[test]
fn the_last_handle_waits_for_what_has_begun() {
    let _alone = alone();
    for _ in 0..50 {
        let (folder, store) = file(1);
        let mut futures: Vec<_> = (0..4)
            .map(|_| {
                store.read_log(LogRead::after(0), Box::leak(Box::new(|_: StoredEvent<'_>| ControlFlow::Continue(()))))
            })
            .collect();
        let mut commits = store.commit(commit(1));
        let _ = poll(commits.as_mut(), Waker::noop());
        for future in &mut futures {
            let _ = poll(future.as_mut(), Waker::noop());
        }
        drop((commits, futures));
        returns(|| drop(store));
        // SQLite's files are gone with the last connection.
        assert!(!folder.path().join("store.db-wal").exists());
        // The commit was begun, or its future took it out of the queue.
        let head = SqliteStore::open(folder.path().join("store.db")).unwrap().blocking().head().unwrap();
        assert!(head == 1 || head == 2, "{head}");
    }
}
