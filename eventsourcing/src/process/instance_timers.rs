//! Firing the timers of an instance: first the one that is due first of all that are set when it comes to that, also those that a firing before has set.

use std::collections::BTreeMap;

use crate::aggregate::{Id, journal_of};
use crate::codec::JournalEntry;
use crate::error::{LoadError, StoreError};
use crate::process::Process;
use crate::process::delivery::Given;
use crate::process::journal::{Head, TimerSet};
use crate::process::reactor::{Known, Outcome, Pass, Reactor};
use crate::stream::Position;

/// The timers of an instance, as its journal sets them up to a position.
#[derive(Debug)]
pub(super) struct InstanceTimers {
    pub(super) known: Vec<KnownTimer>,
    /// Up to where the journal was followed.
    pub(super) followed: Position,
    /// Only what is due then is fired, in microseconds since 1970 UTC.
    pub(super) until: i64,
    /// Those that are set no longer as they were, or were fired.
    pub(super) gone: Vec<KnownTimer>,
}

/// A timer: its name, when it is due, and the position of the event that has set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownTimer {
    pub(super) name: String,
    pub(super) due: i64,
    pub(super) set_at: Position,
}

impl<P: Process> Reactor<P> {
    /// Fires the first of an instance's timers, if one is due: of those that are known and those that its journal sets behind that.
    pub(super) async fn fire(&self, instance: Id<P>, timers: &mut InstanceTimers) -> Result<Outcome, StoreError> {
        let (set, read) = match self.set_now(instance, timers).await {
            Ok(set) => set,
            Err(error) => return Outcome::unreadable(error),
        };
        timers.gone = timers.known.iter().filter(|known| !set.contains(known)).cloned().collect();
        let due = set.into_iter().filter(|timer| timer.due <= timers.until);
        let Some(first) = due.min_by(|one, other| one.order().cmp(&other.order())) else { return Ok(Outcome::Done) };
        let outcome =
            match TimerSet::read(&*self.store, &journal_of(instance), &first.name, (first.due, first.set_at)).await {
                Ok(Some(timer)) => {
                    let given = Given::Timer(first.name.clone(), timer);
                    self.react(instance, &given, Pass::First, Known::Timer(read)).await?
                }
                Ok(None) => Outcome::Done,
                Err(error) => return Outcome::unreadable(error),
            };
        if !matches!(outcome, Outcome::Overtaken) {
            timers.gone.push(first);
        }
        Ok(outcome)
    }

    /// The timers that are set now, and up to where the journal was read for that.
    async fn set_now(
        &self,
        instance: Id<P>,
        timers: &InstanceTimers,
    ) -> Result<(Vec<KnownTimer>, Position), LoadError> {
        // Newest first, so that the first that is said of a name is how it is.
        let mut changes: BTreeMap<String, Option<(i64, Position)>> = BTreeMap::new();
        let change = |position, entry: &JournalEntry| {
            for (name, due) in entry.timers().into_iter().flatten() {
                changes.entry(name.clone()).or_insert(due.map(|due| (due, position)));
            }
            if let Some(fired) = entry.fired() {
                changes.entry(fired.to_owned()).or_default();
            }
        };
        let head = Head::read_behind(&*self.store, &journal_of(instance), timers.followed, change).await?;
        let unchanged = timers.known.iter().filter(|timer| !changes.contains_key(&timer.name)).cloned();
        let mut set: Vec<_> = unchanged.collect();
        let set_since =
            changes.into_iter().filter_map(|(name, set)| set.map(|(due, set_at)| KnownTimer { name, due, set_at }));
        set.extend(set_since);
        Ok((set, timers.followed.max(head.position)))
    }
}

impl KnownTimer {
    /// By when it is due; of several that are due then, by which was set first.
    fn order(&self) -> (i64, Position, &str) {
        (self.due, self.set_at, &self.name)
    }
}
