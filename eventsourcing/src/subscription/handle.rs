//! A subscription that is open.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::{ReadError, SubscriptionError};
use crate::store::BoxFuture;
use crate::stream::{Position, StreamId};
use crate::subscription::Batch;
use crate::subscription::read::Reader;

/// A subscription that is open: the one reader of its name, until it is closed or dropped, with all its batches.
///
/// It reads when it is asked for the next batch, and holds no more than that one: a slow reader slows no one, and writers do not know of it. While the
/// process lives, its lease does, however long a batch takes.
///
/// It is a [`Stream`], too. `E` is an event, `I` the id of its aggregate: [`Id<A>`](crate::Id) of one kind, [`StreamId`] of all of an
/// application.
#[must_use = "it reads nothing until it is asked for a batch"]
pub struct Subscription<E, I = StreamId> {
    reader: Arc<Reader<E>>,
    /// The batch that is being read, also while no caller waits for it.
    next: Option<BoxFuture<'static, NextBatch<E, I>>>,
}

type NextBatch<E, I> = Result<Option<Batch<E, I>>, SubscriptionError>;

impl<E, I> Subscription<E, I> {
    pub(crate) const fn new(reader: Arc<Reader<E>>) -> Self {
        Self { reader, next: None }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.reader.lease.name()
    }

    /// The position up to which all is acknowledged.
    #[must_use]
    pub fn position(&self) -> Position {
        self.reader.position()
    }

    /// How many positions of the log come after what is acknowledged; those of other aggregates count.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Log`] if the store does not say where its log ends.
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub fn lag(&self) -> impl Future<Output = Result<u64, SubscriptionError>> + Send + use<E, I> {
        let reader = Arc::clone(&self.reader);
        async move {
            let head = reader.reading.store.head().await.map_err(ReadError::from)?;
            Ok(head.saturating_sub(reader.position().get()).get())
        }
    }

    /// The next events after what is acknowledged; waits for them, without a polling delay. `None` comes only at the end of the log, of a subscription
    /// that ends there ([`until_end`](crate::subscription::Subscribe::until_end)).
    ///
    /// While a batch is not acknowledged, the next one begins with the same events, and has what was stored since.
    ///
    /// # Errors
    ///
    /// [`Fenced`](SubscriptionError::Fenced) if another reader has the subscription now, [`OtherHistory`](SubscriptionError::OtherHistory) if the log is no
    /// longer the one that was read, [`Log`](SubscriptionError::Log) if it cannot be read, [`Kept`](SubscriptionError::Kept) if it cannot be kept how far it
    /// was searched. The subscription stands where it was, and the next call tries again.
    /// [`Unreadable`](SubscriptionError::Unreadable) comes when all before that event is acknowledged, and until it is read or
    /// [skipped](Self::skip).
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Batch<E, I>>, SubscriptionError>
    where
        E: Send + 'static,
        I: 'static,
    {
        poll_fn(|context| self.poll(context)).await
    }

    /// Moves past the event at this position, which `next` could not read, and records that it was left out: the list of
    /// [`Subscriptions`](crate::subscription::Subscriptions) has it.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::NotSkipped`] if the next event is another one, or can be read; others as [`Batch::ack`]. Nothing was left out.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has skipped the event or not.
    pub async fn skip(&mut self, position: impl Into<Position>) -> Result<(), SubscriptionError>
    where
        E: Send + 'static,
    {
        self.next = None;
        self.reader.skip(position.into()).await
    }

    /// Ends the lease, so that another can open the subscription at once: as dropping it and its batches does, and says if that failed. What was
    /// not acknowledged is delivered to the next.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Kept`] if it could not be written that the lease has ended; it ends with the process at the latest.
    ///
    /// # Cancel safety
    ///
    /// The lease ends also when the future is dropped.
    pub async fn close(self) -> Result<(), SubscriptionError> {
        self.reader.lease.release().await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<NextBatch<E, I>>
    where
        E: Send + 'static,
        I: 'static,
    {
        let reader = &self.reader;
        let next = self.next.get_or_insert_with(|| {
            let reader = Arc::clone(reader);
            Box::pin(async move { reader.next().await })
        });
        let batch = ready!(next.as_mut().poll(context));
        self.next = None;
        Poll::Ready(batch)
    }
}

/// Its batches are moved out of it, so nothing in it is pinned.
impl<E, I> Unpin for Subscription<E, I> {}

impl<E: Send + 'static, I: 'static> Stream for Subscription<E, I> {
    type Item = Result<Batch<E, I>, SubscriptionError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context).map(Result::transpose)
    }
}

impl<E, I> fmt::Debug for Subscription<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, position) = (self.name(), self.position());
        f.debug_struct("Subscription").field("name", &name).field("position", &position).finish_non_exhaustive()
    }
}
