//! A handler that runs: for no longer than its deadline, and with its panics caught.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{BoxError, ReactionFault, panic_message};

/// What a handler gives, or why it gives nothing.
pub(super) async fn run<T>(
    handler: impl Future<Output = Result<T, BoxError>>,
    deadline: Duration,
) -> Result<T, ReactionFault> {
    let (mut handler, mut delay) = (pin!(handler), Delay::new(deadline));
    poll_fn(|context| {
        // After a panic it is dropped, and not polled again.
        match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
            Ok(Poll::Ready(given)) => Poll::Ready(given.map_err(ReactionFault::Handler)),
            Ok(Poll::Pending) => Pin::new(&mut delay).poll(context).map(|()| Err(ReactionFault::TimedOut { deadline })),
            Err(panic) => Poll::Ready(Err(ReactionFault::Panicked { message: panic_message(&*panic) })),
        }
    })
    .await
}
