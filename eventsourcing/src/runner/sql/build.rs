//! A generation in SQL that a runner brings up to date.

use crate::error::{StopReason, ViewError};
use crate::runner::folding::Build;
use crate::view::sql::{SqlFold, SqlTable};
use crate::view::{Batch, Checkpoint, FoldLimits, Place, Retried, SqlKey, SqlProjection};

/// The fold of a view in SQL, and the file that its tables are in.
pub(super) struct SqlBuild<P: SqlProjection> {
    fold: SqlFold<P>,
    table: Box<dyn SqlTable>,
}

impl<P: SqlProjection> SqlBuild<P> {
    pub(super) fn new(mut table: Box<dyn SqlTable>, batch: &mut Batch, limits: FoldLimits) -> Result<Self, ViewError> {
        Ok(Self { fold: SqlFold::new(&mut *table, batch, limits)?, table })
    }
}

impl<P: SqlProjection> Build for SqlBuild<P> {
    type Key = SqlKey;

    fn view(&self) -> &'static str {
        P::NAME
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        self.fold.checkpoint()
    }

    fn parked_len(&self) -> usize {
        self.fold.parked_len()
    }

    fn claim(&mut self) -> Result<bool, ViewError> {
        self.table.claim()
    }

    fn reopen(&mut self) -> Result<(), ViewError> {
        self.fold.reopen(&mut *self.table)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.table.beat()
    }

    fn look(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.table.checkpoint()
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint) -> Result<(), StopReason> {
        self.fold.apply(batch, to, &mut *self.table)
    }

    fn is_parked(&self, key: &SqlKey) -> bool {
        self.fold.is_parked(key)
    }

    fn waiting(&mut self, key: &SqlKey, limit: usize) -> Result<Vec<Place>, ViewError> {
        self.table.waiting(key, limit)
    }

    fn retry(&mut self, batch: &Batch, key: &SqlKey, places: &[Place]) -> Result<Retried, StopReason> {
        self.fold.retry(batch, key, places, &mut *self.table)
    }

    fn unpark(&mut self, key: &SqlKey, drops: bool) -> Result<(), ViewError> {
        self.fold.unpark(key, drops, &mut *self.table)
    }

    fn batch_of_its_own(&self) -> Batch {
        SqlFold::<P>::batch_of_its_own()
    }

    fn rollback(&mut self) {
        self.table.rollback();
    }
}
