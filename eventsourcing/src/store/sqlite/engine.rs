//! The connections of a store, and who may use them when.

mod short_reads;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_listener::{Event as Signal, EventListener};

use crate::error::{OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteBuilder;
use crate::store::sqlite::commit::queue::Queue;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::{CommitFailure, Operation, Origin, ReadFailure, is_harmless};
use crate::store::sqlite::file::open;
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::format::snapshots;
use crate::store::sqlite::read::log;
use crate::store::sqlite::threads::bell::{Bell, Listening};
use crate::store::{Commit, LogRead, Page, SnapshotRead, StoredSnapshot, Visit};
use crate::stream::{CommitId, Position};

/// The most connections for reading that are kept while nobody reads.
const IDLE: usize = 8;

// The readers are closed first: the last connection to be closed takes the WAL into the file.
pub(crate) struct Engine {
    readers: Mutex<Vec<Reader>>,
    pub(crate) writer: Mutex<State>,
    pub(crate) queue: Queue,
    pub(crate) origin: Origin,
    pub(crate) settings: SqliteBuilder,
    pub(crate) committed: Arc<Signal>,
    pub(crate) bell: Bell,
}

pub(crate) struct State {
    /// None after a fault: SQLite and the system may then believe different things about the file.
    pub(crate) writer: Option<Writer>,
    /// The head of the last connection: the next must have come as far.
    head: Head,
    /// Whether what is in the file is certain.
    is_settled: bool,
    /// The commits whose outcome is not known, until the file is settled.
    pub(crate) unsettled: Vec<CommitId>,
}

impl Engine {
    pub(crate) fn new(path: Option<PathBuf>, settings: SqliteBuilder, mut writer: Writer) -> Self {
        let bell = Bell::new(path.as_deref());
        let origin = path.map_or(Origin::Memory, Origin::File);
        if let Origin::File(path) = &origin {
            writer.side_files = Some(SideFiles::open(path, &settings, writer.tail.head()));
        }
        Self {
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(State {
                writer: Some(writer),
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

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) const fn poll_interval(&self) -> Duration {
        self.settings.poll_interval
    }

    /// Is woken by the next commit of this process, and by those of others as long as [`hear`](Self::hear) does.
    pub(crate) fn listen(&self) -> EventListener {
        self.committed.listen()
    }

    /// Hears of the commits of other processes, where the system can.
    pub(crate) fn hear(&self) -> Option<Listening> {
        let committed = Arc::clone(&self.committed);
        self.bell.listen(move || {
            committed.notify(usize::MAX);
        })
    }

    pub(crate) fn keep_snapshot(&self, snapshot: &StoredSnapshot) -> Result<(), StoreError> {
        let mut guard = self.writer();
        let state = &mut *guard;
        let kept = transaction::snapshot(self.settled(state)?, snapshot);
        kept.map_err(|unstored| {
            // No commit has this id: whether the snapshot is there, nobody asks.
            self.after(state, &[], &unstored);
            match unstored {
                CommitFailure::BeforeCommit(error) => self.origin.error(Operation::Writing, error),
                CommitFailure::AtCommit(error) | CommitFailure::Unknown(error) => {
                    self.origin.error(Operation::Committing, error)
                }
                CommitFailure::LogMismatch(mismatch) => self.origin.mismatch(mismatch),
                CommitFailure::Conflict(conflict) => StoreError::new(StoreErrorKind::Unsupported, conflict.to_string()),
            }
        })
    }

    pub(crate) fn read_snapshot(&self, read: &SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        self.read(|Reader { conn, names }| Ok(snapshots::latest(conn, names, read.clone())?))
            .map_err(ReadError::into_store)
    }

    /// The connection for writing, opened again if it was given up, with no commit left of which the outcome is not known.
    pub(crate) fn settled<'s>(&self, state: &'s mut State) -> Result<&'s mut Writer, StoreError> {
        let writer = match (state.writer.take(), &self.origin) {
            (Some(writer), _) => writer,
            (None, Origin::File(path)) => {
                let conn = open::again(path, &self.settings).map_err(OpenError::into_store)?;
                let head = head::find(&conn, state.head).map_err(|mismatch| self.origin.mismatch(mismatch))?;
                let mut writer = Writer::new(conn, head);
                writer.side_files = Some(SideFiles::open(path, &self.settings, head));
                writer
            }
            (None, Origin::Memory) => {
                let message = "the store in memory was lost in a fault: make another";
                return Err(StoreError::new(StoreErrorKind::Closed, message));
            }
        };
        if !state.is_settled {
            let settled = transaction::settle(&writer.reader.conn);
            settled.map_err(|error| self.origin.error(Operation::Writing, error))?;
            state.is_settled = true;
            state.unsettled.clear();
        }
        Ok(state.writer.insert(writer))
    }

    /// Gives the connection up after an error which it may not have come through.
    pub(crate) fn after(&self, state: &mut State, commits: &[&Commit], unstored: &CommitFailure) {
        let (error, at_commit) = match unstored {
            CommitFailure::Conflict(_) | CommitFailure::LogMismatch(_) => return,
            CommitFailure::BeforeCommit(error) => (error, false),
            CommitFailure::AtCommit(error) | CommitFailure::Unknown(error) => (error, true),
        };
        if is_harmless(error) && !matches!(unstored, CommitFailure::Unknown(_)) || matches!(self.origin, Origin::Memory)
        {
            return;
        }
        state.head = state.writer.take().map_or(state.head, |writer| writer.tail.head());
        if at_commit {
            state.is_settled = false;
            state.unsettled = commits.iter().map(|commit| commit.id()).collect();
            // So that who loads and looks now sees what stays. If it fails, the next commit tries again.
            let _ = self.settled(state);
        }
    }

    pub(crate) fn read_log(&self, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.read(|reader| log::page(reader, read, visit))
    }

    pub(crate) fn head(&self) -> Result<Position, StoreError> {
        self.read(|reader| Ok(head::position(&reader.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn damage(&self, position: Position) -> Result<(), StoreError> {
        let mut state = self.writer();
        let writer = self.settled(&mut state)?;
        transaction::damage(&writer.reader.conn, position).map_err(|error| self.origin.error(Operation::Writing, error))
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>) -> Result<T, ReadError> {
        let Origin::File(path) = &self.origin else {
            let read = read(&mut self.settled(&mut self.writer())?.reader);
            return read.map_err(|fault| self.origin.read_error(fault));
        };
        let idle = self.readers().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::new(open::again(path, &self.settings).map_err(OpenError::into_store)?),
        };
        let read = read(&mut reader);
        if !matches!(read, Err(ReadFailure::Sqlite(_))) {
            let mut readers = self.readers();
            if readers.len() < IDLE {
                readers.push(reader);
            }
        }
        read.map_err(|fault| self.origin.read_error(fault))
    }

    /// Keeps commits waiting.
    #[cfg(test)]
    pub(crate) fn block(&self) -> impl Drop {
        self.writer()
    }

    // A panic leaves no more behind than an open transaction, which the next commit rolls back.
    pub(crate) fn writer(&self) -> MutexGuard<'_, State> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.origin).finish()
    }
}
