//! A handler that runs: for no longer than its deadline, and with its panics caught.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{BoxError, ReactionFault, panic_message};
use crate::store::{First, select};

/// What a handler gives, or why it gives nothing.
pub(super) async fn run<T>(
    handler: impl Future<Output = Result<T, BoxError>>,
    deadline: Duration,
) -> Result<T, ReactionFault> {
    match select(caught(handler), Delay::new(deadline)).await {
        First::One(Ok(given)) => given.map_err(ReactionFault::Handler),
        First::One(Err(message)) => Err(ReactionFault::Panicked { message }),
        First::Other(()) => Err(ReactionFault::TimedOut { deadline }),
    }
}

/// What a future gives, or what its panic said.
pub(super) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // After a panic it is dropped, and not polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        polled.map_or_else(|panic| Poll::Ready(Err(panic_message(&*panic))), |poll| poll.map(Ok))
    })
    .await
}
