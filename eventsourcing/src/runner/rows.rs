//! A generation of rows that a runner brings up to date.

use crate::error::{StopReason, ViewError};
use crate::runner::folding::Build;
use crate::view::{Batch, Checkpoint, Fold, FoldLimits, Place, Projection, Retried, Table};

/// The fold of a view, and the table that it keeps its rows in.
pub(super) struct RowsBuild<P: Projection> {
    fold: Fold<P>,
    table: Box<dyn Table<P>>,
}

impl<P: Projection> RowsBuild<P> {
    pub(super) fn new(table: Box<dyn Table<P>>, batch: &mut Batch, limits: FoldLimits) -> Self {
        Self { fold: Fold::new(batch, limits), table }
    }
}

impl<P: Projection> Build for RowsBuild<P> {
    type Key = P::Key;

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

    fn is_parked(&self, key: &P::Key) -> bool {
        self.fold.is_parked(key)
    }

    fn waiting(&mut self, key: &P::Key, limit: usize) -> Result<Vec<Place>, ViewError> {
        self.table.waiting(key, limit)
    }

    fn retry(&mut self, batch: &Batch, key: &P::Key, places: &[Place]) -> Result<Retried, StopReason> {
        self.fold.retry(batch, key, places, &mut *self.table)
    }

    fn unpark(&mut self, key: &P::Key, drops: bool) -> Result<(), ViewError> {
        self.fold.unpark(key, drops, &mut *self.table)
    }

    fn batch_of_its_own(&self) -> Batch {
        Fold::<P>::batch_of_its_own()
    }

    fn rollback(&mut self) {
        self.table.rollback();
    }
}
