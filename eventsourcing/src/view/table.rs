//! Where the rows of a view are kept: what is asked of memory and of each database.

use crate::error::ViewError;
use crate::log::Checkpoint;
use crate::stream::Position;
use crate::view::View;
use crate::view::parked::Place;

/// The rows, the parked deliveries and the checkpoint of one view. What comes between `begin` and `commit` is kept as a whole or not at all.
pub(crate) trait Table<V: View>: Send {
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
    /// [`ViewError::Fenced`] if another runner has moved it.
    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError>;

    fn rollback(&mut self);
}

/// The position of a checkpoint, 0 before the first.
pub(crate) fn position_of(checkpoint: Option<Checkpoint>) -> Position {
    checkpoint.map_or(Position::new(0), |checkpoint| checkpoint.position)
}
