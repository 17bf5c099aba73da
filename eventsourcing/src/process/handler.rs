//! A handler that runs: for no longer than its deadline, and with its panics caught.

use std::pin::pin;
use std::time::Duration;

use futures_timer::Delay;

use crate::error::{BoxError, ReactionFault, StoreError};
use crate::process::asked::Asked;
use crate::store::{First, caught, select};

/// What a handler gives, or why it gives nothing. An error is the store's, which had not answered when the time was over.
pub(super) async fn run<T>(
    handler: impl Future<Output = Result<T, BoxError>>,
    deadline: Duration,
    asked: &Asked,
) -> Result<Result<T, ReactionFault>, StoreError> {
    // It is there still when it is asked what it waits for.
    let mut handler = pin!(caught(handler));
    match select(handler.as_mut(), Delay::new(deadline)).await {
        First::One(Ok(given)) => Ok(given.map_err(ReactionFault::Handler)),
        First::One(Err(message)) => Ok(Err(ReactionFault::Panicked { message })),
        First::Other(()) => asked.late(deadline).map_or(Ok(Err(ReactionFault::TimedOut { deadline })), Err),
    }
}
