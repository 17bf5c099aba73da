//! A store in an SQLite file, or in memory by SQLite.

mod blocking;
mod builder;
mod commit;
pub(crate) mod companion;
mod connection;
mod copy;
mod engine;
pub(crate) mod error;
pub(crate) mod file;
mod format;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod os;
mod read;
mod repair;
mod settings;
mod shared;
mod store;
#[cfg(test)]
mod tests;
mod threads;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::builder::SqliteBuilder;
use self::connection::writer::Writer;
use self::file::path::DatabasePath;
pub(crate) use self::format::varint;
pub(crate) use self::os::positioned_io;
pub use self::repair::finding::Finding;
pub use self::repair::salvage::Salvaged;
pub use self::repair::scan::Progress;
pub use self::repair::verify::Verified;
pub use self::settings::Durability;
use self::settings::Settings;
use self::shared::Shared;
use crate::error::{OpenError, StoreError};
#[cfg(feature = "testing")]
use crate::stream::Position;
use crate::stream::StoreId;

/// A store in one SQLite file.
///
/// A commit is on the disk before it is acknowledged ([`Durability::Full`]). Commits that arrive while one is being written share the next
/// transaction and its sync; a conflict fails alone. Readers never wait for a writer. Any number of processes may open the same file, on one
/// machine: those that write take turns, and a transaction waits for others no longer than
/// [`busy_deadline`](SqliteBuilder::busy_deadline). The file must not lie on a network file system, and must only be copied with
/// [`backup`](Self::backup).
///
/// A clone is another handle on the same store. Dropping the last one waits for the calls that have begun, then closes the file;
/// [`close`](Self::close) does so for all handles, and says what went wrong. Blocking calls run on the caller's thread, async ones on a few
/// threads that all stores of the process share, so that no executor is blocked and any executor works. Threads and reading
/// connections that nothing uses for a second are given up: a process may have hundreds of stores open, one for each tenant. At
/// rest, each takes some descriptors.
///
/// A store is of the process that opened it: in a child of `fork` calls are refused as [`Closed`](crate::error::StoreErrorKind::Closed), if no other thread was in
/// a call when it was forked. Open it after the fork.
///
/// A program that is only to read, or may not write, opens it by [`read_only`](SqliteBuilder::read_only).
///
/// A page also ends, with `more` set, at the event that brings it to 8 MiB. From a visitor of a blocking call, a blocking call on the same store
/// fails as [`Unsupported`](crate::error::StoreErrorKind::Unsupported); do not wait there for one of its futures, which may need what this call holds.
///
/// ```
/// use eventsourcing::SqliteStore;
/// use eventsourcing::store::{Commit, EventStore, LogRead};
/// use eventsourcing::StreamId;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("bank.db");
/// use std::ops::ControlFlow;
/// use uuid::Uuid;
///
/// let store = SqliteStore::open(&path)?;
/// let mut commit = Commit::new();
/// commit.append(StreamId::new("Account", Uuid::nil()), 0)?.event("Opened", 1, br#"{"owner":"alice"}"#)?;
/// store.blocking().commit(commit)?;
///
/// let mut names = Vec::new();
/// store.blocking().read_log(LogRead::after(0), &mut |event| {
///     names.push(event.name.to_owned());
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(names, ["Opened"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

impl SqliteStore {
    /// Opens the store in this file, or makes it if there is no such file, or an empty one. [`builder`](Self::builder) has
    /// the settings.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the file. It is then as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder().open(path)
    }

    /// A new store that is dropped with its last handle. All its handles and threads take turns on one connection.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if SQLite fails, usually because memory is exhausted.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::builder().in_memory()
    }

    /// The settings of a store, and how to open it with them.
    pub fn builder() -> SqliteBuilder {
        SqliteBuilder::default()
    }

    /// Flips one bit of the payload at this position, for tests of what happens then.
    ///
    /// # Errors
    ///
    /// When the store failed.
    #[cfg(feature = "testing")]
    pub fn damage(&self, position: Position) -> Result<(), StoreError> {
        let _call = self.shared.block()?;
        self.shared.engine.damage(position)
    }

    /// Closes the store for all its handles: waits for the calls that have begun, takes the WAL into the file, and closes it. Each later
    /// call, by whatever handle, fails as [`Closed`](crate::error::StoreErrorKind::Closed), and so does a `wait_past` that is waiting; commits already queued
    /// are completed first.
    ///
    /// Dropping the last handle does the same, but cannot say what went wrong. It blocks the thread; from async code, call it where blocking is
    /// allowed.
    ///
    /// ```
    /// # use eventsourcing::SqliteStore;
    /// # use eventsourcing::error::StoreErrorKind;
    /// # use eventsourcing::store::EventStore;
    /// # let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("bank.db"))?;
    /// let other = store.clone();
    /// store.close()?;
    /// assert_eq!(other.blocking().head().unwrap_err().kind(), StoreErrorKind::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the WAL could not be taken into the file; it has all that was acknowledged, and the next process that opens the store goes on from
    /// there. [`Closed`](crate::error::StoreErrorKind::Closed) if the store was closed before, and
    /// [`Unsupported`](crate::error::StoreErrorKind::Unsupported) from inside a visitor or a waker that the store runs.
    pub fn close(self) -> Result<(), StoreError> {
        self.shared.close()
    }

    fn new(path: Option<PathBuf>, settings: Settings, writer: Writer, id: StoreId) -> Self {
        Self { shared: Arc::new(Shared::new(path, settings, writer, id)) }
    }

    fn read_only(path: DatabasePath, settings: Settings) -> Result<Self, OpenError> {
        Shared::read_only(path, settings).map(|shared| Self { shared: Arc::new(shared) })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(self.shared.engine.origin()).finish()
    }
}
