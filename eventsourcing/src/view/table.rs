//! Where the rows of a view are kept: what is asked of memory and of each database.

use crate::error::ViewError;
use crate::log::Checkpoint;
use crate::stream::Position;
use crate::view::parked::{Dropped, Parked, Place};
use crate::view::{Cell, View};

/// The rows, the parked deliveries and the checkpoint of one generation of a view, for its writer. What comes between `begin` and `commit` is kept as a
/// whole or not at all.
pub(crate) trait Table<V: View>: Send {
    /// Makes the caller the one writer, and the writer before it none; false while another one is alive.
    fn claim(&mut self) -> Result<bool, ViewError>;

    /// Shows others that the writer is alive.
    fn beat(&mut self) -> Result<(), ViewError>;

    /// Up to where the rows are made; none of a view that is new.
    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError>;

    /// The keys of all rows that are set aside.
    fn parked_keys(&mut self) -> Result<Vec<V::Key>, ViewError>;

    fn begin(&mut self) -> Result<(), ViewError>;

    fn load(&mut self, key: &V::Key) -> Result<Option<V>, ViewError>;

    /// Puts a row in the place of the one of its key; `exists` says that there is one.
    fn put(&mut self, row: &V, exists: bool) -> Result<(), ViewError>;

    fn delete(&mut self, key: &V::Key) -> Result<(), ViewError>;

    /// Sets a row aside, for this reason.
    fn park(&mut self, key: &V::Key, place: Place, error: &str) -> Result<(), ViewError>;

    /// Adds a delivery to those that wait for a row that is set aside.
    fn enqueue(&mut self, key: &V::Key, place: Place) -> Result<(), ViewError>;

    /// The oldest deliveries that wait for a row that is set aside, at most so many.
    fn waiting(&mut self, key: &V::Key, limit: usize) -> Result<Vec<Place>, ViewError>;

    /// Removes deliveries that were made, and that waited for the row.
    fn dequeue(&mut self, key: &V::Key, places: &[Place]) -> Result<(), ViewError>;

    /// Keeps a row set aside, now for this reason.
    fn keep_parked(&mut self, key: &V::Key, error: &str) -> Result<(), ViewError>;

    /// Ends that a row is set aside; nothing waits for it any more.
    fn unpark(&mut self, key: &V::Key) -> Result<(), ViewError>;

    /// Records that the deliveries which wait for a row will not be made.
    fn record_drop(&mut self, key: &V::Key) -> Result<(), ViewError>;

    /// Commits with a checkpoint, if it is still this one.
    ///
    /// # Errors
    ///
    /// [`ViewError::Fenced`] if another runner has moved it, or is the writer now.
    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError>;

    fn rollback(&mut self);
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

/// The position of a checkpoint, 0 before the first.
pub(crate) fn position_of(checkpoint: Option<Checkpoint>) -> Position {
    checkpoint.map_or(Position::new(0), |checkpoint| checkpoint.position)
}
