//! Where the rows of a view are kept: what is asked of memory and of each database.

use crate::error::ViewError;
use crate::view::parked::{Dropped, Parked};
use crate::view::{Cell, Checkpoint, GenerationTable, View};

/// The rows of one generation of a view, for its writer.
pub(crate) trait Table<V: View>: GenerationTable<V::Key> {
    fn load(&mut self, key: &V::Key) -> Result<Option<V>, ViewError>;

    /// Puts a row in the place of the one of its key; `exists` says that there is one.
    fn put(&mut self, row: &V, exists: bool) -> Result<(), ViewError>;

    fn delete(&mut self, key: &V::Key) -> Result<(), ViewError>;
}

/// The rows, the parked deliveries and the checkpoint of one generation of a view, for its readers.
pub(crate) trait RowReader<V: View>: Send + Sync {
    fn get(&self, key: &V::Key) -> Result<Option<V>, ViewError>;

    /// The rows that are asked for, in the order of their keys.
    fn select(&self, select: &Select<V::Key>) -> Result<Vec<V>, ViewError>;

    fn parked(&self) -> Result<Vec<Parked<V::Key>>, ViewError>;

    fn parked_len(&self) -> Result<usize, ViewError>;

    fn dropped(&self) -> Result<Vec<Dropped<V::Key>>, ViewError>;

    fn checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;
}

/// Which rows are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Select<K> {
    /// Columns by their index, and what they are to hold.
    pub(crate) filters: Vec<(usize, Cell<'static>)>,
    pub(crate) after: Option<K>,
    pub(crate) limit: usize,
}
