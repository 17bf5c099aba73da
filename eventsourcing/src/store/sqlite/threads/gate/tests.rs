use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::Waker;
use std::thread;
use std::time::Duration;

use super::*;
use crate::store::sqlite::threads::calls::Calls;

const DEADLINE: Duration = Duration::from_secs(30);

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn callers_pass_in_order_threads_and_futures_alike() {
    let (gate, lane, calls) = (Gate::new(1), Lane::new("test", 4), Calls::new());
    let first = gate.pass();
    let (passed, order) = channel();
    let mut futures = Vec::new();
    let mut threads = Vec::new();
    for number in 0..10 {
        let passed = passed.clone();
        if number % 2 == 0 {
            futures.push(gate.call(&lane, calls.go_on(), move |pass| passed.send((number, pass)).unwrap()));
        } else {
            let gate = Arc::clone(&gate);
            threads.push(thread::spawn(move || passed.send((number, gate.pass())).unwrap()));
        }
        while gate.state().waiting.len() <= number {
            thread::yield_now();
        }
    }
    drop(first);
    for number in 0..10 {
        // Its pass is dropped here, and no other has come before.
        assert_eq!(order.recv_timeout(DEADLINE).map(|(passed, _pass)| passed), Ok(number));
        assert_eq!(gate.state().free, usize::from(number == 9));
    }
    for future in futures {
        pollster::block_on(future).unwrap();
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_future_that_is_not_polled_holds_nobody_up() {
    let (gate, lane, calls) = (Gate::new(1), Lane::new("test", 1), Calls::new());
    let first = gate.pass();
    let mut forgotten = pin!(gate.call(&lane, calls.go_on(), drop));
    assert!(poll(forgotten.as_mut()).is_pending());
    drop(first);
    let (passing, passes) = channel();
    let waits = thread::spawn({
        let gate = Arc::clone(&gate);
        move || passing.send(gate.pass()).unwrap()
    });
    assert!(passes.recv_timeout(DEADLINE).is_ok());
    waits.join().unwrap();
    assert!(pollster::block_on(forgotten).is_ok(), "its answer is kept");
}

/// Panics when it is woken.
struct Panics;

impl std::task::Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("on purpose, too");
    }
}

/// A panic while a panic unwinds would end the process.
#[test]
fn a_panic_of_the_work_and_one_of_the_waker_end_the_work_alone() {
    let (gate, lane, calls) = (Gate::new(1), Lane::new("test", 1), Calls::new());
    let first = gate.pass();
    let mut called = pin!(gate.call(&lane, calls.go_on(), |_| panic!("on purpose")));
    assert!(called.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::new(Panics)))).is_pending());
    drop(first);
    // It comes after, on the same thread.
    assert_eq!(pollster::block_on(gate.call(&lane, calls.go_on(), |_| 5)).ok(), Some(5));
    assert!(matches!(poll(called.as_mut()), Poll::Ready(Err(Lost::Unanswered))));
    calls.close();
    calls.wait();
}

#[test]
fn work_of_a_dropped_future_is_taken_back() {
    let (gate, lane, calls) = (Gate::new(1), Lane::new("test", 1), Calls::new());
    let first = gate.pass();
    let futures: Vec<_> =
        (0..100).map(|_| gate.call(&lane, calls.go_on(), |_| panic!("its future was dropped"))).collect();
    assert_eq!(gate.state().waiting.len(), 100);
    drop(futures);
    assert!(gate.state().waiting.is_empty());
    drop(first);
    drop(gate.pass());
    calls.close();
    calls.wait();
}

#[test]
fn work_of_a_dropped_future_that_has_passed_is_not_begun() {
    let (gate, lane, calls) = (Gate::new(2), Lane::new("test", 1), Calls::new());
    let (blocking, blocked) = channel::<()>();
    let blocks = gate.call(&lane, calls.go_on(), move |_| blocked.recv().is_err());
    let (done, all) = channel();
    drop(gate.call(&lane, calls.go_on(), move |_| done.send(()).unwrap()));
    assert!(gate.state().waiting.is_empty(), "it waits in the lane");
    drop(blocking);
    assert!(pollster::block_on(blocks).unwrap());
    assert!(all.recv_timeout(DEADLINE).is_err());
    calls.close();
    calls.wait();
}

#[test]
fn passes_that_are_given_back_at_once_do_not_nest() {
    const ENTRIES: usize = 100_000;
    let gate = Gate::new(1);
    let first = gate.pass();
    let (passing, passes) = channel();
    for _ in 0..ENTRIES {
        let passing = passing.clone();
        gate.enter(Box::new(move |pass| {
            passing.send(()).unwrap();
            drop(pass);
        }));
    }
    drop(first);
    assert_eq!(passes.try_iter().count(), ENTRIES);
    assert_eq!(gate.state().free, 1);
}
