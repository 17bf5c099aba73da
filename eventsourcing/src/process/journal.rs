//! The journal of an instance: which deliveries it has reacted to, its timers, and what is parked.
//!
//! An event of the journal is part of each commit of a reaction, at the version that the journal was read at. So of any number of runners that make a
//! delivery one stores it, and the others find it in the journal.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;

use crate::codec::{DeliveryId, JournalEntry, JournalEvent, Timers};
use crate::error::LoadError;
use crate::log::recorded;
use crate::store::{EventStore, LogRead, StoredEvent, StreamRead};
use crate::stream::{Position, StreamId, Version};

/// How many events of a journal are read at a time where few are expected.
const FEW: usize = 16;

/// Where a journal stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    pub(super) version: Version,
    /// Where its last event is in the log.
    pub(super) position: Position,
    pub(super) seen: DeliveryId,
    /// Whether deliveries are parked.
    pub(super) is_parked: bool,
}

/// What was changed since a timer was chosen to be fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// It was fired, parked, moved or cancelled.
    Itself,
    /// Another was set that is due before it.
    Earlier,
}

/// All that a journal says.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) head: Head,
    pub(super) timers: BTreeMap<String, TimerSet>,
    /// What is parked, in order.
    pub(super) waiting: VecDeque<Waiting>,
}

/// A timer that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TimerSet {
    /// In microseconds since 1970 UTC.
    pub(super) due: i64,
    /// The event that has set it.
    pub(super) set_at: Position,
    /// The request that it is part of.
    pub(super) correlation: Option<String>,
}

/// What is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    Event(DeliveryId),
    Timer(String, TimerSet),
}

impl Waiting {
    /// Whether it is one of these timers: what is parked is then no longer so.
    pub(super) fn is_changed_by(&self, timers: &Timers) -> bool {
        matches!(self, Self::Timer(name, _) if timers.contains_key(name))
    }
}

impl Head {
    /// Reads the last event of a journal.
    pub(super) async fn read(store: &dyn EventStore, journal: &StreamId) -> Result<Self, LoadError> {
        let (mut head, mut refused) = (Self::default(), Ok(()));
        let mut visit = |stored: StoredEvent<'_>| {
            match decode(&stored) {
                Ok(event) => head = Self::of(&stored, &event),
                Err(error) => refused = Err(error),
            }
            ControlFlow::Break(())
        };
        let read = StreamRead::new(journal.clone()).backward().limit(1).never_waits();
        store.read_stream(read, &mut visit).await?;
        refused.map(|()| head)
    }

    /// Reads where a journal stands, and what was changed after a position that matters to firing a timer: no more of it than was added since.
    pub(super) async fn read_with_timer(
        store: &dyn EventStore,
        journal: &StreamId,
        (name, due): (&str, i64),
        after: Position,
    ) -> Result<(Self, Option<Changed>), LoadError> {
        let mut changed = None;
        let change = |_, entry: &JournalEntry| {
            if changes_timer(entry, name) {
                changed = Some(Changed::Itself);
            } else if sets_before(entry, due) {
                changed.get_or_insert(Changed::Earlier);
            }
        };
        let head = Self::read_behind(store, journal, after, change).await?;
        Ok((head, changed))
    }

    /// Reads where a journal stands, and gives what was added to it after a position, newest first.
    pub(super) async fn read_behind(
        store: &dyn EventStore,
        journal: &StreamId,
        after: Position,
        mut each: impl FnMut(Position, &JournalEntry) + Send,
    ) -> Result<Self, LoadError> {
        let mut head = None;
        let mut read = StreamRead::new(journal.clone()).backward().limit(FEW).never_waits();
        loop {
            let (mut refused, mut is_all) = (Ok(()), false);
            let mut visit = |stored: StoredEvent<'_>| {
                is_all = stored.position <= after;
                if is_all && head.is_some() {
                    return ControlFlow::Break(());
                }
                match decode(&stored) {
                    Ok(event) => {
                        head.get_or_insert_with(|| Self::of(&stored, &event));
                        if !is_all {
                            each(stored.position, &event.entry);
                        }
                    }
                    Err(error) => refused = Err(error),
                }
                if is_all || refused.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let page = store.read_stream(read.clone(), &mut visit).await?;
            refused?;
            if is_all || !page.more {
                return Ok(head.unwrap_or_default());
            }
            read.advance(page);
        }
    }

    const fn of(stored: &StoredEvent<'_>, event: &JournalEvent) -> Self {
        let is_parked = match &event.entry {
            JournalEntry::Parked { .. } => true,
            JournalEntry::Retried { left, .. } => *left > 0,
            JournalEntry::Reacted { .. } | JournalEntry::Dropped | JournalEntry::Began { .. } => false,
        };
        Self { version: stored.version, position: stored.position, seen: event.seen, is_parked }
    }
}

