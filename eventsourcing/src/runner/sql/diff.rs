//! Comparing what is built of a view in SQL with what is shown.

use std::time::Duration;

use crate::error::ViewError;
use crate::runner::beside::{self, TakesSnapshots};
use crate::runner::registered_view::downcast;
use crate::runner::sql::{SqlView, SqlViewKind};
use crate::view::sqlite::{SqlSnapshot, SqlStorage};
use crate::view::{Checkpoint, Generation, SqlDiff, SqlProjection};

impl<P: SqlProjection> TakesSnapshots for SqlStorage<P> {
    type Snapshot = SqlSnapshot;

    fn active(&self) -> Result<SqlSnapshot, ViewError> {
        self.snapshot_active()
    }

    fn generation(&self, generation: Generation) -> Result<SqlSnapshot, ViewError> {
        self.snapshot(generation)
    }

    fn checkpoint(snapshot: &SqlSnapshot) -> Option<Checkpoint> {
        snapshot.checkpoint()
    }
}

impl<P: SqlProjection> SqlView<P> {
    /// Compares the tables that are built beside those that are shown with these, at the same position of the log; it waits for that up to this time.
    /// [`Views::hold_swaps`](crate::Views::hold_swaps) keeps what is built from being shown before.
    ///
    /// It reads both on the caller's thread, and sorts tables without a primary key.
    ///
    /// # Errors
    ///
    /// As [`Views::diff`](crate::Views::diff).
    ///
    /// # Cancel safety
    ///
    /// Comparing changes nothing.
    pub async fn diff(&self, time: Duration) -> Result<SqlDiff, ViewError> {
        let view = self.find()?;
        let storage = downcast::<SqlViewKind<P>>(&*view)?.storage()?;
        let compared = beside::at_one_position(&self.set, &*view, storage, time).await;
        let compared = compared.and_then(|(shown, built)| shown.diff(&built));
        // What was built goes on from where it was compared.
        self.set.notify();
        compared
    }
}
