//! Which timers are due when, and where the process begins: what the journals say, in memory.
//!
//! It is made of all journals when a runner starts, and follows them by the log. A timer is fired only if its journal says the same.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use foldhash::fast::RandomState;
use uuid::Uuid;

use crate::codec::{JournalEntry, JournalEvent, Timers};
use crate::store::micros;
use crate::stream::Position;

/// What the journals of a process say of timers, and of where it begins.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// After which position the process begins, if a journal says so.
    pub(super) start: Option<Position>,
    /// Whether there are journals.
    pub(super) has_journals: bool,
    /// By the time at which they are due.
    due: BTreeSet<Due>,
    /// Those that are being fired.
    firing: BTreeSet<Due>,
    /// When each is due, and at which position it was set.
    set: HashMap<(Uuid, u16), (i64, Position), RandomState>,
    /// Names of timers, which the others are numbers of.
    names: Vec<String>,
}

/// When it is due, of which instance, and which of the names it has.
type Due = (i64, Uuid, u16);

/// A timer that is due.
#[derive(Clone, Debug)]
pub(super) struct DueTimer {
    pub(super) instance: Uuid,
    pub(super) name: String,
    pub(super) due: i64,
    pub(super) set_at: Position,
    number: u16,
}

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

    /// When the first is due that is not being fired.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.due.first().map(|(due, ..)| *due)
    }

    /// When the first is due, or was.
    pub(super) fn first_due(&self) -> Option<i64> {
        let firing = self.firing.first().map(|(due, ..)| *due);
        self.next_due().into_iter().chain(firing).min()
    }

    /// A timer that is due, which is then being fired.
    pub(super) fn take_due(&mut self, now: SystemTime) -> Option<DueTimer> {
        let first = *self.due.first().filter(|(due, ..)| *due <= micros(now))?;
        self.due.remove(&first);
        self.firing.insert(first);
        let (due, instance, number) = first;
        let name = self.names.get(usize::from(number))?.clone();
        let (_, set_at) = *self.set.get(&(instance, number))?;
        Some(DueTimer { instance, name, due, set_at, number })
    }

    /// Takes note that a timer was fired, or is not set for that time.
    pub(super) fn fired(&mut self, timer: &DueTimer) {
        self.firing.remove(&(timer.due, timer.instance, timer.number));
        let key = (timer.instance, timer.number);
        if self.set.get(&key) == Some(&(timer.due, timer.set_at)) {
            self.set.remove(&key);
        }
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
            let number = self.number(name);
            let before = match due {
                Some(due) => {
                    self.due.insert((due, instance, number));
                    self.set.insert((instance, number), (due, position)).filter(|(before, _)| *before != due)
                }
                None => self.set.remove(&(instance, number)),
            };
            if let Some((before, _)) = before {
                self.due.remove(&(before, instance, number));
            }
        }
    }

    fn number(&mut self, name: String) -> u16 {
        let found = self.names.iter().position(|known| *known == name);
        let number = found.unwrap_or_else(|| {
            self.names.push(name);
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

    #[test]
    fn a_timer_that_is_set_again_for_the_same_time_while_it_fires_is_not_forgotten() {
        let (mut index, now) = (Index::default(), SystemTime::now());
        set(&mut index, 1, 5);
        let first = index.take_due(now).unwrap();
        set(&mut index, 2, 5);
        index.fired(&first);
        assert_eq!(index.len(), 1);
        let second = index.take_due(now).unwrap();
        assert_eq!((first.set_at.get(), second.set_at.get(), second.due), (1, 2, 5));
        index.fired(&second);
        assert_eq!((index.len(), index.first_due()), (0, None));
    }
}
