//! A row that is set aside: the deliveries that wait for it, made again.

use std::collections::HashSet;

use crate::error::{StopReason, ViewError};
use crate::stream::Position;
use crate::view::fold::Fold;
use crate::view::fold::plan::Plan;
use crate::view::fold::rows::Rows;
use crate::view::fold::singly::run_up_to_failure;
use crate::view::parked::Place;
use crate::view::{Batch, Projection, Table};

/// What came of trying again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Retried {
    /// All deliveries that were given are made.
    Made,
    /// One has failed again, for this reason; those before it are made.
    Failed(String),
}

impl<P: Projection> Fold<P> {
    /// Makes the oldest deliveries that wait for a row; the batch, one [of its own](Self::batch_of_its_own), has their events. The checkpoint
    /// stays.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub(crate) fn retry(
        &mut self,
        batch: &Batch,
        key: &P::Key,
        places: &[Place],
        table: &mut dyn Table<P>,
    ) -> Result<Retried, StopReason> {
        let retried = self.try_retry(batch, key, places, table);
        if retried.is_err() {
            table.rollback();
        }
        // The row in memory is not the one that is kept now.
        self.rows = Rows::default();
        retried
    }

    fn try_retry(
        &self,
        batch: &Batch,
        key: &P::Key,
        places: &[Place],
        table: &mut dyn Table<P>,
    ) -> Result<Retried, StopReason> {
        let mut rows = Rows::default();
        let lanes: Vec<usize> = (0..P::SOURCES.len()).collect();
        let plan = Plan::of(batch, &lanes, (Position::default(), Position::new(u64::MAX)), &HashSet::new(), &mut rows)?;
        let waits = |place: Place| places.contains(&place) || places.contains(&Place { nth: Place::ALL, ..place });
        let of_row = |slot| rows.key_of(slot).is_some_and(|of_slot| of_slot == *key);
        let waiting: Vec<_> =
            plan.deliveries.iter().filter(|delivery| waits(delivery.place) && of_row(delivery.slot)).collect();
        // Nothing is set aside before something was read.
        let Some(checkpoint) = self.checkpoint else { return Ok(Retried::Made) };
        table.begin()?;
        let mut row = table.load(key)?;
        let existed = row.is_some();
        let failed = run_up_to_failure(batch, &waiting, key, &mut row);
        // What handlers of today do not deliver any more waits no longer, and an event that can be read now has places of its own.
        table.dequeue(key, places)?;
        if let Some((index, error)) = &failed {
            waiting.iter().skip(*index).try_for_each(|delivery| table.enqueue(key, delivery.place))?;
            table.keep_parked(key, error)?;
        }
        match &row {
            Some(row) => table.put(row, existed)?,
            None => table.delete(key)?,
        }
        table.commit(self.checkpoint, checkpoint)?;
        Ok(failed.map_or(Retried::Made, |(_, error)| Retried::Failed(error)))
    }

    /// Ends that a row is set aside: nothing waits for it any more, or what waits is dropped, which is recorded.
    ///
    /// # Errors
    ///
    /// If the table failed; nothing is changed then.
    pub(crate) fn unpark(&mut self, key: &P::Key, drops: bool, table: &mut dyn Table<P>) -> Result<(), ViewError> {
        let Some(checkpoint) = self.checkpoint else { return Ok(()) };
        let mut unpark = || {
            table.begin()?;
            if drops {
                table.record_drop(key)?;
            }
            table.unpark(key)?;
            table.commit(self.checkpoint, checkpoint)
        };
        let unparked = unpark();
        match &unparked {
            Ok(()) => drop(self.parked.remove(key)),
            Err(_) => table.rollback(),
        }
        unparked
    }

    /// Whether a row is set aside.
    pub(crate) fn is_parked(&self, key: &P::Key) -> bool {
        self.parked.contains(key)
    }

    /// A batch for its events alone, as [`retry`](Self::retry) needs it.
    pub(crate) fn batch_of_its_own() -> Batch {
        let mut batch = Batch::default();
        for source in P::SOURCES {
            batch.lane(source.kind);
        }
        batch
    }
}
