//! Futures that are polled together.

use std::future::poll_fn;
use std::task::Poll;

use crate::store::BoxFuture;

/// Futures of which any may be ready first.
pub(super) struct InFlight<T> {
    futures: Vec<BoxFuture<'static, T>>,
}

impl<T> InFlight<T> {
    pub(super) const fn new() -> Self {
        Self { futures: Vec::new() }
    }

    pub(super) fn push(&mut self, future: BoxFuture<'static, T>) {
        self.futures.push(future);
    }

    pub(super) const fn len(&self) -> usize {
        self.futures.len()
    }

    /// What the first that is ready gives; never, if there are none.
    pub(super) async fn next(&mut self) -> T {
        poll_fn(|context| {
            for index in 0..self.futures.len() {
                if let Some(future) = self.futures.get_mut(index)
                    && let Poll::Ready(given) = future.as_mut().poll(context)
                {
                    drop(self.futures.swap_remove(index));
                    return Poll::Ready(given);
                }
            }
            Poll::Pending
        })
        .await
    }
}
