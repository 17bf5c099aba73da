//! The deliveries of a batch in which a handler has failed, one by one, each in a savepoint.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Connection;

use super::SqlFold;
use super::delivery::Planned;
use crate::error::{StopReason, ViewError};
use crate::view::sql::guard::Fault;
use crate::view::sql::table::SqlTable;
use crate::view::sql::{SqlKey, SqlProjection};
use crate::view::{Batch, Checkpoint};

/// How often a delivery is tried: what SQL depends on is more than what the handler is given.
const TRIES: u32 = 3;

/// How often a delivery was tried before, and how it failed, by its number in the plan. Some end the whole transaction, which is then begun again.
#[derive(Default)]
pub(super) struct Tried {
    by_delivery: BTreeMap<usize, (u32, String)>,
}

/// What came of a delivery.
pub(super) enum Made {
    Done,
    /// It has failed as often as it is tried; nothing of it is kept.
    Failed(String),
    /// It has ended the transaction, with all that was in it: begin again.
    TransactionLost,
}

impl<P: SqlProjection> SqlFold<P> {
    /// Makes the deliveries, and parks those keys of which one fails.
    pub(super) fn singly(
        &self,
        batch: &Batch,
        plan: &[Planned<P>],
        to: Checkpoint,
        table: &mut dyn SqlTable,
    ) -> Result<HashSet<SqlKey>, StopReason> {
        let mut tried = Tried::default();
        loop {
            if let Some(parked) = self.try_singly(batch, plan, &mut tried, table)? {
                table.commit(self.state.checkpoint(), to)?;
                return Ok(parked);
            }
            table.rollback();
        }
    }

    /// The keys that are parked now; `None` if the transaction is lost.
    fn try_singly(
        &self,
        batch: &Batch,
        plan: &[Planned<P>],
        tried: &mut Tried,
        table: &mut dyn SqlTable,
    ) -> Result<Option<HashSet<SqlKey>>, StopReason> {
        let mut parked = HashSet::new();
        table.begin()?;
        for (number, delivery) in plan.iter().enumerate() {
            let key = delivery.key.as_ref();
            if let Some(key) = key.filter(|key| self.state.is_parked(key) || parked.contains(*key)) {
                table.enqueue(key, delivery.place)?;
                continue;
            }
            match self.make(batch, (number, delivery), tried, table)? {
                Made::Done => {}
                Made::TransactionLost => return Ok(None),
                Made::Failed(error) => {
                    let position = delivery.place.position;
                    let Some(key) = key else { return Err(StopReason::Failed { position, error }) };
                    self.state.check_limit(parked.len() + 1, position, &error)?;
                    table.park(key, delivery.place, &error)?;
                    parked.insert(key.clone());
                }
            }
        }
        Ok(Some(parked))
    }

    /// Makes one delivery, up to [`TRIES`] times.
    pub(super) fn make(
        &self,
        batch: &Batch,
        (number, delivery): (usize, &Planned<P>),
        tried: &mut Tried,
        table: &mut dyn SqlTable,
    ) -> Result<Made, ViewError> {
        loop {
            if let Some((TRIES.., error)) = tried.by_delivery.get(&number) {
                return Ok(Made::Failed(error.clone()));
            }
            let connection = &*table.connection();
            let made = in_savepoint(connection, || delivery.run(batch, &self.guard, connection));
            match made {
                Ok(()) => return Ok(Made::Done),
                Err(Fault::Database(error)) => return Err(table.failed(error)),
                Err(Fault::Handler(error)) => {
                    let is_lost = connection.is_autocommit();
                    let before = tried.by_delivery.get(&number).map_or(0, |(times, _)| *times);
                    tried.by_delivery.insert(number, (before + 1, error));
                    if is_lost {
                        return Ok(Made::TransactionLost);
                    }
                }
            }
        }
    }
}

/// Runs something in a savepoint; what fails leaves nothing, but may have ended the transaction.
fn in_savepoint(connection: &Connection, run: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    // Not among the statements that are kept: see `Guard::install`.
    let sql = |text| connection.execute_batch(text).map_err(Fault::Database);
    sql("SAVEPOINT delivery")?;
    let ran = run();
    match &ran {
        Ok(()) => sql("RELEASE delivery")?,
        Err(Fault::Handler(_)) if !connection.is_autocommit() => sql("ROLLBACK TO delivery; RELEASE delivery")?,
        Err(_) => {}
    }
    ran
}
