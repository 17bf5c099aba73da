//! A copy of the store, taken while it is written to.

use std::fs;
use std::path::Path;

use crate::error::{OpenError, ReadError, StoreError};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::copy::new_copy::{CopyError, NewCopy};
use crate::store::sqlite::error::{Origin, ReadFailure};
use crate::store::sqlite::file::path::DatabasePath;
use crate::stream::Position;

impl SqliteStore {
    /// Copies the store, as it is at this moment, to a new file, and gives the position of its last event. Commits go on meanwhile. It blocks
    /// the thread until the copy is on its disk; a store makes one copy at a time.
    ///
    /// The copy is a store in one file, with the mode and owner of this one's, and it has its name only when it is whole: until then there is a
    /// file of that name which is no store, and `…-copying` beside it. A process that is killed meanwhile leaves both; the next backup to
    /// this path replaces them.
    ///
    /// To go back to the copy, call [`restore`](Self::restore). A copy that is put in the place of a store by hand stands beside a `-wal` and a
    /// `-head` that are not its own, and is refused.
    ///
    /// A store is never to be copied in another way while a process uses it.
    ///
    /// ```
    /// # use eventsourcing::SqliteStore;
    /// # use eventsourcing::store::EventStore;
    /// # let folder = tempfile::tempdir()?;
    /// # let store = SqliteStore::open(folder.path().join("bank.db"))?;
    /// # let path = folder.path().join("copy.db");
    /// let position = store.backup(&path)?;
    /// assert_eq!(SqliteStore::open(&path)?.blocking().head()?, position);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unsupported`](crate::error::StoreErrorKind::Unsupported) if there is a file already, which is as it was, or if the path cannot be
    /// that of a store; [`StoreErrorKind::Corrupt`](crate::error::StoreErrorKind::Corrupt) if the store is damaged or a `-wal` is left beside the path of
    /// the copy; [`StoreErrorKind::Full`](crate::error::StoreErrorKind::Full) if there is no space for it; any other when the store could not be read or the
    /// copy not be written. Nothing is left of the copy then.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<Position, StoreError> {
        self.back_up(to.as_ref()).map_err(|error| match error {
            Failure::Source(error) => error.into_store(),
            Failure::Copy(error) => error.into_store(),
        })
    }

    fn back_up(&self, to: &Path) -> Result<Position, Failure> {
        let engine = &self.shared.engine;
        let to = DatabasePath::new(to)?;
        let like = match engine.origin() {
            Origin::File(path) => fs::metadata(path).ok(),
            Origin::Memory => None,
        };
        let copy = NewCopy::begin(&to, like.as_ref())?;
        let filled = engine.read_whole(|reader| match copy.part.fill(&reader.conn, engine.settings.busy_deadline) {
            Ok(()) => Ok(Ok(())),
            Err(CopyError::Source(error)) => Err(ReadFailure::Sqlite(error)),
            Err(CopyError::Copy(error)) => Ok(Err(error)),
        });
        filled.map_err(Failure::Source)??;
        let head = copy.part.check(&engine.settings)?;
        copy.finish(head)?;
        Ok(head.position)
    }
}

/// Why there is no copy.
enum Failure {
    Source(ReadError),
    Copy(OpenError),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Copy(error)
    }
}
