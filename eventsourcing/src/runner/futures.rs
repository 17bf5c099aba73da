//! Futures that are run together: all of several, and one that gives way to others.

use std::future::poll_fn;
use std::task::Poll;

use crate::store::BoxFuture;

/// Runs all of them to their ends.
pub(super) async fn all(mut futures: Vec<BoxFuture<'_, ()>>) {
    poll_fn(|context| {
        futures.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Is ready when it is polled again, which it asks for at once.
pub(super) async fn give_way() {
    let mut has_waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
