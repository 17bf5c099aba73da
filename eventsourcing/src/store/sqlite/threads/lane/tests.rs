use std::hint;
use std::panic::panic_any;
use std::sync::Barrier;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::*;

/// What a test that hangs is ended by.
const DEADLINE: Duration = Duration::from_secs(30);

fn send(lane: &Arc<Lane>, work: impl FnOnce() + Send + 'static) {
    assert!(lane.send((), |()| work()).is_ok());
}

/// Blocks a thread of the lane until the sender is dropped.
fn block(lane: &Arc<Lane>) -> Sender<()> {
    let (blocking, blocked) = channel();
    let (begun, begins) = channel();
    send(lane, move || {
        begun.send(()).unwrap();
        assert!(blocked.recv().is_err());
    });
    begins.recv_timeout(DEADLINE).unwrap();
    blocking
}

fn threads(lane: &Lane) -> usize {
    lane.state().threads
}

#[test]
fn jobs_are_begun_in_order_by_no_more_threads_than_the_limit() {
    let lane = Lane::new("test", 2);
    let (first, second) = (block(&lane), block(&lane));
    let (done, all) = channel();
    for number in 0..100 {
        let done = done.clone();
        send(&lane, move || done.send(number).unwrap());
    }
    assert_eq!(threads(&lane), 2);
    assert!(all.try_recv().is_err());
    drop(first);
    let order: Vec<_> = (0..100).map(|_| all.recv_timeout(DEADLINE).unwrap()).collect();
    assert!(order.is_sorted());
    drop(second);
}

/// Each job needs the other: a job that is left to a thread that has one already would wait for ever.
#[test]
fn every_job_has_a_thread_while_there_are_fewer_than_the_limit() {
    let lane = Lane::new("test", 2);
    let (done, all) = channel();
    let mut slow = 0;
    for round in 0..3_000 {
        if round % 2 == 0 {
            // Then both threads sleep, and one looks again.
            thread::sleep(Duration::from_micros(200));
            let done = done.clone();
            send(&lane, move || done.send(()).unwrap());
            all.recv_timeout(DEADLINE).unwrap();
            // Until it looks, or sleeps too.
            while matches!(&*lane.state(), State { looking: 0, sleeping, threads, .. } if sleeping.len() < *threads) {
                hint::spin_loop();
            }
        }
        let barrier = Arc::new(Barrier::new(2));
        for _ in 0..2 {
            let (barrier, done) = (Arc::clone(&barrier), done.clone());
            send(&lane, move || {
                barrier.wait();
                done.send(()).unwrap();
            });
        }
        let since = Instant::now();
        for _ in 0..2 {
            assert!(all.recv_timeout(DEADLINE).is_ok(), "in round {round}");
        }
        slow += usize::from(since.elapsed() > IDLE / 2);
    }
    assert!(slow < 5, "{slow} jobs were left to a thread that had another, until one woke by itself");
}

#[test]
fn one_thread_does_what_one_can_and_stops_when_it_is_idle() {
    let lane = Lane::new("test", 8);
    let (done, all) = channel();
    for _ in 0..1000 {
        let done = done.clone();
        send(&lane, move || done.send(()).unwrap());
        all.recv_timeout(DEADLINE).unwrap();
        // The one thread looks again, or sleeps.
        while matches!(&*lane.state(), State { looking: 0, sleeping, .. } if sleeping.is_empty()) {
            thread::yield_now();
        }
    }
    assert_eq!(threads(&lane), 1);
    let since = Instant::now();
    while threads(&lane) > 0 {
        assert!(since.elapsed() < DEADLINE, "it does not stop");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(lane.state().sleeping.is_empty());
    send(&lane, move || done.send(()).unwrap());
    assert!(all.recv_timeout(DEADLINE).is_ok(), "another is started");
}

/// A value whose destructor panics, too.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("on purpose, again");
    }
}

#[test]
fn a_panic_ends_the_job_alone() {
    let lane = Lane::new("test", 1);
    let (done, all) = channel();
    send(&lane, || panic!("on purpose"));
    send(&lane, || panic_any(Panics));
    send(&lane, move || done.send(thread::current().id()).unwrap());
    assert!(all.recv_timeout(DEADLINE).is_ok());
    assert_eq!(threads(&lane), 1);
}

#[test]
fn threads_of_a_process_before_a_fork_do_not_count() {
    let lane = Lane::new("test", 1);
    let blocked = block(&lane);
    let (done, all) = channel();
    send(&lane, || panic!("of the other process"));
    // As a child finds it.
    lane.state().process += 1;
    send(&lane, move || done.send(()).unwrap());
    assert!(all.recv_timeout(DEADLINE).is_ok(), "it has a thread of its own");
    assert_eq!((threads(&lane), lane.state().jobs.len()), (1, 0));
    drop(blocked);
}

/// Each of the jobs needs all others.
#[test]
fn jobs_that_are_sent_at_once_are_begun_at_once() {
    const JOBS: usize = 8;
    for round in 0..500 {
        let (lane, all_sent) = (Lane::new("test", 64), Barrier::new(JOBS));
        let all_begun = Arc::new(Barrier::new(JOBS + 1));
        thread::scope(|scope| {
            for _ in 0..JOBS {
                scope.spawn(|| {
                    all_sent.wait();
                    let all_begun = Arc::clone(&all_begun);
                    send(&lane, move || {
                        all_begun.wait();
                    });
                });
            }
        });
        let (done, is_done) = channel();
        thread::spawn(move || {
            all_begun.wait();
            done.send(()).unwrap();
        });
        assert!(is_done.recv_timeout(DEADLINE).is_ok(), "round {round}: a job has no thread");
        assert!(threads(&lane) <= JOBS, "{}", threads(&lane));
    }
}

#[test]
fn a_job_that_waits_for_another_process_keeps_no_other_waiting() {
    let lane = Lane::new("test", 2);
    let (ending, ends) = channel::<()>();
    let ends = Arc::new(Mutex::new(ends));
    let (done, is_done) = channel();
    for _ in 0..20 {
        let ends = Arc::clone(&ends);
        send(&lane, move || {
            // Twice, as for the turn and for the file.
            busy::begins_to_wait();
            busy::begins_to_wait();
            assert!(ends.lock().unwrap().recv().is_err());
        });
    }
    let (first, second) = (block(&lane), block(&lane));
    send(&lane, move || done.send(()).unwrap());
    assert!(is_done.recv_timeout(Duration::from_millis(20)).is_err(), "two threads count, and are busy");
    drop(first);
    is_done.recv_timeout(DEADLINE).unwrap();
    assert_eq!(threads(&lane), 22);
    drop((ending, second));
    let since = Instant::now();
    while threads(&lane) > 0 {
        assert!(since.elapsed() < DEADLINE);
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(lane.state().aside, 0);
}
