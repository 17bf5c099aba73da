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

    /// The rows that are asked for.
    fn select(&self, select: &Select<V::Key>) -> Result<Vec<V>, ViewError>;

    /// How many rows there are of those that are asked for, without the limit.
    fn count(&self, filter: &Filter<V::Key>) -> Result<u64, ViewError>;

    fn parked(&self) -> Result<Vec<Parked<V::Key>>, ViewError>;

    fn parked_len(&self) -> Result<usize, ViewError>;

    fn dropped(&self) -> Result<Vec<Dropped<V::Key>>, ViewError>;

    fn checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;
}

/// Which rows are asked for, in which order, and how many of them.
#[derive(Clone, Debug)]
pub(crate) struct Select<K> {
    pub(crate) filter: Filter<K>,
    /// The column, by its index, that comes before the key in the order.
    pub(crate) order: Option<usize>,
    pub(crate) skip: usize,
    pub(crate) limit: usize,
}

/// Which rows are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Filter<K> {
    /// Columns by their index, and what they are to hold.
    pub(crate) cells: Vec<(usize, Cell<'static>)>,
    /// Only rows beyond this key.
    pub(crate) after: Option<K>,
    /// Whether the greatest comes first: beyond a key are those that are less.
    pub(crate) is_backward: bool,
}
