//! What callers ask of a view's runner between its batches.

use std::sync::Arc;

use crate::error::{StopReason, ViewError};
use crate::signal::{self, Awaited};
use crate::view::ParkedAction;

/// The requests of a view: what is to be done with the row of which key.
pub(super) type Requests<K> = signal::Requests<(K, ParkedAction), Done>;

pub(super) type Request<K> = signal::Request<(K, ParkedAction), Done>;

/// The answer to a request: whether the row is parked no longer.
pub(super) type Done = Result<bool, ViewError>;

/// Removes all, and answers each with this error.
pub(super) fn refuse<K>(requests: &Requests<K>, error: &ViewError) {
    for request in requests.take() {
        request.answer(Err(error.clone()));
    }
}

/// Waits for the answer to a request; without a runner there is none.
pub(super) async fn wait(awaited: Awaited<Done>, view: &'static str) -> Done {
    let done = awaited.wait().await;
    done.unwrap_or_else(|| Err(ViewError::Stopped { view, reason: Arc::new(StopReason::NotRunning) }))
}
