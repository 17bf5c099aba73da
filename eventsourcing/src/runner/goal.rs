//! Where a generation that is built is to come to, and not beyond.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::view::Checkpoint;

/// Where a generation that is built is to come to, while others compare it.
#[derive(Debug, Default)]
pub(super) struct Goal {
    /// Of those who compare at the same time, each its own: the nearest one counts.
    set: Mutex<Vec<(u64, Checkpoint)>>,
}

/// A goal that is set, until it is dropped.
#[derive(Debug)]
pub(super) struct GoalSet<'g> {
    goal: &'g Goal,
    /// None if there is nothing to come to.
    number: Option<u64>,
}

impl Goal {
    /// Sets it; nothing is a goal before the first event.
    pub(super) fn set(&self, checkpoint: Option<Checkpoint>) -> GoalSet<'_> {
        let mut set = self.lock();
        let number = set.last().map_or(0, |(number, _)| number + 1);
        set.extend(checkpoint.map(|checkpoint| (number, checkpoint)));
        GoalSet { goal: self, number: checkpoint.map(|_| number) }
    }

    pub(super) fn get(&self) -> Option<Checkpoint> {
        self.lock().iter().map(|(_, checkpoint)| *checkpoint).min_by_key(|checkpoint| checkpoint.position)
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Checkpoint)>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for GoalSet<'_> {
    fn drop(&mut self) {
        self.goal.lock().retain(|(number, _)| Some(*number) != self.number);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::stream::{Position, StoreId};

    #[test]
    fn one_who_has_set_none_takes_none_away() {
        let goal = Goal::default();
        let none = goal.set(None);
        let at = Checkpoint { store: StoreId::from(Uuid::nil()), position: Position::new(5), checksum: 0 };
        let _other = goal.set(Some(at));
        drop(none);
        assert_eq!(goal.get(), Some(at));
    }
}
