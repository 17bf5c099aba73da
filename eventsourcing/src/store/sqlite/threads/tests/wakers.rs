//! Wakers that call the store that wakes them, or drop what waits for it. None may find a lock held, or the queue led.

use super::*;

type Calls = [fn(&SqliteStore); 2];

/// Commits on the caller's thread, where the waker then runs, and on another.
const CALLS: Calls = [
    |store| assert_eq!(store.blocking().commit(commit(0)).unwrap().last, 1),
    |store| assert_eq!(pollster::block_on(store.commit(commit(0))).unwrap().last, 1),
];

#[test]
fn a_waker_may_drop_the_last_reference_to_a_task_that_waits() {
    for call in CALLS {
        let (_folder, store) = file(0);
        let tasks = Arc::new(Mutex::new(Vec::new()));
        for after in [0, 0, 9] {
            tasks.lock().unwrap().push(waits(&store, after, Waker::noop()));
        }
        let dropping = Arc::clone(&tasks);
        let (dropped, drops) = channel();
        let waker = on_wake(move || {
            dropping.lock().unwrap().clear();
            dropped.send(()).unwrap();
        });
        let task = waits(&store, 0, &waker);
        returns(|| call(&store));
        assert_eq!(drops.recv_timeout(DEADLINE), Ok(()));
        assert_eq!(answer(task).unwrap(), 1);
        assert!(tasks.lock().unwrap().is_empty());
        returns(|| store.blocking().commit(commit(1))).unwrap();
    }
}

#[test]
fn a_waker_may_call_the_store() {
    for call in CALLS {
        let (_folder, store) = file(0);
        let (called, calls) = channel();
        let again = store.clone();
        let waker = on_wake(move || {
            assert_eq!(again.blocking().head().unwrap(), 1);
            again.blocking().read_log(LogRead::after(0), &mut |_| ControlFlow::Continue(())).unwrap();
            called.send(again.blocking().commit(commit(1)).unwrap().last).unwrap();
        });
        let task = waits(&store, 0, &waker);
        returns(|| call(&store));
        assert_eq!(calls.recv_timeout(DEADLINE), Ok(2.into()));
        assert_eq!(answer(task).unwrap(), 2, "the last is known");
    }
}

#[test]
fn the_waker_of_a_commit_or_of_a_read_may_call_the_store() {
    let (_folder, store) = file(1);
    let (called, calls) = channel();
    let waker = || {
        let (again, called) = (store.clone(), called.clone());
        on_wake(move || {
            let version = again.blocking().head().unwrap();
            called.send(again.blocking().commit(commit(version.get())).is_ok()).unwrap();
        })
    };
    // One that is answered in its first poll calls no waker.
    let mut version = 1;
    let commits = loop {
        let mut commits = store.commit(commit(version));
        version += 1;
        if poll(commits.as_mut(), &waker()).is_pending() {
            break commits;
        }
    };
    assert_eq!(calls.recv_timeout(DEADLINE), Ok(true));
    let reads = loop {
        let mut reads = store.head();
        if poll(reads.as_mut(), &waker()).is_pending() {
            break reads;
        }
    };
    assert_eq!(calls.recv_timeout(DEADLINE), Ok(true));
    assert_eq!(answer(commits).unwrap().last, version);
    assert!(answer(reads).is_ok());
    assert_eq!(answer(store.head()).unwrap(), version + 2);
}

#[test]
fn a_waker_that_panics_is_nobody_elses_concern() {
    for call in CALLS {
        let (_folder, store) = file(0);
        let panics = || on_wake(|| panic!("on purpose"));
        let tasks: Vec<_> = (0..4).map(|_| waits(&store, 0, &panics())).collect();
        let mut reads = store.head();
        let is_read = poll(reads.as_mut(), &panics()).is_ready();
        returns(|| call(&store));
        for task in tasks {
            assert_eq!(answer(task).unwrap(), 1);
        }
        assert!(is_read || answer(reads).is_ok());
        let mut commits = store.commit(commit(1));
        let is_stored = poll(commits.as_mut(), &panics()).is_ready();
        assert!(is_stored || answer(commits).unwrap().last == 2);
        returns(|| store.blocking().commit(commit(2))).unwrap();
    }
}
