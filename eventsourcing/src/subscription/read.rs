//! Reading the log behind what was acknowledged, in parts that are bounded by events and by bytes.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{LoadError, ReadError, SubscriptionError, with_sources};
use crate::event::Recorded;
use crate::log::{Checkpoint, LogEvent, LogSource, OnUnknown, is_unknown, position_of, raw, recorded};
use crate::store::{EventStore, First, LogRead, StoredEvent, checksum, select};
use crate::stream::{Position, StreamId};
use crate::subscription::Skipped;
use crate::subscription::batch::{Batch, Delivered};
use crate::subscription::key::KeySpace;
use crate::subscription::lease::Lease;

/// How many positions without an event for the subscription may be searched again after a restart.
const SEARCHED_AGAIN: u64 = 4_096;

/// Adds what a stored event means today.
pub(crate) type Decode<E> =
    Arc<dyn Fn(&StoredEvent<'_>, OnUnknown, &mut Vec<Recorded<E>>) -> Result<(), LoadError> + Send + Sync>;

/// What a subscription reads, and how.
pub(crate) struct Reading<E> {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) aggregates: &'static [&'static str],
    pub(crate) decode: Decode<E>,
    pub(crate) on_unknown: OnUnknown,
    /// The most stored events of a batch.
    pub(crate) events: usize,
    /// The bytes of payloads and metadata at which a batch ends.
    pub(crate) bytes: usize,
    pub(crate) waits: bool,
}

impl<E> Reading<E> {
    /// The same for other events.
    pub(crate) fn of<F>(self, aggregates: &'static [&'static str], decode: Decode<F>) -> Reading<F> {
        let Self { store, on_unknown, events, bytes, waits, .. } = self;
        Reading { store, aggregates, decode, on_unknown, events, bytes, waits }
    }
}

/// A subscription that is read.
pub(crate) struct Reader<E> {
    pub(crate) reading: Reading<E>,
    pub(crate) lease: Arc<Lease>,
    keys: KeySpace,
    /// Up to where nothing is for the subscription, after what was acknowledged.
    searched: Mutex<Position>,
}

/// A part of the log.
struct Part<E, I> {
    events: Vec<Delivered<E, I>>,
    /// Up to where it was searched.
    reached: Position,
    /// The last event in it, and its checksum.
    last: (Position, u32),
    more: bool,
}

/// Only the events that this program knows; of one kind of aggregates, or of all of an application.
pub(crate) fn known<E: 'static>(source: LogSource<E>) -> Decode<E> {
    Arc::new(move |stored, on_unknown, events| {
        let mut decoded = Vec::new();
        (source.read)(stored, on_unknown, &mut decoded)?;
        events.extend(decoded.into_iter().filter_map(|recorded| map(recorded, LogEvent::known)));
        Ok(())
    })
}

