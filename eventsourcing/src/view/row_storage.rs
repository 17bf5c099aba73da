//! Where the generations of a view of rows are kept.

#[cfg(feature = "sqlite")]
use std::any::Any;
use std::sync::Arc;

use crate::error::ViewError;
use crate::view::{Generation, Lineage, Projection, RowReader, RowSnapshot, Table};

/// How recently it must have been checked which generation is shown: another process may have swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// What was found less than 100 ms ago will do.
    Recent,
    Latest,
}

/// Where the generations of a view of rows are kept.
pub(crate) trait RowStorage<P: Projection>: Send + Sync {
    fn lineage(&self) -> &dyn Lineage;

    /// The rows that are shown.
    ///
    /// # Errors
    ///
    /// [`ViewError::NotBuilt`] if there are none of this type yet.
    fn shown(&self, freshness: Freshness) -> Result<Arc<dyn RowReader<P>>, ViewError>;

    /// The rows of a generation, for its writer.
    fn table(&self, generation: Generation) -> Result<Box<dyn Table<P>>, ViewError>;

    /// The active generation at this moment, whatever code has made it.
    fn snapshot_active(&self) -> Result<Box<dyn RowSnapshot + Send>, ViewError>;

    /// A generation at this moment.
    fn snapshot(&self, generation: Generation) -> Result<Box<dyn RowSnapshot + Send>, ViewError>;

    /// For what only one kind of target can do.
    #[cfg(feature = "sqlite")]
    fn as_any(&self) -> &dyn Any;
}
