use std::pin::Pin;
use std::sync::atomic::AtomicUsize;
use std::task::{Context, Waker};
use std::thread;

use pollster::block_on;

use super::*;
use crate::error::StoreErrorKind;

const DEADLINE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(20);

/// A poller, and how often it has looked.
fn poller(look: impl Fn(u64) -> Result<Position, StoreError> + Send + Sync + 'static) -> (Arc<Poller>, Arc<AtomicU64>) {
    poller_every(INTERVAL, look)
}

fn poller_every(
    interval: Duration,
    look: impl Fn(u64) -> Result<Position, StoreError> + Send + Sync + 'static,
) -> (Arc<Poller>, Arc<AtomicU64>) {
    let looks = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&looks);
    let look = move || look(counted.fetch_add(1, Ordering::SeqCst) + 1);
    (Poller::new(Arc::default(), Arc::new(Bell::new(None)), Some(interval), look), looks)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < DEADLINE, "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// The future of one that waits for the first commit.
fn waits(poller: &Arc<Poller>) -> Pin<Box<dyn Future<Output = Option<Position>>>> {
    let poller = Arc::clone(poller);
    Box::pin(async move { poller.wait().unwrap().past(0.into()).await })
}

#[test]
fn a_thousand_that_wait_are_one_look_an_interval() {
    const LOOKS: u64 = 20;
    let (poller, looks) = poller(|look| Ok(u64::from(look == LOOKS).into()));
    let begun = Instant::now();
    let mut waiting: Vec<_> = (0..1000).map(|_| waits(&poller)).collect();
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.iter_mut().all(|waits| waits.as_mut().poll(&mut context).is_pending()));
    assert_eq!(poller.state().waiting, 1000);
    assert!(waiting.into_iter().all(|waits| block_on(waits) == Some(1.into())));
    let intervals = u64::try_from(begun.elapsed().as_micros() / INTERVAL.as_micros()).unwrap();
    // One may have begun before the last was seen to have gone.
    let looked = looks.load(Ordering::SeqCst);
    assert!((LOOKS..=LOOKS.max(intervals) + 1).contains(&looked), "{looked} looks in {intervals} intervals");
    until("it stops looking", || poller.state().due.is_none());
    let looked = looks.load(Ordering::SeqCst);
    thread::sleep(5 * INTERVAL);
    assert_eq!(looks.load(Ordering::SeqCst), looked, "no one waits");
    assert!(waits(&poller).as_mut().poll(&mut context).is_ready(), "it is known");
}

#[test]
fn it_looks_again_for_one_who_comes_later() {
    let (poller, looks) = poller(|_| Ok(0.into()));
    let mut context = Context::from_waker(Waker::noop());
    for round in 1..4 {
        let mut waits = waits(&poller);
        assert!(waits.as_mut().poll(&mut context).is_pending());
        until("it looks", || looks.load(Ordering::SeqCst) >= round * 3);
        drop(waits);
        until("it stops", || poller.state().due.is_none());
    }
}

#[test]
fn those_who_come_do_not_put_the_look_off() {
    let (poller, looks) = poller_every(Duration::from_millis(500), |_| Ok(0.into()));
    let mut waiting = Vec::new();
    until("it looks", || {
        let mut waits = waits(&poller);
        assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        waiting.push(waits);
        looks.load(Ordering::SeqCst) > 0
    });
}

#[test]
fn a_look_that_panics_is_not_the_last() {
    let (poller, looks) = poller(|look| if look == 1 { panic!("on purpose") } else { Ok(look.into()) });
    assert_eq!(block_on(waits(&poller)), Some(2.into()));
    assert_eq!(looks.load(Ordering::SeqCst), 2);
}

#[test]
fn all_who_wait_learn_of_a_look_that_failed() {
    let (poller, _) = poller(|_| Err(StoreError::new(StoreErrorKind::Unavailable, "on purpose")));
    let mut waiting: Vec<_> = (0..10).map(|_| waits(&poller)).collect();
    let mut context = Context::from_waker(Waker::noop());
    let _ = waiting.iter_mut().map(|waits| waits.as_mut().poll(&mut context)).count();
    assert!(waiting.into_iter().all(|waits| block_on(waits).is_none()));
}

#[test]
fn a_poller_that_is_gone_is_not_called() {
    let (poller, looks) = poller(|_| Ok(0.into()));
    let mut waits = waits(&poller);
    assert!(waits.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let weak = Arc::downgrade(&poller);
    drop((waits, poller));
    until("nothing holds it", || weak.strong_count() == 0);
    let looked = looks.load(Ordering::SeqCst);
    thread::sleep(3 * INTERVAL);
    assert_eq!(looks.load(Ordering::SeqCst), looked);
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl std::task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_look_that_finds_nothing_calls_no_waker() {
    let (poller, looks) = poller(|_| Ok(3.into()));
    poller.committed.publish(3.into());
    let woken = Arc::<Woken>::default();
    let waker = Waker::from(Arc::clone(&woken));
    let mut waits = Box::pin(async { poller.wait().unwrap().past(3.into()).await });
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    until("it looks", || looks.load(Ordering::SeqCst) >= 5);
    assert_eq!(woken.0.load(Ordering::SeqCst), 0);
}
