//! A copy put in the place of a store.
//!
//! Whatever moment the process is killed at, or the machine stops, what is opened next is the old store or the new one, whole, or is refused:
//!
//! 1. The copy is copied to `…-copying`, checked and synced. Until then, the old store is as it was.
//! 2. That becomes `…-restore`. From here on, opening is refused ([`OpenError::Unrestored`]), until `restore` is called again.
//! 3. What stands beside the old file is removed, and `-head` is written.
//! 4. `…-restore` takes the place of the file. From here on it is the new store.
//!
//! Meanwhile, the old file is locked, so that no process has it open when it loses its name; where there is none, a placeholder keeps others from making
//! one.

use std::fs::{self, Metadata};
use std::path::Path;

use rusqlite::Connection;

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::connection::setup::end_wal_at_close;
use crate::store::sqlite::copy::new_copy::{CopyError, Part, record, remove, sync_names};
use crate::store::sqlite::copy::placeholder::Placeholder;
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::error::system::io_error;
use crate::store::sqlite::file::connect;
use crate::store::sqlite::file::content::{Content, Purpose, check_replaceable};
use crate::store::sqlite::file::inspect::check_end;
use crate::store::sqlite::file::look::Look;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::Surroundings;
use crate::store::sqlite::os::side_file::{JOURNAL, OF_SQLITE, RESTORE};
use crate::store::sqlite::settings::Settings;
use crate::stream::Position;

impl SqliteStore {
    /// Puts a copy that [`backup`](Self::backup) has made in the place of a store, and gives the position of its last event. It blocks the thread until
    /// all is on the disk.
    ///
    /// The store that was there is gone then, with its `-wal`; there may also be none. No process may have it open. The copy stays as it is, and so
    /// does its `-wal` if it has been used as a store; it may be of an older release, and may stand where nothing can be written.
    /// [`verify`](Self::verify) says whether all of it is sound; here only its end is looked at.
    ///
    /// A reader that had read beyond the copy must start again from the beginning.
    ///
    /// If the process is killed meanwhile, the file is the old store still, or the new one already, or opening it is refused
    /// ([`OpenError::Unrestored`]) until it is restored again.
    ///
    /// ```
    /// # use eventsourcing::SqliteStore;
    /// # use eventsourcing::store::{Commit, EventStore};
    /// # use eventsourcing::StreamId;
    /// # use uuid::Uuid;
    /// # let folder = tempfile::tempdir()?;
    /// # let (path, copy) = (folder.path().join("bank.db"), folder.path().join("copy.db"));
    /// let store = SqliteStore::open(&path)?;
    /// let position = store.backup(&copy)?;
    /// # let mut commit = Commit::new();
    /// # commit.append(StreamId::new("Account", Uuid::nil()), 0)?.event("Opened", 1, b"{}")?;
    /// store.blocking().commit(commit)?; // It should not have been.
    /// drop(store);
    ///
    /// SqliteStore::restore(&copy, &path)?;
    /// assert_eq!(SqliteStore::open(&path)?.blocking().head()?, position);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError::InUse`] if a process has the store open; any other if the copy is not a sound store, the file in whose place it is to be put is
    /// not a store, or the new one cannot be written. All is then as it was; only if the error comes from removing the files beside the old
    /// store or from putting the new one in its place, opening it is refused, as if the process had been killed then.
    pub fn restore(copy: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<Position, OpenError> {
        let (from, to) = (DatabasePath::new(copy.as_ref())?, DatabasePath::new(to.as_ref())?);
        if from == to {
            let message = format!("`{}` cannot be restored from itself: give the path of a copy of it", to.display());
            return Err(StoreError::new(StoreErrorKind::Unsupported, message).into());
        }
        let settings = Settings::default();
        let mut look = open_sound(&from)?;
        check_end(&mut look.reader, look.content, &from, &settings)?;
        look.begin()?;
        let like = to.metadata().or_else(|| from.metadata());
        let place = Destination::take(&to, like.as_ref())?;
        let part = Part::make(&to, like.as_ref())?;
        part.fill(&look.reader.conn, settings.busy_deadline).map_err(|error| match error {
            CopyError::Source(error) => open_error(&from, error),
            CopyError::Copy(error) => error,
        })?;
        if look.is_outdated() {
            return Err(OpenError::in_use(&from, "it was changed while it was copied"));
        }
        drop(look);
        let head = part.check(&settings)?;
        part.sync()?;

        let restored = to.beside(RESTORE);
        part.rename(&restored)?;
        sync_names(&to)?;
        for suffix in OF_SQLITE {
            remove(&to.beside(suffix))?;
        }
        record(&to, head)?;
        sync_names(&to)?;
        let place = place.before_replaced();
        fs::rename(&restored, &*to).map_err(|error| io_error(to.to_path_buf(), error))?;
        place.replaced();
        sync_names(&to)?;
        Ok(head.position)
    }
}

/// A copy that is a store.
fn open_sound(from: &DatabasePath) -> Result<Look, OpenError> {
    let look = Look::open_any_schema(from, Purpose::Open)?;
    match look.content {
        _ if look.is_wal_foreign => Err(OpenError::ForeignWal { path: from.to_path_buf() }),
        Content::Nothing => Err(OpenError::NoStore { path: from.to_path_buf() }),
        Content::Ours(_) => Ok(look),
    }
}

/// The place of the store, which no other process can take.
enum Destination<'p> {
    New(Placeholder<'p>),
    /// The lock of the file that is replaced; none if it is empty, and the files beside it keep other processes from opening it.
    Old {
        _lock: Option<Connection>,
    },
}

impl<'p> Destination<'p> {
    fn take(to: &'p DatabasePath, like: Option<&Metadata>) -> Result<Self, OpenError> {
        let around = Surroundings::read(to);
        let is_empty = match to.metadata() {
            Some(found) if !Placeholder::is_at(to) => found.len() == 0,
            Some(_) | None => return Placeholder::make(to, like).map(Self::New),
        };
        if around.interrupted().is_some() {
            return Err(OpenError::Interrupted { path: to.to_path_buf(), journal: to.beside(JOURNAL) });
        }
        if is_empty && around.has_wal() {
            return Ok(Self::Old { _lock: None });
        }
        if !is_empty {
            check_replaceable(to)?;
        }
        let lock = connect::open_locked(to)?;
        // So that a restore which fails leaves no `-wal` where there was none.
        end_wal_at_close(&lock, !around.has_wal());
        Ok(Self::Old { _lock: Some(lock) })
    }

    /// Closes the file that is replaced, where the system does not replace an open one.
    fn before_replaced(self) -> Self {
        if cfg!(windows) && matches!(self, Self::Old { .. }) { Self::Old { _lock: None } } else { self }
    }

    fn replaced(self) {
        if let Self::New(placeholder) = self {
            placeholder.replaced();
        }
    }
}