impl History {
    /// Reads all of a journal.
    pub(super) async fn read(store: &dyn EventStore, journal: &StreamId) -> Result<Self, LoadError> {
        let mut history = Self::default();
        history.read_on(store, journal).await.map(|()| history)
    }

    /// Reads what was added since.
    pub(super) async fn read_on(&mut self, store: &dyn EventStore, journal: &StreamId) -> Result<(), LoadError> {
        let mut read = StreamRead::new(journal.clone()).versions(self.head.version.next()..).never_waits();
        loop {
            let mut refused = Ok(());
            let mut visit = |stored: StoredEvent<'_>| match self.apply(&stored) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    refused = Err(error);
                    ControlFlow::Break(())
                }
            };
            let page = store.read_stream(read.clone(), &mut visit).await?;
            refused?;
            if !page.more {
                return Ok(());
            }
            read.advance(page);
        }
    }

    fn apply(&mut self, stored: &StoredEvent<'_>) -> Result<(), LoadError> {
        let event = decode(stored)?;
        self.head = Head::of(stored, &event);
        match event.entry {
            JournalEntry::Reacted { fired, timers } => {
                fired.map(|name| self.timers.remove(&name));
                self.change_timers(timers, stored)?;
            }
            JournalEntry::Parked { fired: None, .. } => self.waiting.push_back(Waiting::Event(event.seen)),
            JournalEntry::Parked { fired: Some(name), .. } => {
                let timer = self.timers.remove(&name);
                self.waiting.extend(timer.map(|timer| Waiting::Timer(name, timer)));
            }
            JournalEntry::Retried { error: Some(_), .. } | JournalEntry::Began { .. } => {}
            JournalEntry::Retried { timers, .. } => {
                self.waiting.pop_front();
                // A timer that fell due meanwhile is the one that is set or cancelled now.
                self.waiting.retain(|waiting| !waiting.is_changed_by(&timers));
                self.change_timers(timers, stored)?;
            }
            JournalEntry::Dropped => self.waiting.clear(),
        }
        Ok(())
    }

    fn change_timers(&mut self, timers: Timers, stored: &StoredEvent<'_>) -> Result<(), LoadError> {
        if timers.is_empty() {
            return Ok(());
        }
        let correlation = correlation_of(stored)?;
        for (name, due) in timers {
            match due {
                Some(due) => {
                    let timer = TimerSet { due, set_at: stored.position, correlation: correlation.clone() };
                    self.timers.insert(name, timer);
                }
                None => drop(self.timers.remove(&name)),
            }
        }
        Ok(())
    }
}

impl TimerSet {
    /// Reads again how a timer was set; none if it was not so at this position.
    pub(super) async fn read(
        store: &dyn EventStore,
        journal: &StreamId,
        name: &str,
        (due, set_at): (i64, Position),
    ) -> Result<Option<Self>, LoadError> {
        let mut found = Ok(None);
        let mut visit = |stored: StoredEvent<'_>| {
            if stored.position == set_at && stored.stream == journal {
                found = decode(&stored).and_then(|event| {
                    if event.entry.timers().and_then(|timers| timers.get(name)) != Some(&Some(due)) {
                        return Ok(None);
                    }
                    let correlation = correlation_of(&stored)?;
                    Ok(Some(Self { due, set_at, correlation }))
                });
            }
            ControlFlow::Break(())
        };
        let read = LogRead::after(Position::previous(set_at)).limit(1).never_waits();
        store.read_log(read, &mut visit).await?;
        found
    }
}

/// Whether an event of a journal says that a timer is no longer set as it was.
fn changes_timer(entry: &JournalEntry, timer: &str) -> bool {
    entry.fired() == Some(timer) || entry.timers().is_some_and(|timers| timers.contains_key(timer))
}

/// Whether an event of a journal sets a timer that is due before a time.
fn sets_before(entry: &JournalEntry, due: i64) -> bool {
    entry.timers().is_some_and(|timers| timers.values().flatten().any(|set| *set < due))
}

/// The request that a stored event is part of.
fn correlation_of(stored: &StoredEvent<'_>) -> Result<Option<String>, LoadError> {
    Ok(recorded(stored, stored.stream.clone(), ())?.metadata.correlation_id().map(str::to_owned))
}

/// What a stored event of a journal says.
pub(super) fn decode(stored: &StoredEvent<'_>) -> Result<JournalEvent, LoadError> {
    let decoded = JournalEvent::decode(stored.name, stored.schema_version, stored.payload);
    let placed = decoded.and_then(|event| event.check_place(stored.position).map(|()| event));
    placed.map_err(|source| LoadError::Decode { location: stored.location().into(), source })
}
