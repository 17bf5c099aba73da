//! Subscriptions without async.

use std::fmt;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use pollster::block_on;

use super::{Application, Repository};
use crate::aggregate::{Aggregate, Id};
use crate::error::SubscriptionError;
use crate::log::LogEvent;
use crate::stream::{Position, StreamId};
use crate::subscription::{self, Delivered, Start, SubscriptionStatus};

/// [`Subscribe`](subscription::Subscribe) without async.
#[must_use = "nothing is read until it is opened"]
pub struct Subscribe<E, I = StreamId> {
    inner: subscription::Subscribe<E, I>,
}

/// [`Subscription`](subscription::Subscription) without async: an iterator of batches.
#[must_use = "it reads nothing until it is asked for a batch"]
pub struct Subscription<E, I = StreamId> {
    inner: subscription::Subscription<E, I>,
}

/// [`Batch`](subscription::Batch) without async.
#[must_use = "its events are delivered again until they are acknowledged"]
pub struct Batch<E, I = StreamId> {
    inner: subscription::Batch<E, I>,
}

/// [`Subscriptions`](subscription::Subscriptions) without async, made by its `blocking()`.
#[derive(Clone, Debug)]
pub struct Subscriptions {
    inner: subscription::Subscriptions,
}

impl subscription::Subscriptions {
    /// The same without async: each call waits on the caller's own thread.
    #[must_use]
    pub fn blocking(&self) -> Subscriptions {
        Subscriptions { inner: self.clone() }
    }
}

