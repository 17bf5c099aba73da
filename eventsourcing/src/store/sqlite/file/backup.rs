//! A copy of the store, taken while it is written to.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::error::{ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::head_record::keep_copy;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::head::{self, Head};
use crate::stream::Position;

impl SqliteStore {
    /// Copies the store, as it is at this moment, to a new file, and gives the position of its last event. Commits go on meanwhile. It blocks
    /// the thread until the copy is on its disk.
    ///
    /// The copy is a store. To go back to it, end all processes that use the damaged one, and put the copy in its place together with the
    /// copy's `-head`; without that, the store says that it has lost what came after.
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
    /// assert_eq!(SqliteStore::open(&path)?.head_blocking()?, position);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unsupported`] if there is a file already; it is as it was. Any other when the store could not be read or the copy not
    /// be written; what there is of the copy is to be deleted.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<Position, StoreError> {
        let to = to.as_ref();
        OpenOptions::new().write(true).create_new(true).open(to).map_err(|error| {
            let (kind, what) = if error.kind() == io::ErrorKind::AlreadyExists {
                (StoreErrorKind::Unsupported, "there is a file: give a path where there is none")
            } else {
                (StoreErrorKind::Unavailable, "it cannot be made: check the folder and its permissions")
            };
            StoreError::new(kind, format!("cannot back up to `{}`: {what}", to.display())).caused_by(error)
        })?;
        let head = self.shared.engine.read(|reader| copy(reader, to)).map_err(ReadError::into_store)?;
        // Also over what another store has left there.
        let _ = keep_copy(to, head);
        // So that the name of the file is as lasting as what is in it; where folders cannot be synced, the system does it by itself.
        if let Some(Ok(folder)) = to.parent().map(File::open) {
            let _ = folder.sync_all();
        }
        Ok(head.position)
    }
}

fn copy(reader: &Reader, to: &Path) -> Result<Head, ReadFailure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags)?;
    copy.pragma_update(None, "synchronous", "FULL")?;
    {
        // All in one step, and so of one moment.
        let backup = Backup::new(&reader.conn, &mut copy)?;
        while !matches!(backup.step(-1)?, StepResult::Done) {
            thread::sleep(Duration::from_millis(1));
        }
    }
    head::find(&copy, Head::default())
        .map_err(|mismatch| ReadFailure::Missing(format!("the end of the log: {mismatch:?}")))
}
