//! What is kept of a generation in its file, whatever rows are kept beside it.

use std::borrow::Cow;

use crate::error::ViewError;
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::parked;
use crate::view::{Checkpoint, DeliveryPlace, GenerationTable};

/// A writer of a generation's file, which keeps keys by their texts.
pub(crate) trait InFile: Send {
    type Key;

    fn file(&self) -> &GenerationFile;

    fn file_mut(&mut self) -> &mut GenerationFile;

    fn text_of(key: &Self::Key) -> Cow<'_, str>;

    fn key_of(text: String) -> Result<Self::Key, ViewError>;
}

impl<T: InFile> GenerationTable<T::Key> for T {
    fn claim(&mut self) -> Result<bool, ViewError> {
        self.file_mut().claim()
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.file_mut().beat()
    }

    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.file().checkpoint()
    }

    fn parked_keys(&mut self) -> Result<Vec<T::Key>, ViewError> {
        self.file().run(parked::keys)?.into_iter().map(T::key_of).collect()
    }

    fn begin(&mut self) -> Result<(), ViewError> {
        self.file_mut().begin()
    }

    fn park(&mut self, key: &T::Key, place: DeliveryPlace, error: &str) -> Result<(), ViewError> {
        self.file().run(|conn| parked::park(conn, &T::text_of(key), place, error))
    }

    fn enqueue(&mut self, key: &T::Key, place: DeliveryPlace) -> Result<(), ViewError> {
        self.file().run(|conn| parked::enqueue(conn, &T::text_of(key), place))
    }

    fn waiting(&mut self, key: &T::Key, limit: usize) -> Result<Vec<DeliveryPlace>, ViewError> {
        self.file().run(|conn| parked::waiting(conn, &T::text_of(key), limit))
    }

    fn dequeue(&mut self, key: &T::Key, places: &[DeliveryPlace]) -> Result<(), ViewError> {
        self.file().run(|conn| parked::dequeue(conn, &T::text_of(key), places))
    }

    fn keep_parked(&mut self, key: &T::Key, error: &str) -> Result<(), ViewError> {
        self.file().run(|conn| parked::keep_parked(conn, &T::text_of(key), error))
    }

    fn unpark(&mut self, key: &T::Key) -> Result<(), ViewError> {
        self.file().run(|conn| parked::unpark(conn, &T::text_of(key)))
    }

    fn record_drop(&mut self, key: &T::Key) -> Result<(), ViewError> {
        self.file().run(|conn| parked::record_drop(conn, &T::text_of(key)))
    }

    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError> {
        self.file_mut().commit(from, to)
    }

    fn rollback(&mut self) {
        self.file().rollback();
    }
}
