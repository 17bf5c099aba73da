//! The settings of a store.

use std::path::Path;
use std::time::Duration;

use crate::error::OpenError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::commit::settle::adopt;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::file::open;

/// What an acknowledged commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process and of the machine: the commit is on the disk before it is acknowledged.
    #[default]
    Full,
    /// The end of the process. When the machine loses power, the last commits may be lost: whole commits, from the end only.
    Normal,
}

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
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until a store is opened with them"]
pub struct SqliteBuilder {
    pub(crate) durability: Durability,
    pub(crate) busy_deadline: Duration,
    pub(crate) poll_interval: Duration,
    pub(crate) accept_loss: bool,
}

impl Default for SqliteBuilder {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            busy_deadline: Duration::from_secs(10),
            poll_interval: Duration::from_millis(50),
            accept_loss: false,
        }
    }
}

impl SqliteBuilder {
    /// What an acknowledged commit survives: [`Durability::Full`] unless set.
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How long a call waits for other processes that write to the file before it fails as
    /// [`Unavailable`](crate::error::StoreErrorKind::Unavailable): 10 seconds unless set. Callers in the same process wait for each other
    /// without a deadline.
    pub const fn busy_deadline(mut self, deadline: Duration) -> Self {
        self.busy_deadline = deadline;
        self
    }

    /// How often a waiting reader looks for what other processes have committed: every 50 milliseconds unless set. Commits of the
    /// same process wake it at once.
    pub const fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Opens the file as it is, also if it has lost events that were once in it ([`OpenError::Behind`], [`OpenError::Diverged`]): to be set
    /// once, after an older copy was put back on purpose. A reader that had read beyond the copy must start again from the beginning.
    ///
    /// It also makes a new store where the file of one is missing or empty and only its `-head` is left. It never gives up a `-wal` or a `-journal`
    /// that is left ([`OpenError::LostFile`]), and never opens a file with the `-wal` of another ([`OpenError::ForeignWal`]).
    pub const fn accept_loss(mut self) -> Self {
        self.accept_loss = true;
        self
    }

    /// Opens the store in this file, or makes it if there is no such file, or an empty one.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the file. It is then as it was.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, OpenError> {
        let (path, mut writer) = open::file(path.as_ref(), &self)?;
        adopt(&mut writer, &path, &self)?;
        let id = open::id(&writer, &Origin::File(path.clone()))?;
        Ok(SqliteStore::new(Some(path), self, writer, id))
    }

    /// A new store in memory.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if SQLite fails, usually because memory is exhausted.
    pub fn in_memory(self) -> Result<SqliteStore, OpenError> {
        let writer = open::memory()?;
        let id = open::id(&writer, &Origin::Memory)?;
        Ok(SqliteStore::new(None, self, writer, id))
    }
}
