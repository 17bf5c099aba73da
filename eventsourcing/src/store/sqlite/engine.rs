//! The connections of a store, and who may use them when.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use event_listener::{Event as Signal, EventListener};

use crate::error::{CommitError, OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::failure::{Doing, Fault, Origin, Unstored, is_harmless};
use crate::store::sqlite::link::{self, Link};
use crate::store::sqlite::{SqliteBuilder, open, read, snapshots, write};
use crate::store::{Commit, Committed, LogRead, Page, SnapshotRead, StoredSnapshot, StreamRead, Visit, micros};
use crate::stream::{CommitId, Position};

/// The most connections for reading that are kept while nobody reads.
const IDLE: usize = 8;

// The readers are closed first: the last connection to be closed takes the WAL into the file.
pub(super) struct Engine {
    readers: Mutex<Vec<Link>>,
    writer: Mutex<Writer>,
    origin: Origin,
    settings: SqliteBuilder,
    committed: Signal,
}

struct Writer {
    /// None after a fault: SQLite and the system may then believe different things about the file.
    link: Option<Link>,
    /// The commit whose outcome is not known, until the file is settled.
    unsettled: Option<CommitId>,
}

impl Engine {
    pub(super) fn new(path: Option<PathBuf>, settings: SqliteBuilder, link: Link) -> Self {
        let origin = match path {
            Some(path) => Origin::File(path),
            None => Origin::Memory,
        };
        Self {
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(Writer { link: Some(link), unsettled: None }),
            origin,
            settings,
            committed: Signal::new(),
        }
    }

    pub(super) const fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) const fn poll_interval(&self) -> Duration {
        self.settings.poll_interval
    }

    /// Is woken by the next commit of this process.
    pub(super) fn listen(&self) -> EventListener {
        self.committed.listen()
    }

    pub(super) fn commit(&self, commit: &Commit) -> Result<Committed, CommitError> {
        let committed = self.write(commit);
        if committed.as_ref().is_ok_and(|committed| !committed.repeated) {
            self.committed.notify(usize::MAX);
        }
        committed
    }

    fn write(&self, commit: &Commit) -> Result<Committed, CommitError> {
        let mut guard = self.writer();
        let writer = &mut *guard;
        let unsettled = writer.unsettled;
        let link = self.settled(writer).map_err(|error| {
            // What is not known of the first try is not known of the second either.
            if unsettled == Some(commit.id()) { self.origin.unknown().caused_by(error) } else { error }
        })?;
        let stored = write::commit(link, commit, micros(SystemTime::now()));
        if let Err(unstored) = &stored {
            self.after(writer, commit.id(), unstored);
        }
        stored.map_err(|unstored| self.origin.commit_error(unstored))
    }

    pub(super) fn keep_snapshot(&self, snapshot: &StoredSnapshot) -> Result<(), StoreError> {
        let mut guard = self.writer();
        let writer = &mut *guard;
        let kept = write::snapshot(self.settled(writer)?, snapshot);
        kept.map_err(|unstored| {
            // No commit has this id: whether the snapshot is there, nobody asks.
            self.after(writer, CommitId::new(), &unstored);
            match unstored {
                Unstored::Before(error) => self.origin.error(Doing::Writing, error),
                Unstored::AtCommit(error) | Unstored::Unknown(error) => self.origin.error(Doing::Committing, error),
                Unstored::Conflict(conflict) => StoreError::new(StoreErrorKind::Unsupported, conflict.to_string()),
            }
        })
    }

    pub(super) fn read_snapshot(&self, read: &SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        self.read(|link| Ok(snapshots::latest(link, read.clone())?)).map_err(ReadError::into_store)
    }

    /// The connection for writing, opened again if it was given up, with no commit left of which the outcome is not known.
    fn settled<'w>(&self, writer: &'w mut Writer) -> Result<&'w mut Link, StoreError> {
        let link = match (writer.link.take(), &self.origin) {
            (Some(link), _) => link,
            (None, Origin::File(path)) => open::again(path, &self.settings).map_err(OpenError::into_store)?,
            (None, Origin::Memory) => {
                let message = "the store in memory was lost in a fault: make another";
                return Err(StoreError::new(StoreErrorKind::Closed, message));
            }
        };
        if writer.unsettled.is_some() {
            write::settle(&link).map_err(|error| self.origin.error(Doing::Writing, error))?;
            writer.unsettled = None;
        }
        Ok(writer.link.insert(link))
    }

    /// Gives the connection up after an error which it may not have come through.
    fn after(&self, writer: &mut Writer, commit: CommitId, unstored: &Unstored) {
        let (error, at_commit) = match unstored {
            Unstored::Conflict(_) => return,
            Unstored::Before(error) => (error, false),
            Unstored::AtCommit(error) | Unstored::Unknown(error) => (error, true),
        };
        if is_harmless(error) && !matches!(unstored, Unstored::Unknown(_)) || matches!(self.origin, Origin::Memory) {
            return;
        }
        writer.link = None;
        if at_commit {
            writer.unsettled = Some(commit);
            // So that who loads and looks now sees what stays. If it fails, the next commit tries again.
            let _ = self.settled(writer);
        }
    }

    pub(super) fn read_stream(&self, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.read(|link| read::stream(link, read, visit))
    }

    pub(super) fn read_log(&self, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.read(|link| read::log(link, read, visit))
    }

    pub(super) fn head(&self) -> Result<Position, StoreError> {
        self.read(|link| Ok(link::head(&link.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(super) fn damage(&self, position: Position) -> Result<(), StoreError> {
        let mut writer = self.writer();
        let link = self.settled(&mut writer)?;
        write::damage(link, position).map_err(|error| self.origin.error(Doing::Writing, error))
    }

    fn read<T>(&self, read: impl FnOnce(&mut Link) -> Result<T, Fault>) -> Result<T, ReadError> {
        let Origin::File(path) = &self.origin else {
            let read = read(self.settled(&mut self.writer())?);
            return read.map_err(|fault| self.origin.read_error(fault));
        };
        let idle = self.readers().pop();
        let mut link = match idle {
            Some(link) => link,
            None => open::again(path, &self.settings).map_err(OpenError::into_store)?,
        };
        let read = read(&mut link);
        if !matches!(read, Err(Fault::Sqlite(_))) {
            let mut readers = self.readers();
            if readers.len() < IDLE {
                readers.push(link);
            }
        }
        read.map_err(|fault| self.origin.read_error(fault))
    }

    /// Keeps commits waiting.
    #[cfg(test)]
    pub(super) fn block(&self) -> impl Drop {
        self.writer()
    }

    // A panic leaves no more behind than an open transaction, which the next commit rolls back.
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Link>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.origin).finish()
    }
}
