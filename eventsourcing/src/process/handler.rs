//! A handler that runs: for no longer than its deadline, and with its panics caught.

use std::time::Duration;

use futures_timer::Delay;

use crate::error::{BoxError, ReactionFault};
use crate::store::{First, caught, select};

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