/// The same, and events of a newer release as they are stored.
pub(crate) fn with_unknown<E: 'static>(decode: Decode<E>) -> Decode<LogEvent<E>> {
    Arc::new(move |stored, _, events| {
        let mut decoded = Vec::new();
        match decode(stored, OnUnknown::Error, &mut decoded) {
            Ok(()) => events
                .extend(decoded.into_iter().filter_map(|recorded| map(recorded, |event| Some(LogEvent::Known(event))))),
            Err(error) if is_unknown(&error) => {
                events.push(recorded(stored, stored.stream.clone(), LogEvent::Unknown(raw(stored)))?);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })
}

fn map<E, F>(recorded: Recorded<E>, change: impl FnOnce(E) -> Option<F>) -> Option<Recorded<F>> {
    let Recorded { event, stream, version, position, recorded_at, metadata } = recorded;
    change(event).map(|event| Recorded { event, stream, version, position, recorded_at, metadata })
}

impl<E> Reader<E> {
    pub(crate) fn new(reading: Reading<E>, lease: Arc<Lease>) -> Self {
        let keys = KeySpace::new(reading.store.id(), lease.name());
        Self { reading, lease, keys, searched: Mutex::default() }
    }

    /// The position up to which all is acknowledged.
    pub(crate) fn position(&self) -> Position {
        position_of(self.lease.checkpoint())
    }
}

impl<E: Send + 'static> Reader<E> {
    /// The next batch after what was acknowledged; waits for it, or is none at the end of the log.
    pub(crate) async fn next<I>(&self) -> Result<Option<Batch<E, I>>, SubscriptionError> {
        loop {
            if self.lease.holder().has_lost() {
                return Err(self.lease.holder().fenced());
            }
            let acknowledged = self.position();
            let after = acknowledged.max(self.searched());
            let part = self.read(after).await?;
            if self.position() > acknowledged {
                // Acknowledged meanwhile, and perhaps these events.
                continue;
            }
            if !part.events.is_empty() {
                let to = self.end(part.reached, part.last).await?;
                if self.position() > acknowledged {
                    continue;
                }
                return Ok(Some(Batch::new(part.events, Arc::clone(&self.lease), to)));
            }
            self.set_searched(part.reached).await?;
            if part.more {
                continue;
            }
            if !self.reading.waits {
                return Ok(None);
            }
            match select(self.reading.store.wait_past(part.reached), self.lease.holder().wait_lost()).await {
                First::One(found) => drop(found.map_err(ReadError::from)?),
                First::Other(()) => {}
            }
        }
    }

    /// Moves past the event at this position if it comes next and cannot be read.
    pub(crate) async fn skip(&self, position: Position) -> Result<(), SubscriptionError> {
        let name = || (**self.lease.name()).to_owned();
        loop {
            let part = self.read::<StreamId>(self.position().max(self.searched())).await;
            let skipped = match part {
                Err(SubscriptionError::Unreadable { position: found, source, .. }) if found == position => {
                    Skipped { position, error: with_sources(&*source) }
                }
                Ok(part) if part.events.is_empty() && part.more => {
                    self.set_searched(part.reached).await?;
                    continue;
                }
                Ok(_) | Err(SubscriptionError::Unreadable { .. }) => {
                    return Err(SubscriptionError::NotSkipped { name: name(), position });
                }
                Err(error) => return Err(error),
            };
            let to = Checkpoint::at(&*self.reading.store, position).await?;
            return self.lease.advance(to, Some(skipped)).await;
        }
    }

    /// Reads a part after a position: up to its bounds, the end of the log, or an event that cannot be read. If that is the first, it is the error.
    async fn read<I>(&self, after: Position) -> Result<Part<E, I>, SubscriptionError> {
        let Reading { store, aggregates, decode, on_unknown, events: limit, bytes: most_bytes, .. } = &self.reading;
        let (mut events, mut decoded, mut bytes) = (Vec::new(), Vec::new(), 0);
        let (mut last, mut refused) = ((after, 0), None);
        let mut visit = |stored: StoredEvent<'_>| {
            if let Err(error) = decode(&stored, *on_unknown, &mut decoded) {
                refused = Some((stored.position, error));
                return ControlFlow::Break(());
            }
            let checksum = checksum(&stored, None);
            let numbered = (0..).zip(decoded.drain(..));
            events.extend(numbered.map(|(number, recorded)| Delivered::new(recorded, self.keys, number, checksum)));
            last = (stored.position, checksum);
            bytes += stored.payload.len() + stored.metadata.map_or(0, <[u8]>::len);
            if bytes < *most_bytes { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let read = LogRead::after(after).aggregates(aggregates.iter().copied()).limit(*limit).never_waits();
        let page = store.read_log(read, &mut visit).await;
        let (reached, more) = match (refused, page) {
            (None, Ok(page)) => (page.reached, page.more),
            // What is wrong stands behind these: the next part begins with it.
            (Some(_), _) | (None, Err(_)) if last.0 > after => (last.0, true),
            (Some((position, source)), _) => {
                let name = (**self.lease.name()).to_owned();
                return Err(SubscriptionError::Unreadable { name, position, source: Box::new(source) });
            }
            (None, Err(error)) => return Err(self.unread(error).await),
        };
        Ok(Part { events, reached, last, more })
    }

    /// The error of a log that could not be read; that it is another one, if it is.
    async fn unread(&self, error: ReadError) -> SubscriptionError {
        if !matches!(error, ReadError::Ahead { .. }) {
            return error.into();
        }
        let checked = self.lease.check(&*self.reading.store).await;
        // Where what was acknowledged is still there, it is the search behind that which has come too far.
        *self.lock() = Position::default();
        checked.err().unwrap_or_else(|| error.into())
    }

    /// The checkpoint at the end of a part, whose last event may stand before that.
    async fn end(&self, reached: Position, last: (Position, u32)) -> Result<Checkpoint, ReadError> {
        let store = &*self.reading.store;
        let (position, checksum) = last;
        if position == reached {
            return Ok(Checkpoint { store: store.id(), position, checksum });
        }
        Checkpoint::at(store, reached).await
    }

    fn searched(&self) -> Position {
        *self.lock()
    }

    /// Takes note that nothing up to a position is for the subscription, and keeps it now and then.
    async fn set_searched(&self, position: Position) -> Result<(), SubscriptionError> {
        *self.lock() = position;
        if position.get().saturating_sub(self.position().get()) >= SEARCHED_AGAIN {
            let to = Checkpoint::at(&*self.reading.store, position).await?;
            self.lease.advance(to, None).await?;
        }
        Ok(())
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Position> {
        self.searched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
