//! What a projection in SQL does with a batch: all of it in one transaction.
//!
//! A handler has no savepoint of its own as long as none fails, which would cost half of the speed. When one fails, the transaction is rolled back, and
//! the same deliveries are made again one by one (`singly`).

mod delivery;
mod retry;
mod singly;

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use self::delivery::Planned;
use super::guard::{Fault, Guard};
use super::table::SqlTable;
use super::{SqlKey, SqlProjection};
use crate::error::{StopReason, ViewError};
use crate::view::partition::SourceKind;
use crate::view::view_fold::partitions_in;
use crate::view::{Batch, Checkpoint, DeliveryPlace, FoldLimits, FoldState, Retried, ViewFold, position_of};

/// The state of one view between batches.
pub(crate) struct SqlFold<P: SqlProjection> {
    /// For each source of the projection, its partition in the batches.
    partitions: Vec<usize>,
    state: FoldState<SqlKey>,
    guard: Guard,
    projection: PhantomData<fn() -> P>,
}

/// What ends the first pass over a batch.
enum Ended {
    /// A handler has failed: the deliveries are to be made one by one.
    ByHandler,
    For(StopReason),
}

impl From<ViewError> for Ended {
    fn from(error: ViewError) -> Self {
        Self::For(error.into())
    }
}

impl<P: SqlProjection> SqlFold<P> {
    /// The fold of a view that is new; [`reopen`](ViewFold::reopen) makes it that of a table, which this one sets the hooks of. The batch gets a partition for
    /// each source.
    pub(crate) fn new(table: &mut dyn SqlTable, batch: &mut Batch, limits: FoldLimits) -> Result<Self, ViewError> {
        let guard = Guard::install(table.connection()).map_err(|error| table.failed(error))?;
        Ok(Self {
            partitions: partitions_in::<Self>(batch),
            state: FoldState::new(limits),
            guard,
            projection: PhantomData,
        })
    }

    fn set_up(&self, table: &mut dyn SqlTable) -> Result<(), ViewError> {
        table.begin()?;
        // Another may have made them meanwhile.
        if !table.is_new()? {
            table.rollback();
            return Ok(());
        }
        match self.guard.run(table.connection(), P::setup) {
            Ok(()) => table.commit_new(),
            Err(Fault::Handler(error)) => Err(ViewError::Setup { view: P::NAME, error }),
            Err(Fault::Database(error)) => Err(table.failed(error)),
        }
    }

    /// Makes all deliveries, if none fails.
    fn at_once(
        &self,
        batch: &Batch,
        plan: &[Planned<P>],
        to: Checkpoint,
        table: &mut dyn SqlTable,
    ) -> Result<(), Ended> {
        table.begin()?;
        for delivery in plan {
            if let Some(key) = delivery.key.as_ref().filter(|key| self.state.is_parked(key)) {
                table.enqueue(key, delivery.place)?;
                continue;
            }
            match delivery.run(batch, &self.guard, table.connection()) {
                Ok(()) => {}
                Err(Fault::Handler(_)) => return Err(Ended::ByHandler),
                Err(Fault::Database(error)) => return Err(table.failed(error).into()),
            }
        }
        Ok(table.commit(self.state.checkpoint(), to)?)
    }
}

impl<P: SqlProjection> ViewFold for SqlFold<P> {
    const VIEW: &'static str = P::NAME;

    type Key = SqlKey;
    type Table = dyn SqlTable;

    fn kinds() -> impl Iterator<Item = SourceKind> {
        P::SOURCES.iter().map(|source| source.kind)
    }

    fn state(&self) -> &FoldState<SqlKey> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut FoldState<SqlKey> {
        &mut self.state
    }

    /// Makes the tables of one that is new.
    ///
    /// # Errors
    ///
    /// [`ViewError::Setup`] if they could not be made.
    fn reopen(&mut self, table: &mut Self::Table) -> Result<(), ViewError> {
        if table.is_new()? {
            self.set_up(table).inspect_err(|_| table.rollback())?;
        }
        self.state.read(table)
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut Self::Table) -> Result<(), StopReason> {
        let plan = delivery::plan(batch, &self.partitions, (position_of(self.state.checkpoint()), to.position))?;
        let applied = match self.at_once(batch, &plan, to, table) {
            Ok(()) => Ok(HashSet::new()),
            Err(Ended::ByHandler) => {
                table.rollback();
                self.singly(batch, &plan, to, table)
            }
            Err(Ended::For(reason)) => Err(reason),
        };
        let parked = applied.inspect_err(|_| table.rollback())?;
        self.state.reached(to, parked);
        Ok(())
    }

    fn retry(
        &mut self,
        batch: &Batch,
        key: &SqlKey,
        places: &[DeliveryPlace],
        table: &mut Self::Table,
    ) -> Result<Retried, StopReason> {
        let retried = self.try_retry(batch, key, places, table);
        retried.inspect_err(|_| table.rollback())
    }
}

impl<P: SqlProjection> fmt::Debug for SqlFold<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SqlFold");
        shown.field("view", &P::NAME).field("checkpoint", &self.state.checkpoint()).finish_non_exhaustive()
    }
}