impl Subscriptions {
    /// As [`Subscriptions::list`](subscription::Subscriptions::list).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn list(&self) -> Result<Vec<SubscriptionStatus>, SubscriptionError> {
        block_on(self.inner.list())
    }

    /// As [`Subscriptions::remove`](subscription::Subscriptions::remove).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn remove(&self, name: &str) -> Result<bool, SubscriptionError> {
        block_on(self.inner.remove(name))
    }
}

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::subscribe`](crate::Repository::subscribe).
    pub fn subscribe(&self, name: &str) -> Subscribe<A::Event, Id<A>> {
        Subscribe { inner: self.inner.subscribe(name) }
    }
}

impl<E: Send + 'static> Application<E> {
    /// As [`Application::subscribe`](crate::Application::subscribe).
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
    /// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// let (bank, views) = (Bank::new(MemoryStore::new()), Views::memory());
    /// bank.accounts.blocking().save(&mut Account::open())?;
    ///
    /// let mails = bank.blocking().subscribe("mailer").of::<Account>().until_end().open(&views)?;
    /// for batch in mails {
    ///     let batch = batch?;
    ///     for event in &batch {
    ///         println!("{:?} of {}, {}", event.event, event.id(), event.key());
    ///     }
    ///     batch.ack()?;
    /// }
    /// assert_eq!(views.subscriptions().blocking().list()?[0].checkpoint, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn subscribe(&self, name: &str) -> Subscribe<E> {
        Subscribe { inner: subscription::Subscribe::new(Arc::clone(self.store()), name, self.source()) }
    }
}

impl<E: Send + 'static> Subscribe<E> {
    /// As [`Subscribe::of`](subscription::Subscribe::of).
    pub fn of<A: Aggregate>(self) -> Subscribe<A::Event, Id<A>> {
        Subscribe { inner: self.inner.of::<A>() }
    }
}

impl<E: Send + 'static, I> Subscribe<E, I> {
    /// As [`Subscribe::starting`](subscription::Subscribe::starting).
    pub fn starting(self, start: Start) -> Self {
        Self { inner: self.inner.starting(start) }
    }

    /// As [`Subscribe::batch_size`](subscription::Subscribe::batch_size).
    pub fn batch_size(self, events: usize) -> Self {
        Self { inner: self.inner.batch_size(events) }
    }

    /// As [`Subscribe::batch_bytes`](subscription::Subscribe::batch_bytes).
    pub fn batch_bytes(self, bytes: usize) -> Self {
        Self { inner: self.inner.batch_bytes(bytes) }
    }

    /// As [`Subscribe::lease`](subscription::Subscribe::lease).
    pub fn lease(self, time: Duration) -> Self {
        Self { inner: self.inner.lease(time) }
    }

    /// As [`Subscribe::skip_unknown`](subscription::Subscribe::skip_unknown).
    pub fn skip_unknown(self) -> Self {
        Self { inner: self.inner.skip_unknown() }
    }

    /// As [`Subscribe::keep_unknown`](subscription::Subscribe::keep_unknown).
    pub fn keep_unknown(self) -> Subscribe<LogEvent<E>, I> {
        Subscribe { inner: self.inner.keep_unknown() }
    }

    /// As [`Subscribe::until_end`](subscription::Subscribe::until_end).
    pub fn until_end(self) -> Self {
        Self { inner: self.inner.until_end() }
    }

    /// As [`Subscribe::open`](subscription::Subscribe::open).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn open(self, kept: &dyn AsRef<subscription::Subscriptions>) -> Result<Subscription<E, I>, SubscriptionError> {
        block_on(self.inner.open(kept)).map(|inner| Subscription { inner })
    }

    /// As [`Subscribe::try_open`](subscription::Subscribe::try_open).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn try_open(
        self,
        kept: &dyn AsRef<subscription::Subscriptions>,
    ) -> Result<Subscription<E, I>, SubscriptionError> {
        block_on(self.inner.try_open(kept)).map(|inner| Subscription { inner })
    }
}

impl<E: Send + 'static, I: 'static> Iterator for Subscription<E, I> {
    type Item = Result<Batch<E, I>, SubscriptionError>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.inner.next()).map(|batch| batch.map(|inner| Batch { inner })).transpose()
    }
}

impl<E: Send + 'static, I> Subscription<E, I> {
    /// As [`Subscription::name`](subscription::Subscription::name).
    #[must_use]
    pub fn name(&self) -> &str {
        self.inner.name()
    }

    /// As [`Subscription::position`](subscription::Subscription::position).
    #[must_use]
    pub fn position(&self) -> Position {
        self.inner.position()
    }

    /// As [`Subscription::lag`](subscription::Subscription::lag).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn lag(&self) -> Result<u64, SubscriptionError> {
        block_on(self.inner.lag())
    }

    /// As [`Subscription::skip`](subscription::Subscription::skip).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn skip(&mut self, position: impl Into<Position>) -> Result<(), SubscriptionError> {
        block_on(self.inner.skip(position))
    }

    /// As [`Subscription::close`](subscription::Subscription::close).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn close(self) -> Result<(), SubscriptionError> {
        block_on(self.inner.close())
    }
}

impl<E, I> Batch<E, I> {
    /// As [`Batch::events`](subscription::Batch::events).
    #[must_use]
    pub fn events(&self) -> &[Delivered<E, I>] {
        self.inner.events()
    }

    /// As [`Batch::iter`](subscription::Batch::iter).
    pub fn iter(&self) -> slice::Iter<'_, Delivered<E, I>> {
        self.inner.iter()
    }

    /// As [`Batch::len`](subscription::Batch::len).
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// As [`Batch::position`](subscription::Batch::position).
    #[must_use]
    pub const fn position(&self) -> Position {
        self.inner.position()
    }

    /// As [`Batch::ack`](subscription::Batch::ack).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn ack(&self) -> Result<(), SubscriptionError> {
        block_on(self.inner.ack())
    }

    /// As [`Batch::ack_through`](subscription::Batch::ack_through).
    ///
    /// # Errors
    ///
    /// By [`SubscriptionError`].
    pub fn ack_through(&self, event: &Delivered<E, I>) -> Result<(), SubscriptionError> {
        block_on(self.inner.ack_through(event))
    }
}

impl<'b, E, I> IntoIterator for &'b Batch<E, I> {
    type Item = &'b Delivered<E, I>;
    type IntoIter = slice::Iter<'b, Delivered<E, I>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<E, I> fmt::Debug for Subscribe<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<E, I> fmt::Debug for Subscription<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<E: fmt::Debug, I> fmt::Debug for Batch<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
