//! What is kept of one generation of a view beside its rows: up to where it has read, and the deliveries that are parked.

use crate::error::ViewError;
use crate::view::Checkpoint;
use crate::view::parked::DeliveryPlace;

/// One generation of a view, for its writer. What comes between `begin` and `commit` is kept as a whole or not at all.
pub(crate) trait GenerationTable<K>: Send {
    /// Makes the caller the one writer, and the writer before it none; false while another one is alive.
    fn claim(&mut self) -> Result<bool, ViewError>;

    /// Shows others that the writer is alive.
    fn beat(&mut self) -> Result<(), ViewError>;

    /// Up to where the view has read; none of one that has read nothing.
    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError>;

    /// The keys that are parked.
    fn parked_keys(&mut self) -> Result<Vec<K>, ViewError>;

    fn begin(&mut self) -> Result<(), ViewError>;

    /// Parks a key, for this reason.
    fn park(&mut self, key: &K, place: DeliveryPlace, error: &str) -> Result<(), ViewError>;

    /// Adds a delivery to those that wait for a key that is parked.
    fn enqueue(&mut self, key: &K, place: DeliveryPlace) -> Result<(), ViewError>;

    /// The oldest deliveries that wait for a key that is parked, at most so many.
    fn waiting(&mut self, key: &K, limit: usize) -> Result<Vec<DeliveryPlace>, ViewError>;

    /// Removes deliveries that were made, and that waited for the key.
    fn dequeue(&mut self, key: &K, places: &[DeliveryPlace]) -> Result<(), ViewError>;

    /// Keeps a key parked, now for this reason.
    fn keep_parked(&mut self, key: &K, error: &str) -> Result<(), ViewError>;

    /// Ends that a key is parked; nothing waits for it any more.
    fn unpark(&mut self, key: &K) -> Result<(), ViewError>;

    /// Records that the deliveries which wait for a key will not be made.
    fn record_drop(&mut self, key: &K) -> Result<(), ViewError>;

    /// Commits with a checkpoint, if it is still this one.
    ///
    /// # Errors
    ///
    /// [`ViewError::Fenced`] if another runner has moved it, or is the writer now.
    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError>;

    fn rollback(&mut self);
}
