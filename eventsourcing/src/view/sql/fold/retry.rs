//! A key that is parked: the deliveries that wait for it, made again.

use super::SqlFold;
use super::delivery::{self, Planned};
use super::singly::{Made, Tried};
use crate::error::{StopReason, ViewError};
use crate::stream::Position;
use crate::view::sql::table::SqlTable;
use crate::view::sql::{SqlKey, SqlProjection};
use crate::view::{Batch, DeliveryPlace, Retried};

/// How far deliveries were made.
enum UpTo {
    End,
    /// The delivery of this number, and why it failed.
    Failure(usize, String),
    TransactionLost,
}

impl<P: SqlProjection> SqlFold<P> {
    pub(super) fn try_retry(
        &self,
        batch: &Batch,
        key: &SqlKey,
        places: &[DeliveryPlace],
        table: &mut dyn SqlTable,
    ) -> Result<Retried, StopReason> {
        let partitions: Vec<usize> = (0..P::SOURCES.len()).collect();
        let plan = delivery::plan::<P>(batch, &partitions, (Position::default(), Position::new(u64::MAX)))?;
        let is_waiting = |delivery: &&Planned<P>| delivery.key.as_ref() == Some(key) && delivery.place.is_among(places);
        let waiting: Vec<_> = plan.iter().filter(is_waiting).collect();
        let mut tried = Tried::default();
        let failed = loop {
            match self.up_to_failure(batch, &waiting, &mut tried, table)? {
                UpTo::End => break None,
                UpTo::Failure(number, error) => break Some((number, error)),
                UpTo::TransactionLost => table.rollback(),
            }
        };
        let failed = failed.map(|(number, error)| (error, waiting.iter().skip(number).map(|delivery| delivery.place)));
        Ok(self.state.commit_retry(key, places, failed, table)?)
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
}
