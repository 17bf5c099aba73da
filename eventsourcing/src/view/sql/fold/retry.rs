//! A key that is set aside: the deliveries that wait for it, made again.

use super::SqlFold;
use super::delivery::{self, Planned};
use super::singly::{Made, Tried};
use crate::error::{StopReason, ViewError};
use crate::stream::Position;
use crate::view::sql::table::SqlTable;
use crate::view::sql::{SqlKey, SqlProjection};
use crate::view::{Batch, Place, Retried};

/// How far deliveries were made.
enum UpTo {
    End,
    /// The delivery of this number, and why it failed.
    Failure(usize, String),
    TransactionLost,
}

impl<P: SqlProjection> SqlFold<P> {
    /// Makes the oldest deliveries that wait for a key; the batch, one [of its own](Self::batch_of_its_own), has their events. The checkpoint
    /// stays.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub(crate) fn retry(
        &self,
        batch: &Batch,
        key: &SqlKey,
        places: &[Place],
        table: &mut dyn SqlTable,
    ) -> Result<Retried, StopReason> {
        let lanes: Vec<usize> = (0..P::SOURCES.len()).collect();
        let plan = delivery::plan::<P>(batch, &lanes, Position::default())?;
        let is_waiting =
            |delivery: &&Planned<P>| delivery.key.as_ref() == Some(key) && places.contains(&delivery.place);
        let waiting: Vec<_> = plan.iter().filter(is_waiting).collect();
        let retried = self.try_retry(batch, key, places, &waiting, table);
        Ok(retried.inspect_err(|_| table.rollback())?)
    }

    fn try_retry(
        &self,
        batch: &Batch,
        key: &SqlKey,
        places: &[Place],
        waiting: &[&Planned<P>],
        table: &mut dyn SqlTable,
    ) -> Result<Retried, ViewError> {
        // Nothing is set aside before something was read.
        let Some(checkpoint) = self.checkpoint else { return Ok(Retried::Made) };
        let mut tried = Tried::default();
        let failed = loop {
            match self.up_to_failure(batch, waiting, &mut tried, table)? {
                UpTo::End => break None,
                UpTo::Failure(number, error) => break Some((number, error)),
                UpTo::TransactionLost => table.rollback(),
            }
        };
        // What handlers of today do not deliver any more waits no longer.
        table.dequeue(key, places)?;
        if let Some((number, error)) = &failed {
            waiting.iter().skip(*number).try_for_each(|delivery| table.enqueue(key, delivery.place))?;
            table.keep_parked(key, error)?;
        }
        table.commit(self.checkpoint, checkpoint)?;
        Ok(failed.map_or(Retried::Made, |(_, error)| Retried::Failed(error)))
    }

    /// Makes deliveries up to the first that fails.
    fn up_to_failure(
        &self,
        batch: &Batch,
        waiting: &[&Planned<P>],
        tried: &mut Tried,
        table: &mut dyn SqlTable,
    ) -> Result<UpTo, ViewError> {
        table.begin()?;
        for (number, delivery) in waiting.iter().enumerate() {
            match self.make(batch, (number, delivery), tried, table)? {
                Made::Done => {}
                Made::Failed(error) => return Ok(UpTo::Failure(number, error)),
                Made::TransactionLost => return Ok(UpTo::TransactionLost),
            }
        }
        Ok(UpTo::End)
    }

    /// Ends that a key is set aside: nothing waits for it any more, or what waits is dropped, which is recorded.
    ///
    /// # Errors
    ///
    /// If the database failed; nothing is changed then.
    pub(crate) fn unpark(&mut self, key: &SqlKey, drops: bool, table: &mut dyn SqlTable) -> Result<(), ViewError> {
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

    /// A batch for its events alone, as [`retry`](Self::retry) needs it.
    pub(crate) fn batch_of_its_own() -> Batch {
        let mut batch = Batch::default();
        for source in P::SOURCES {
            batch.lane(source.kind);
        }
        batch
    }
}
