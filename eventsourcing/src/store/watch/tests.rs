use std::panic::panic_any;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use super::Watch;

/// What a test that hangs is ended by; nothing here takes a part of it.
const DEADLINE: Duration = Duration::from_secs(30);

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Runs something when it is woken, and something when it is dropped.
struct Runs {
    when_woken: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    when_dropped: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Wake for Runs {
    fn wake(self: Arc<Self>) {
        let run = self.when_woken.lock().unwrap().take();
        run.unwrap()();
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        if let Some(run) = self.when_dropped.take() {
            run();
        }
    }
}

fn when_woken(run: impl FnOnce() + Send + 'static) -> Waker {
    Waker::from(Arc::new(Runs { when_woken: Mutex::new(Some(Box::new(run))), when_dropped: None }))
}

fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// Fails when something hangs that is not to, such as one that waits for a lock which it holds.
fn within_the_deadline(run: impl FnOnce() + Send + 'static) {
    let (done, end) = channel();
    let running = thread::spawn(move || {
        run();
        done.send(()).unwrap();
    });
    assert!(end.recv_timeout(DEADLINE).is_ok() || running.is_finished(), "it hangs");
    running.join().unwrap();
}

#[test]
fn a_later_position_is_waited_for() {
    let (watch, woken) = (Watch::default(), Arc::new(Count::default()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut changed = pin!(watch.wait_past(3.into()));
    for (position, published) in [(1, 1), (3, 3), (2, 3)] {
        assert_eq!(poll(changed.as_mut(), &waker), Poll::Pending);
        watch.publish(position.into());
        assert_eq!((watch.published(), woken.get()), (published.into(), 0), "not what it waits for");
    }
    watch.publish(7.into());
    assert_eq!(woken.get(), 1);
    watch.publish(9.into());
    assert_eq!(woken.get(), 1, "once is enough");
    assert_eq!(poll(changed.as_mut(), &waker), Poll::Ready(9.into()), "the last, not the first");
    assert_eq!(
        poll(pin!(watch.wait_past(8.into())), &waker),
        Poll::Ready(9.into()),
        "one that is there is not waited for"
    );
}

#[test]
fn every_waiter_that_need_wait_no_longer_is_woken() {
    let watch = Watch::default();
    let woken: Vec<_> = (0..8).map(|_| Arc::new(Count::default())).collect();
    let mut waiting: Vec<_> = (0..8).map(|after| Box::pin(watch.wait_past(after.into()))).collect();
    for (changed, woken) in waiting.iter_mut().zip(&woken) {
        assert_eq!(poll(changed.as_mut(), &Waker::from(Arc::clone(woken))), Poll::Pending);
    }
    watch.publish(5.into());
    let counts: Vec<_> = woken.iter().map(|woken| woken.get()).collect();
    assert_eq!(counts, [1, 1, 1, 1, 1, 0, 0, 0]);
}

#[test]
fn the_last_waker_is_the_one_that_is_woken() {
    let watch = Watch::default();
    let [before, now] = [(); 2].map(|()| Arc::new(Count::default()));
    let mut changed = pin!(watch.wait_past(0.into()));
    for waker in [&before, &now] {
        assert_eq!(poll(changed.as_mut(), &Waker::from(Arc::clone(waker))), Poll::Pending);
    }
    assert_eq!((Arc::strong_count(&before), Arc::strong_count(&now)), (1, 2), "the other is kept no longer");
    watch.publish(1.into());
    assert_eq!((before.get(), now.get()), (0, 1));
}

#[test]
fn one_that_gave_up_is_forgotten() {
    let (watch, woken) = (Watch::default(), Arc::new(Count::default()));
    let (mut gives_up, mut waits) = (Box::pin(watch.wait_past(0.into())), Box::pin(watch.wait_past(0.into())));
    let (its, other) = (Waker::from(Arc::clone(&woken)), Arc::new(Count::default()));
    assert_eq!(poll(gives_up.as_mut(), &its), Poll::Pending);
    assert_eq!(poll(waits.as_mut(), &Waker::from(Arc::clone(&other))), Poll::Pending);
    drop((gives_up, its));
    assert_eq!(Arc::strong_count(&woken), 1, "its waker is dropped with it");
    watch.publish(1.into());
    assert_eq!((woken.get(), other.get()), (0, 1));
    assert!(watch.lock().waiting.is_empty());
}

#[test]
fn a_waker_may_publish_and_wait() {
    within_the_deadline(|| {
        let (watch, woken) = (Arc::new(Watch::default()), Arc::new(Count::default()));
        let (again, count) = (Arc::clone(&watch), Waker::from(Arc::clone(&woken)));
        let waker = when_woken(move || {
            assert_eq!(poll(pin!(again.wait_past(1.into())), &count), Poll::Pending);
            let mut changed = Box::pin(again.wait_past(1.into()));
            assert_eq!(poll(changed.as_mut(), &count), Poll::Pending);
            again.publish(2.into());
            assert_eq!(poll(changed.as_mut(), &count), Poll::Ready(2.into()));
        });
        let mut changed = pin!(watch.wait_past(0.into()));
        assert_eq!(poll(changed.as_mut(), &waker), Poll::Pending);
        watch.publish(1.into());
        assert_eq!(woken.get(), 1);
        assert_eq!(poll(changed.as_mut(), &waker), Poll::Ready(2.into()));
    });
}

/// As a waker does that drops the last reference to another task.
#[test]
fn a_waker_may_drop_another_waiter() {
    within_the_deadline(|| {
        let watch: &'static Watch = Box::leak(Box::default());
        let others = Arc::new(Mutex::new(Vec::new()));
        let mut changed = pin!(watch.wait_past(0.into()));
        for after in [0, 9] {
            let mut other = Box::pin(watch.wait_past(after.into()));
            assert_eq!(poll(other.as_mut(), Waker::noop()), Poll::Pending);
            others.lock().unwrap().push(other);
        }
        let dropped = Arc::clone(&others);
        let waker = when_woken(move || dropped.lock().unwrap().clear());
        assert_eq!(poll(changed.as_mut(), &waker), Poll::Pending);
        watch.publish(1.into());
        assert!(others.lock().unwrap().is_empty() && watch.lock().waiting.is_empty());
    });
}

#[test]
fn dropping_a_waker_may_use_the_watch() {
    within_the_deadline(|| {
        let watch = Arc::new(Watch::default());
        let publishes = |position| {
            let watch = Arc::clone(&watch);
            let when_dropped = Some(Box::new(move || watch.publish(position)) as _);
            Waker::from(Arc::new(Runs { when_woken: Mutex::new(Some(Box::new(|| {}))), when_dropped }))
        };
        let mut changed = Box::pin(watch.wait_past(10.into()));
        for position in 1..4 {
            // The one before is replaced, and so is dropped.
            assert_eq!(poll(changed.as_mut(), &publishes(position.into())), Poll::Pending);
            assert_eq!(watch.published(), position - 1);
        }
        drop(changed);
        assert_eq!(watch.published(), 3);
        assert_eq!(poll(pin!(watch.wait_past(0.into())), &publishes(4.into())), Poll::Ready(3.into()));
        assert_eq!(watch.published(), 4);
    });
}

/// A value whose destructor panics, too.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("as the test has it");
    }
}

#[test]
fn a_waker_that_panics_keeps_no_other_from_being_woken() {
    let watch = Watch::default();
    let woken: Vec<_> = (0..8).map(|_| Arc::new(Count::default())).collect();
    let mut waiting: Vec<_> = (0..16).map(|_| Box::pin(watch.wait_past(0.into()))).collect();
    for (number, changed) in waiting.iter_mut().enumerate() {
        let waker = match number % 2 {
            0 => Waker::from(Arc::clone(&woken[number / 2])),
            _ => when_woken(|| panic_any(Panics)),
        };
        assert_eq!(poll(changed.as_mut(), &waker), Poll::Pending);
    }
    watch.publish(1.into());
    assert!(woken.iter().all(|woken| woken.get() == 1));
}

#[test]
fn threads_that_wait_see_each_position() {
    within_the_deadline(|| {
        let watch = Arc::new(Watch::default());
        let followers: Vec<_> = (0..4)
            .map(|_| {
                let watch = Arc::clone(&watch);
                thread::spawn(move || {
                    let mut seen = 0;
                    while seen < 10_000 {
                        let position = pollster::block_on(watch.wait_past(seen.into()));
                        assert!(position > seen);
                        seen = position.get();
                    }
                })
            })
            .collect();
        (1..=10_000).for_each(|position| watch.publish(position.into()));
        for follower in followers {
            follower.join().unwrap();
        }
    });
}
