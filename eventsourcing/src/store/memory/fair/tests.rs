use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Fair;

fn wait_until_asked(fair: &Fair<Vec<u64>>, times: u64) {
    while fair.asked() < times {
        thread::yield_now();
    }
}

#[test]
fn one_that_takes_it_again_comes_after_those_who_wait() {
    let fair = Arc::new(Fair::<Vec<u64>>::default());
    for round in 0..50 {
        let held = fair.lock();
        let waiter = {
            let fair = Arc::clone(&fair);
            thread::spawn(move || fair.lock().push(round))
        };
        wait_until_asked(&fair, round * 3 + 2);
        drop(held);
        assert_eq!(fair.lock().len() as u64, round + 1, "it waited before");
        waiter.join().unwrap();
    }
}

#[test]
fn it_is_handed_on_in_the_order_of_asking() {
    let fair = Arc::new(Fair::<Vec<u64>>::default());
    let held = fair.lock();
    let waiters: Vec<_> = (0..16)
        .map(|number| {
            let waiter = {
                let fair = Arc::clone(&fair);
                thread::spawn(move || fair.lock().push(number))
            };
            wait_until_asked(&fair, number + 2);
            waiter
        })
        .collect();
    drop(held);
    for waiter in waiters {
        waiter.join().unwrap();
    }
    assert_eq!(*fair.lock(), (0..16).collect::<Vec<_>>());
}

/// A thread that waits for the lock, which another has, and is parked then for no longer than this time; it gives how long it was.
fn parks_after_the_lock(fair: &Arc<Fair<Vec<u64>>>, time: Duration) -> JoinHandle<Duration> {
    let of_thread = Arc::clone(fair);
    let waiter = thread::spawn(move || {
        drop(of_thread.lock());
        let begun = Instant::now();
        thread::park_timeout(time);
        begun.elapsed()
    });
    wait_until_asked(fair, 2);
    waiter
}

/// Who blocks on a future sleeps until it is woken, which may be while the future waits for the lock.
#[test]
fn what_wakes_a_thread_while_it_waits_is_not_lost() {
    let fair = Arc::new(Fair::<Vec<u64>>::default());
    let held = fair.lock();
    let waiter = parks_after_the_lock(&fair, Duration::from_secs(20));
    waiter.thread().unpark();
    thread::sleep(Duration::from_millis(50));
    drop(held);
    assert!(waiter.join().unwrap() < Duration::from_secs(10));
}

/// Many threads whose futures look into the store would have each other poll for ever.
#[test]
fn a_thread_that_has_waited_is_not_woken_for_that() {
    let fair = Arc::new(Fair::<Vec<u64>>::default());
    let held = fair.lock();
    let waiter = parks_after_the_lock(&fair, Duration::from_millis(100));
    thread::sleep(Duration::from_millis(50));
    drop(held);
    assert!(waiter.join().unwrap() >= Duration::from_millis(100));
}

#[test]
fn a_panic_hands_it_on() {
    let fair = Arc::new(Fair::<Vec<u64>>::default());
    let panics = {
        let fair = Arc::clone(&fair);
        thread::spawn(move || {
            fair.lock().push(1);
            let _held = fair.lock();
            panic!("as the test has it");
        })
    };
    assert!(panics.join().is_err());
    assert_eq!(*fair.lock(), [1]);
}
