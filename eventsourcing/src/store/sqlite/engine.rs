//! The connections of a store, and who may use them when.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_listener::{Event as Signal, EventListener};

use crate::error::{OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::bell::{Bell, Listening};
use crate::store::sqlite::busy::set_deadline;
use crate::store::sqlite::failure::{Doing, Fault, Origin, Unstored, is_harmless};
use crate::store::sqlite::head::{self, Head};
use crate::store::sqlite::link::{Beside, Link};
use crate::store::sqlite::queue::Queue;
use crate::store::sqlite::{SqliteBuilder, open, read, snapshots, write};
use crate::store::{Commit, LogRead, Page, SnapshotRead, StoredSnapshot, Visit};
use crate::stream::{CommitId, Position};

/// The most connections for reading that are kept while nobody reads.
const IDLE: usize = 8;

// The readers are closed first: the last connection to be closed takes the WAL into the file.
pub(super) struct Engine {
    readers: Mutex<Vec<Link>>,
    pub(super) writer: Mutex<Writer>,
    pub(super) queue: Queue,
    pub(super) origin: Origin,
    pub(super) settings: SqliteBuilder,
    pub(super) committed: Arc<Signal>,
    pub(super) bell: Bell,
}

pub(super) struct Writer {
    /// None after a fault: SQLite and the system may then believe different things about the file.
    pub(super) link: Option<Link>,
    /// The head of the last connection: the next must have come as far.
    head: Head,
    /// Whether what is in the file is certain.
    is_settled: bool,
    /// The commits whose outcome is not known, until the file is settled.
    pub(super) unsettled: Vec<CommitId>,
}

impl Engine {
    pub(super) fn new(path: Option<PathBuf>, settings: SqliteBuilder, mut link: Link) -> Self {
        let bell = Bell::new(path.as_deref());
        let origin = path.map_or(Origin::Memory, Origin::File);
        if let Origin::File(path) = &origin {
            link.beside = Beside::of(path, &settings, link.head);
        }
        Self {
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(Writer {
                link: Some(link),
                head: Head::default(),
                is_settled: true,
                unsettled: Vec::new(),
            }),
            queue: Queue::default(),
            origin,
            settings,
            committed: Arc::new(Signal::new()),
            bell,
        }
    }

    pub(super) const fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) const fn poll_interval(&self) -> Duration {
        self.settings.poll_interval
    }

    /// Is woken by the next commit of this process, and by those of others as long as [`hear`](Self::hear) does.
    pub(super) fn listen(&self) -> EventListener {
        self.committed.listen()
    }

    /// Hears of the commits of other processes, where the system can.
    pub(super) fn hear(&self) -> Option<Listening> {
        let committed = Arc::clone(&self.committed);
        self.bell.listen(move || {
            committed.notify(usize::MAX);
        })
    }

    pub(super) fn keep_snapshot(&self, snapshot: &StoredSnapshot) -> Result<(), StoreError> {
        let mut guard = self.writer();
        let writer = &mut *guard;
        let kept = write::snapshot(self.settled(writer)?, snapshot);
        kept.map_err(|unstored| {
            // No commit has this id: whether the snapshot is there, nobody asks.
            self.after(writer, &[], &unstored);
            match unstored {
                Unstored::Before(error) => self.origin.error(Doing::Writing, error),
                Unstored::AtCommit(error) | Unstored::Unknown(error) => self.origin.error(Doing::Committing, error),
                Unstored::Astray(astray) => self.origin.astray(astray),
                Unstored::Conflict(conflict) => StoreError::new(StoreErrorKind::Unsupported, conflict.to_string()),
            }
        })
    }

    pub(super) fn read_snapshot(&self, read: &SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        self.read(|link| Ok(snapshots::latest(link, read.clone())?)).map_err(ReadError::into_store)
    }

    /// The connection for writing, opened again if it was given up, with no commit left of which the outcome is not known.
    pub(super) fn settled<'w>(&self, writer: &'w mut Writer) -> Result<&'w mut Link, StoreError> {
        set_deadline(self.settings.busy_deadline);
        let link = match (writer.link.take(), &self.origin) {
            (Some(link), _) => link,
            (None, Origin::File(path)) => {
                let mut link = open::again(path, &self.settings).map_err(OpenError::into_store)?;
                link.head = head::of(&link.conn, writer.head).map_err(|astray| self.origin.astray(astray))?;
                link.beside = Beside::of(path, &self.settings, link.head);
                link
            }
            (None, Origin::Memory) => {
                let message = "the store in memory was lost in a fault: make another";
                return Err(StoreError::new(StoreErrorKind::Closed, message));
            }
        };
        if !writer.is_settled {
            write::settle(&link).map_err(|error| self.origin.error(Doing::Writing, error))?;
            writer.is_settled = true;
            writer.unsettled.clear();
        }
        Ok(writer.link.insert(link))
    }

    /// Gives the connection up after an error which it may not have come through.
    pub(super) fn after(&self, writer: &mut Writer, commits: &[&Commit], unstored: &Unstored) {
        let (error, at_commit) = match unstored {
            Unstored::Conflict(_) | Unstored::Astray(_) => return,
            Unstored::Before(error) => (error, false),
            Unstored::AtCommit(error) | Unstored::Unknown(error) => (error, true),
        };
        if is_harmless(error) && !matches!(unstored, Unstored::Unknown(_)) || matches!(self.origin, Origin::Memory) {
            return;
        }
        writer.head = writer.link.take().map_or(writer.head, |link| link.head);
        if at_commit {
            writer.is_settled = false;
            writer.unsettled = commits.iter().map(|commit| commit.id()).collect();
            // So that who loads and looks now sees what stays. If it fails, the next commit tries again.
            let _ = self.settled(writer);
        }
    }

    pub(super) fn read_log(&self, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.read(|link| read::log(link, read, visit))
    }

    pub(super) fn head(&self) -> Result<Position, StoreError> {
        self.read(|link| Ok(head::position(&link.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(super) fn damage(&self, position: Position) -> Result<(), StoreError> {
        let mut writer = self.writer();
        let link = self.settled(&mut writer)?;
        write::damage(link, position).map_err(|error| self.origin.error(Doing::Writing, error))
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&mut Link) -> Result<T, Fault>) -> Result<T, ReadError> {
        let Origin::File(path) = &self.origin else {
            let read = read(self.settled(&mut self.writer())?);
            return read.map_err(|fault| self.origin.read_error(fault));
        };
        set_deadline(self.settings.busy_deadline);
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
    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
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
