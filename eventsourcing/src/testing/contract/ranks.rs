//! Positions as ranks: the first event of the log is 1, the next 2, whatever their positions are. So a test says of a store with gaps in its
//! positions what it says of one without. C3 alone, which is about positions, looks at them as they are.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::wait::wait;
use crate::store::{Committed, EventStore, LogRead, StoredEvent};
use crate::stream::Position;

/// The positions of the events of a store, as far as they were asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks {
    positions: Arc<Mutex<Vec<Position>>>,
}

/// Where a commit is stored: the ranks of its first and its last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StoredRanks {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) repeated: bool,
}

impl Ranks {
    /// What is known, with what was stored since if that is not enough. An error of reading is that of the call which the test makes next.
    fn known(&self, store: &dyn EventStore, is_enough: impl Fn(&[Position]) -> bool) -> MutexGuard<'_, Vec<Position>> {
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        while !is_enough(&positions) {
            let after = positions.last().copied().unwrap_or_default();
            let mut read = Vec::new();
            let mut visit = |event: StoredEvent<'_>| {
                read.push(event.position);
                ControlFlow::Continue(())
            };
            let page = wait("read_log", store.read_log(LogRead::after(after), &mut visit));
            positions.extend(&read);
            if read.is_empty() || !page.is_ok_and(|page| page.more) {
                break;
            }
        }
        positions
    }

    /// How many events stand at a position or before it; beyond the log, as if the next events stood there without gaps.
    pub(super) fn rank(&self, store: &dyn EventStore, position: Position) -> u64 {
        let known = self.known(store, |known| known.last().is_some_and(|last| position <= *last));
        let rank = known.partition_point(|known| *known <= position) as u64;
        rank + known.last().map_or(position.get(), |last| position.get().saturating_sub(last.get()))
    }

    /// The position of the event of this rank; beyond the log, as if the next events stood there without gaps.
    pub(super) fn position(&self, store: &dyn EventStore, rank: u64) -> Position {
        let known = self.known(store, |known| rank <= known.len() as u64);
        let index = rank.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        match (index, known.last()) {
            (None, _) => Position::default(),
            (Some(index), Some(last)) => {
                let beyond = || last.saturating_add(rank - known.len() as u64);
                known.get(index).copied().unwrap_or_else(beyond)
            }
            (Some(_), None) => rank.into(),
        }
    }

    /// Where a commit is stored. Between the events of the log there is no place for one.
    #[track_caller]
    pub(super) fn stored(&self, store: &dyn EventStore, committed: Committed) -> StoredRanks {
        let Committed { first, last, repeated } = committed;
        let stored = StoredRanks { first: self.rank(store, first), last: self.rank(store, last), repeated };
        for (position, rank) in [(first, stored.first), (last, stored.last)] {
            let found = self.position(store, rank);
            assert_eq!(found, position, "{committed:?}: no event stands at {position}");
        }
        stored
    }
}
