//! Where the tables of a view are kept: what a projection in SQL asks of the file of a generation.

use rusqlite::Connection;

use super::SqlKey;
use crate::error::ViewError;
use crate::view::{Checkpoint, Place};

/// The database of one generation of a view. What comes between `begin` and `commit` is kept as a whole or not at all.
pub(crate) trait SqlTable: Send {
    /// The connection that writes.
    fn connection(&mut self) -> &mut Connection;

    /// What an error of the connection is for the view.
    fn failed(&self, error: rusqlite::Error) -> ViewError;

    /// Makes the caller the one writer, and the writer before it none; false while another one is alive.
    fn claim(&mut self) -> Result<bool, ViewError>;

    /// Shows others that the writer is alive.
    fn beat(&mut self) -> Result<(), ViewError>;

    /// Whether it has no tables of the projection yet.
    fn is_new(&mut self) -> Result<bool, ViewError>;

    /// Commits the tables of the projection.
    fn commit_new(&mut self) -> Result<(), ViewError>;

    /// Up to where the view has read; none of one that has read nothing.
    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError>;

    /// The keys that are set aside.
    fn parked_keys(&mut self) -> Result<Vec<SqlKey>, ViewError>;

    fn begin(&mut self) -> Result<(), ViewError>;

    /// Sets a key aside, for this reason.
    fn park(&mut self, key: &SqlKey, place: Place, error: &str) -> Result<(), ViewError>;

    /// Adds a delivery to those that wait for a key that is set aside.
    fn enqueue(&mut self, key: &SqlKey, place: Place) -> Result<(), ViewError>;

    /// The oldest deliveries that wait for a key that is set aside, at most so many.
    fn waiting(&mut self, key: &SqlKey, limit: usize) -> Result<Vec<Place>, ViewError>;

    /// Removes deliveries that were made, and that waited for the key.
    fn dequeue(&mut self, key: &SqlKey, places: &[Place]) -> Result<(), ViewError>;

    /// Keeps a key set aside, now for this reason.
    fn keep_parked(&mut self, key: &SqlKey, error: &str) -> Result<(), ViewError>;

    /// Ends that a key is set aside; nothing waits for it any more.
    fn unpark(&mut self, key: &SqlKey) -> Result<(), ViewError>;

    /// Records that the deliveries which wait for a key will not be made.
    fn record_drop(&mut self, key: &SqlKey) -> Result<(), ViewError>;

    /// Commits with a checkpoint, if it is still this one.
    ///
    /// # Errors
    ///
    /// [`ViewError::Fenced`] if another runner has moved it, or is the writer now.
    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError>;

    fn rollback(&mut self);
}
