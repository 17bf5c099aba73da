//! Which timers are due when, and where the process begins: what the journals say, in memory.
//!
//! It is made of all journals when a runner starts, and follows them by the log. A timer is fired only if its journal says the same.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use foldhash::fast::RandomState;
use uuid::Uuid;

use crate::codec::{JournalEntry, JournalEvent, Timers};
use crate::process::instance_timers::{InstanceTimers, KnownTimer};
use crate::store::micros;
use crate::stream::Position;

/// What the journals of a process say of timers, and of where it begins.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// After which position the process begins, if a journal says so.
    pub(super) start: Option<Position>,
    /// Whether there are journals.
    pub(super) has_journals: bool,
    /// Those of instances of which none is being fired, by the time at which they are due.
    due: BTreeSet<Due>,
    /// The instances of which one is being fired, and when the first of theirs was due.
    firing: HashMap<Uuid, i64, RandomState>,
    /// The same by that time.
    fires: BTreeSet<(i64, Uuid)>,
    /// When each is due, and at which position it was set.
    set: HashMap<(Uuid, u16), (i64, Position), RandomState>,
    /// Names of timers, which the others are numbers of.
    names: Vec<String>,
}

/// When it is due, of which instance, and which of the names it has.
type Due = (i64, Uuid, u16);

impl Index {
    /// Takes note of an event of a journal, which is at this position.
    pub(super) fn apply(&mut self, instance: Uuid, event: JournalEvent, position: Position) {
        self.has_journals = true;
        match event.entry {
            JournalEntry::Reacted { fired, timers } => {
                self.forget(instance, fired, position);
                self.change(instance, timers, position);
            }
            JournalEntry::Parked { fired, .. } => self.forget(instance, fired, position),
            JournalEntry::Retried { timers, .. } => self.change(instance, timers, position),
            JournalEntry::Dropped => {}
            JournalEntry::Began { after } => self.start = Some(after),
        }
    }

    /// When the first is due of an instance of which none is being fired.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.due.first().map(|(due, ..)| *due)
    }

    /// When the first is due, or was.
    pub(super) fn first_due(&self) -> Option<i64> {
        let fires = self.fires.first().map(|(due, _)| *due);
        self.next_due().into_iter().chain(fires).min()
    }

    /// The timers of an instance of which one is due, which is then being fired. The journals were followed up to a position.
    pub(super) fn take_due(&mut self, now: SystemTime, followed: Position) -> Option<(Uuid, InstanceTimers)> {
        let until = micros(now);
        let (due, instance, _) = *self.due.first().filter(|(due, ..)| *due <= until)?;
        let (numbers, known): (Vec<u16>, Vec<_>) = self.of(instance).unzip();
        for (number, timer) in numbers.into_iter().zip(&known) {
            self.due.remove(&(timer.due, instance, number));
        }
        self.firing.insert(instance, due);
        self.fires.insert((due, instance));
        Some((instance, InstanceTimers { known, followed, until, gone: Vec::new() }))
    }

    /// Takes note that none of an instance is being fired any more, and that these are gone.
    pub(super) fn fired(&mut self, instance: Uuid, gone: &[KnownTimer]) {
        if let Some(due) = self.firing.remove(&instance) {
            self.fires.remove(&(due, instance));
        }
        for timer in gone {
            let key = (instance, self.number(&timer.name));
            if self.set.get(&key) == Some(&(timer.due, timer.set_at)) {
                self.set.remove(&key);
            }
        }
        let left: Vec<_> = self.of(instance).map(|(number, timer)| (timer.due, instance, number)).collect();
        self.due.extend(left);
    }

    /// The timers of an instance that are set, with the numbers of their names.
    fn of(&self, instance: Uuid) -> impl Iterator<Item = (u16, KnownTimer)> {
        self.names.iter().zip(0..).filter_map(move |(name, number)| {
            let (due, set_at) = *self.set.get(&(instance, number))?;
            Some((number, KnownTimer { name: name.clone(), due, set_at }))
        })
    }

    /// How many timers are set.
    pub(super) fn len(&self) -> usize {
        self.set.len()
    }

    fn forget(&mut self, instance: Uuid, fired: Option<String>, position: Position) {
        if let Some(name) = fired {
            self.change(instance, Timers::from([(name, None)]), position);
        }
    }

    fn change(&mut self, instance: Uuid, timers: Timers, position: Position) {
        for (name, due) in timers {
            let number = self.number(&name);
            let before = match due {
                Some(due) => self.set.insert((instance, number), (due, position)),
                None => self.set.remove(&(instance, number)),
            };
            if let Some((before, _)) = before {
                self.due.remove(&(before, instance, number));
            }
            if let Some(due) = due.filter(|_| !self.firing.contains_key(&instance)) {
                self.due.insert((due, instance, number));
            }
        }
    }

    fn number(&mut self, name: &str) -> u16 {
        let found = self.names.iter().position(|known| known == name);
        let number = found.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        u16::try_from(number).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::DeliveryId;

    /// The journal of an instance sets a timer at a position.
    fn set(index: &mut Index, position: u64, due: i64) {
        let timers = Timers::from([("late".to_owned(), Some(due))]);
        let entry = JournalEntry::Reacted { fired: None, timers };
        let event = JournalEvent { seen: DeliveryId::default(), entry };
        index.apply(Uuid::nil(), event, Position::new(position));
    }

    fn take(index: &mut Index) -> KnownTimer {
        let (instance, timers) = index.take_due(SystemTime::now(), Position::default()).unwrap();
        assert!(instance.is_nil() && index.take_due(SystemTime::now(), Position::default()).is_none());
        timers.known.into_iter().next().unwrap()
    }

    #[test]
    fn a_timer_that_is_set_again_for_the_same_time_while_it_fires_is_not_forgotten() {
        let mut index = Index::default();
        set(&mut index, 1, 5);
        let first = take(&mut index);
        set(&mut index, 2, 5);
        index.fired(Uuid::nil(), std::slice::from_ref(&first));
        assert_eq!(index.len(), 1);
        let second = take(&mut index);
        assert_eq!((first.set_at.get(), second.set_at.get(), second.due), (1, 2, 5));
        index.fired(Uuid::nil(), &[second]);
        assert_eq!((index.len(), index.first_due()), (0, None));
    }

    #[test]
    fn what_is_set_while_another_fires_waits_for_that() {
        let mut index = Index::default();
        set(&mut index, 1, 5);
        let first = take(&mut index);
        set(&mut index, 2, 3);
        assert_eq!((index.next_due(), index.first_due()), (None, Some(5)));
        index.fired(Uuid::nil(), &[first]);
        assert_eq!((index.next_due(), take(&mut index).due, index.first_due()), (Some(3), 3, Some(3)));
    }
}
