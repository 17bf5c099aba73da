//! What a subscription gives: events, and the right to say that they are done with.

use std::fmt;
use std::marker::PhantomData;
use std::slice;
use std::sync::Arc;
use std::time::SystemTime;

use uuid::Uuid;

use crate::error::SubscriptionError;
use crate::event::{Metadata, Recorded};
use crate::log::Checkpoint;
use crate::stream::{Position, StreamId, Version};
use crate::subscription::key::KeySpace;
use crate::subscription::lease::Lease;

/// Events of a subscription, in the order of the log, which are delivered again until they are [acknowledged](Self::ack).
#[must_use = "its events are delivered again until they are acknowledged"]
pub struct Batch<E, I = StreamId> {
    events: Vec<Delivered<E, I>>,
    lease: Arc<Lease>,
    to: Checkpoint,
}

/// An event as a subscription delivers it: what happened, and what was stored beside it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivered<E, I = StreamId> {
    /// What happened.
    pub event: E,
    /// The stream of its aggregate.
    pub stream: StreamId,
    /// Its place in the aggregate's stream, from 1.
    pub version: Version,
    /// Its place in the whole store, from 1.
    pub position: Position,
    /// When the store wrote it, by the clock of the machine that did; order by [`position`](Self::position), never by this.
    pub recorded_at: SystemTime,
    /// What was said about the commit that it is part of.
    pub metadata: Metadata,
    keys: KeySpace,
    /// Which of the events that an older one means today it is.
    number: u32,
    checksum: u32,
    id: PhantomData<fn() -> I>,
}

impl<E, I> Delivered<E, I> {
    pub(crate) fn new(recorded: Recorded<E>, keys: KeySpace, number: u32, checksum: u32) -> Self {
        let Recorded { event, stream, version, position, recorded_at, metadata } = recorded;
        Self { event, stream, version, position, recorded_at, metadata, keys, number, checksum, id: PhantomData }
    }

    /// The aggregate whose event it is: an [`Id`](crate::Id) of a subscription to one kind of aggregate, a [`StreamId`] of one to all of an
    /// application.
    #[must_use]
    pub fn id(&self) -> I
    where
        I: for<'s> From<&'s StreamId>,
    {
        I::from(&self.stream)
    }

    /// The idempotency key: the same whenever this event is delivered by a subscription of this name, and that of no other.
    ///
    /// Send it along, so that a receiver which keeps the keys that it has seen does once what it is sent twice. It is a UUID of version 5, of the
    /// store's id, the subscription's name, and the position and checksum of the event as it is stored.
    #[must_use]
    pub fn key(&self) -> Uuid {
        self.keys.key(self.position, self.number, self.checksum)
    }
}

impl<E, I> Batch<E, I> {
    pub(crate) const fn new(events: Vec<Delivered<E, I>>, lease: Arc<Lease>, to: Checkpoint) -> Self {
        Self { events, lease, to }
    }

    /// Its events, at least one.
    #[must_use]
    pub fn events(&self) -> &[Delivered<E, I>] {
        &self.events
    }

    /// Its events, oldest first.
    pub fn iter(&self) -> slice::Iter<'_, Delivered<E, I>> {
        self.events.iter()
    }

    /// How many events it has.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// The position up to which its acknowledgement says that all is done.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.to.position
    }

    /// Keeps that all events up to the end of the batch are done with: they are not delivered again.
    ///
    /// A second call, or that of an earlier batch, changes nothing.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Fenced`] if the subscription is another reader's since; [`SubscriptionError::Kept`] if the checkpoint could not be
    /// kept. The events are then delivered again, unless a later call keeps it.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has kept the checkpoint or not; call it again, or have the events delivered again.
    pub fn ack(&self) -> impl Future<Output = Result<(), SubscriptionError>> + Send + use<E, I> {
        let (lease, to) = (Arc::clone(&self.lease), self.to);
        async move { lease.advance(to, None).await }
    }

    /// Keeps that its events up to this one, with it, are done with: for work that takes long, so that less of it is done again when the program ends. One that is
    /// not of this batch changes nothing.
    ///
    /// Where an upcaster makes several events of a stored one, they are done with together: at the last of them.
    ///
    /// # Errors
    ///
    /// As [`ack`](Self::ack).
    ///
    /// # Cancel safety
    ///
    /// As [`ack`](Self::ack).
    pub fn ack_through(
        &self,
        event: &Delivered<E, I>,
    ) -> impl Future<Output = Result<(), SubscriptionError>> + Send + use<E, I> {
        let (lease, to) = (Arc::clone(&self.lease), self.checkpoint_through(event));
        async move {
            match to {
                Some(to) => lease.advance(to, None).await,
                None => Ok(()),
            }
        }
    }

    /// That of the last stored event of which nothing is after this one.
    fn checkpoint_through(&self, event: &Delivered<E, I>) -> Option<Checkpoint> {
        let place = |event: &Delivered<E, I>| (event.position, event.number);
        let count = self.events.iter().position(|one| place(one) == place(event))? + 1;
        let (done, rest) = self.events.split_at_checked(count)?;
        let next = rest.first().map(|next| next.position);
        let last = done.iter().rev().find(|one| Some(one.position) != next)?;
        Some(Checkpoint { store: self.to.store, position: last.position, checksum: last.checksum })
    }
}

impl<'b, E, I> IntoIterator for &'b Batch<E, I> {
    type Item = &'b Delivered<E, I>;
    type IntoIter = slice::Iter<'b, Delivered<E, I>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<E: fmt::Debug, I> fmt::Debug for Batch<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("events", &self.events)
            .field("position", &self.to.position)
            .finish_non_exhaustive()
    }
}

impl<E: fmt::Debug, I> fmt::Debug for Delivered<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Delivered");
        shown.field("event", &self.event).field("stream", &self.stream).field("version", &self.version);
        shown.field("position", &self.position).finish_non_exhaustive()
    }
}
