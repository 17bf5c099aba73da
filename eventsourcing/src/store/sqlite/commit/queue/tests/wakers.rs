//! Wakers that use the queue, or panic.

use std::panic::panic_any;
use std::task::Wake;

use super::*;

/// A waker that uses the queue, as one that runs its task at once does.
struct Reenters(Arc<Queue>, AtomicUsize);

impl Wake for Reenters {
    fn wake(self: Arc<Self>) {
        leading(&self.0).hand_on();
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

fn reenters(queue: &Arc<Queue>) -> (Arc<Reenters>, Waker) {
    let woken = Arc::new(Reenters(Arc::clone(queue), AtomicUsize::new(0)));
    (Arc::clone(&woken), Waker::from(woken))
}

#[test]
fn a_waker_may_use_the_queue_after_its_leader_has_panicked() {
    let (queue, _) = queue();
    let (woken, waker) = reenters(&queue);
    let lead = leading(&queue);
    let mut future = queue.enqueue(commit(1));
    assert!(poll(&mut future, &waker).is_pending());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _group = lead.take();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert_eq!(woken.1.load(Ordering::Relaxed), 1);
    assert!(matches!(poll(&mut future, Waker::noop()), std::task::Poll::Ready(None)));
}

#[test]
fn a_waker_may_use_the_queue() {
    let (queue, _) = queue();
    let (woken, waker) = reenters(&queue);
    let lead = leading(&queue);
    let mut future = queue.enqueue(commit(1));
    assert!(poll(&mut future, &waker).is_pending());
    let group = lead.take();
    assert!(group.end(vec![Ok(stored(1))]).is_none());
    assert_eq!(woken.1.load(Ordering::Relaxed), 1);
}

/// A waker that panics, with a value whose destructor panics, too.
struct Panics;

struct PanicsAgain;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic_any(PanicsAgain);
    }
}

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[test]
fn a_waker_that_panics_does_not_affect_the_others_of_its_group() {
    let (queue, _) = queue();
    let lead = leading(&queue);
    let waker = Waker::from(Arc::new(Panics));
    let mut futures: Vec<_> = (1..4).map(|bytes| queue.enqueue(commit(bytes))).collect();
    for future in &mut futures {
        assert!(poll(future, &waker).is_pending());
    }
    // One is answered, and two are lost.
    let _ = lead.take().end(vec![Ok(stored(1))]);
    let mut outcomes = futures.iter_mut().map(|future| poll(future, Waker::noop()));
    assert!(matches!(outcomes.next(), Some(std::task::Poll::Ready(Some(Ok(_))))));
    assert!(outcomes.all(|outcome| matches!(outcome, std::task::Poll::Ready(None))));
}
