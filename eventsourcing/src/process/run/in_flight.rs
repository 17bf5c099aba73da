//! Futures that are polled together, each only when it was woken.

use std::future::poll_fn;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::store::BoxFuture;

/// Futures of which any may be ready first.
pub(super) struct InFlight<T> {
    each: Vec<Flying<T>>,
    waiter: Arc<Waiter>,
}

struct Flying<T> {
    future: BoxFuture<'static, T>,
    woken: Arc<WakeFlag>,
    /// Wakes this one.
    waker: Waker,
}

/// Whether a future was woken since it was polled, and who polls it then.
struct WakeFlag {
    is_woken: AtomicBool,
    waiter: Arc<Waiter>,
}

/// The task that waits for all of them.
#[derive(Default)]
struct Waiter {
    waker: Mutex<Option<Waker>>,
}

impl Waiter {
    /// Who is woken from now on. No foreign code runs under the lock.
    fn set(&self, waker: Option<Waker>) -> Option<Waker> {
        mem::replace(&mut self.waker.lock().unwrap_or_else(PoisonError::into_inner), waker)
    }
}

impl Wake for WakeFlag {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        if let Some(waker) = self.waiter.set(None) {
            waker.wake();
        }
    }
}

impl<T> InFlight<T> {
    pub(super) fn new() -> Self {
        Self { each: Vec::new(), waiter: Arc::default() }
    }

    pub(super) fn push(&mut self, future: BoxFuture<'static, T>) {
        let woken = Arc::new(WakeFlag { is_woken: AtomicBool::new(true), waiter: Arc::clone(&self.waiter) });
        self.each.push(Flying { future, waker: Waker::from(Arc::clone(&woken)), woken });
    }

    pub(super) const fn len(&self) -> usize {
        self.each.len()
    }

    /// What the first that is ready gives; never, if there are none.
    pub(super) async fn next(&mut self) -> T {
        poll_fn(|context| {
            // Before the flags are looked at: one that is woken meanwhile is polled again.
            drop(self.waiter.set(Some(context.waker().clone())));
            for index in 0..self.each.len() {
                if let Some(one) = self.each.get_mut(index)
                    && one.woken.is_woken.swap(false, Ordering::AcqRel)
                    && let Poll::Ready(given) = one.future.as_mut().poll(&mut Context::from_waker(&one.waker))
                {
                    drop(self.each.swap_remove(index));
                    return Poll::Ready(given);
                }
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::signal::Flag;

    #[test]
    fn only_one_that_was_woken_is_polled() {
        let (polls, flags) = (Arc::new(AtomicUsize::new(0)), [(); 8].map(|()| Arc::new(Flag::default())));
        let mut flight = InFlight::new();
        for (number, flag) in flags.iter().enumerate() {
            let (polls, flag) = (Arc::clone(&polls), Arc::clone(flag));
            flight.push(Box::pin(async move {
                let mut waiting = pin!(flag.wait());
                poll_fn(|context| {
                    polls.fetch_add(1, Ordering::AcqRel);
                    waiting.as_mut().poll(context)
                })
                .await;
                number
            }));
        }
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(flight.next()).poll(&mut context).is_pending());
        assert_eq!(polls.load(Ordering::Acquire), 8);
        flags[5].raise();
        assert_eq!(pin!(flight.next()).poll(&mut context), Poll::Ready(5));
        assert!(pin!(flight.next()).poll(&mut context).is_pending());
        assert_eq!((polls.load(Ordering::Acquire), flight.len()), (9, 7));
        // Who waits is woken, also by one that was woken before, and was not polled.
        flags[2].raise();
        flags[3].raise();
        assert_eq!(pollster::block_on(flight.next()), 2);
        assert_eq!(pollster::block_on(flight.next()), 3);
        assert_eq!(polls.load(Ordering::Acquire), 11);
    }
}
