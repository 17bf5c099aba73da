//! Opening a store, with its settings.

use std::path::Path;
use std::time::Duration;

use crate::error::OpenError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::settle::adopt;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::file::open::{open_file, open_in_memory, read_id};
use crate::store::sqlite::settings::{Durability, Settings};

/// The settings of a store, and how to open it with them.
///
/// ```
/// use std::time::Duration;
///
/// use eventsourcing::SqliteStore;
/// use eventsourcing::store::sqlite::Durability;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("cache.db");
/// let store = SqliteStore::builder()
///     .durability(Durability::Normal)
///     .busy_deadline(Duration::from_secs(2))
///     .open(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "settings do nothing until a store is opened with them"]
pub struct SqliteBuilder {
    settings: Settings,
}

impl SqliteBuilder {
    /// What an acknowledged commit survives: [`Durability::Full`] unless set.
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.settings.durability = durability;
        self
    }

    /// How long a call waits for other processes that write to the file before it fails as
    /// [`Unavailable`](crate::error::StoreErrorKind::Unavailable): 10 seconds unless set. Callers in the same process wait for each other
    /// without a deadline.
    pub const fn busy_deadline(mut self, deadline: Duration) -> Self {
        self.settings.busy_deadline = deadline;
        self
    }

    /// How often a waiting reader looks for what other processes have committed: every 50 milliseconds unless set. Commits of the
    /// same process wake it at once.
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.settings.poll_interval = interval;
        self
    }

    /// Opens the file as it is, also if it has lost events that were once in it ([`OpenError::Behind`], [`OpenError::Diverged`]): to be set
    /// once, after an older copy was put back on purpose. A reader that had read beyond the copy must start again from the beginning.
    ///
    /// It also makes a new store where the file of one is missing or empty and only its `-head` is left. It never gives up a `-wal` or a `-journal`
    /// that is left ([`OpenError::LostFile`]), and never opens a file with the `-wal` of another ([`OpenError::ForeignWal`]).
    pub const fn accept_loss(mut self) -> Self {
        self.settings.accept_loss = true;
        self
    }

    /// Opens the store in this file, or makes it if there is no such file, or an empty one.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the file. It is then as it was.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, OpenError> {
        let Self { settings } = self;
        let (path, mut writer) = open_file(path.as_ref(), &settings)?;
        adopt(&mut writer, &path, &settings)?;
        let id = read_id(&writer, &Origin::File(path.clone()))?;
        Ok(SqliteStore::new(Some(path), settings, writer, id))
    }

    /// A new store in memory.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if SQLite fails, usually because memory is exhausted.
    pub fn in_memory(self) -> Result<SqliteStore, OpenError> {
        let writer = open_in_memory()?;
        let id = read_id(&writer, &Origin::Memory)?;
        Ok(SqliteStore::new(None, self.settings, writer, id))
    }
}
