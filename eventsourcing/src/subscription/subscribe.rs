//! What a subscription is to be, before it is opened.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::error::SubscriptionError;
use crate::lease::{LEASE, SHORTEST_LEASE};
use crate::log::{LogEvent, LogSource, OnUnknown};
use crate::store::EventStore;
use crate::stream::StreamId;
use crate::subscription::lease::Lease;
use crate::subscription::read::{Reader, Reading, known, with_unknown};
use crate::subscription::{Start, Subscription, Subscriptions};

/// The most stored events of a batch, unless set.
const EVENTS: usize = 1_024;

/// The bytes of payloads and metadata at which a batch ends, unless set.
const BYTES: usize = 1 << 20;

/// The most bytes of a name.
const LONGEST: usize = 255;

/// A subscription that is to be opened: made by [`Application::subscribe`](crate::Application::subscribe) and
/// [`Repository::subscribe`](crate::Repository::subscribe).
#[must_use = "nothing is read until it is opened"]
pub struct Subscribe<E, I = StreamId> {
    name: String,
    start: Start,
    lease: Duration,
    reading: Reading<E>,
    /// The kind of aggregate that is not one of the application's.
    foreign: Option<(&'static str, &'static [&'static str])>,
    id: PhantomData<fn() -> I>,
}

impl<E: Send + 'static, I> Subscribe<E, I> {
    pub(crate) fn new(store: Arc<dyn EventStore>, name: &str, source: LogSource<E>) -> Self {
        let reading = Reading {
            store,
            aggregates: source.aggregates,
            decode: known(source),
            on_unknown: OnUnknown::Error,
            events: EVENTS,
            bytes: BYTES,
            waits: true,
        };
        let (name, start, lease) = (name.to_owned(), Start::default(), LEASE);
        Self { name, start, lease, reading, foreign: None, id: PhantomData }
    }

    /// The same of the events of one kind of aggregate.
    pub(crate) fn of_source<F: Send + 'static, J>(self, source: LogSource<F>) -> Subscribe<F, J> {
        let Self { name, start, lease, reading, .. } = self;
        let is_part = source.aggregates.iter().all(|aggregate| reading.aggregates.contains(aggregate));
        let foreign = source.aggregates.first().filter(|_| !is_part).map(|&first| (first, reading.aggregates));
        let reading = reading.of(source.aggregates, known(source));
        Subscribe { name, start, lease, reading, foreign, id: PhantomData }
    }

    /// Where it begins when its name is first seen; [`Start::Beginning`] unless set.
    pub const fn starting(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// The most stored events of a batch; 1,024 unless set, 0 is taken as 1. One that an older release stored may be several events today.
    pub fn batch_size(mut self, events: usize) -> Self {
        self.reading.events = events.max(1);
        self
    }

    /// The bytes of payloads and metadata at which a batch ends; 1 MiB unless set. A batch has one event at least, however large that is.
    pub const fn batch_bytes(mut self, bytes: usize) -> Self {
        self.reading.bytes = bytes;
        self
    }

    /// How long its reader may give no sign of life, as a process that is stopped, before another that waits takes its place; 5 s unless set, at
    /// least 10 ms. A process that has ended is noticed at once.
    pub fn lease(mut self, time: Duration) -> Self {
        self.lease = time.max(SHORTEST_LEASE);
        self
    }

    /// Leaves out events of a newer release, which this program does not know: [`OnUnknown::Skip`] of the log.
    pub const fn skip_unknown(mut self) -> Self {
        self.reading.on_unknown = OnUnknown::Skip;
        self
    }

    /// Delivers events of a newer release as they are stored, beside those that this program knows: [`OnUnknown::Keep`] of the log.
    pub fn keep_unknown(self) -> Subscribe<LogEvent<E>, I> {
        let Self { name, start, lease, reading, foreign, id } = self;
        let (aggregates, decode) = (reading.aggregates, with_unknown(Arc::clone(&reading.decode)));
        let reading = Reading { on_unknown: OnUnknown::Keep, ..reading.of(aggregates, decode) };
        Subscribe { name, start, lease, reading, foreign, id }
    }

    /// Has [`next`](Subscription::next) return `None` at the end of the log, instead of waiting for what is stored later.
    pub const fn until_end(mut self) -> Self {
        self.reading.waits = false;
        self
    }

    /// Opens it, in the place where it is kept: [`Views`](crate::Views) or [`Subscriptions`]. While another reader has it, in this process or in
    /// another, the future waits.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Name`] and [`NotPart`](SubscriptionError::NotPart) for what cannot be opened,
    /// [`OtherHistory`](SubscriptionError::OtherHistory) if it has read another log, [`StartAhead`](SubscriptionError::StartAhead) if that
    /// does not come to where it starts, [`Log`](SubscriptionError::Log) and [`Kept`](SubscriptionError::Kept) if the store or the file failed.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has no lease.
    pub fn open(
        self,
        kept: &dyn AsRef<Subscriptions>,
    ) -> impl Future<Output = Result<Subscription<E, I>, SubscriptionError>> + Send + use<E, I> {
        self.open_in(kept.as_ref().clone(), true)
    }

    /// The same, without waiting for another reader. In a folder that was copied while a reader had the subscription, the future waits for a sign of life
    /// of that reader, for no longer than its lease: nothing else tells that it is no reader of the copy.
    ///
    /// # Errors
    ///
    /// [`SubscriptionError::Held`] if another has it; others as [`open`](Self::open).
    ///
    /// # Cancel safety
    ///
    /// As [`open`](Self::open).
    pub fn try_open(
        self,
        kept: &dyn AsRef<Subscriptions>,
    ) -> impl Future<Output = Result<Subscription<E, I>, SubscriptionError>> + Send + use<E, I> {
        self.open_in(kept.as_ref().clone(), false)
    }

    async fn open_in(self, kept: Subscriptions, waits: bool) -> Result<Subscription<E, I>, SubscriptionError> {
        let Self { name, start, lease, reading, foreign, .. } = self;
        if name.is_empty() || name.len() > LONGEST || name.starts_with('~') || name.chars().any(char::is_control) {
            return Err(SubscriptionError::Name { name });
        }
        if let Some((aggregate, parts)) = foreign {
            return Err(SubscriptionError::NotPart { aggregate, parts });
        }
        let lease = Lease::get(kept.kept_by(), Arc::from(name), lease, waits).await?;
        if lease.checkpoint().is_none() {
            let begin = start.find(&*reading.store, lease.name()).await?;
            lease.advance(begin, None).await?;
        }
        lease.check(&*reading.store).await?;
        let reader = Reader::new(reading, Arc::new(lease));
        Ok(Subscription::new(Arc::new(reader)))
    }
}

impl<E, I> fmt::Debug for Subscribe<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe").field("name", &self.name).field("start", &self.start).finish_non_exhaustive()
    }
}
