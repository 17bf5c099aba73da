//! The connections of a store, and who may use them when.

pub(crate) mod readers;
mod short_reads;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteBuilder;
use crate::store::sqlite::commit::queue::Queue;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::readers::{Admission, Bounds, Length, Readers};
use crate::store::sqlite::error::{CommitFailure, Operation, Origin, ReadFailure, is_harmless};
use crate::store::sqlite::file::open;
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::format::snapshots;
use crate::store::sqlite::read::log;
use crate::store::sqlite::threads::bell::Bell;
use crate::store::sqlite::threads::calls::Calls;
use crate::store::sqlite::threads::page;
use crate::store::sqlite::threads::visiting::StoreKey;
use crate::store::watch::Watch;
use crate::store::{Commit, LogRead, Page, SnapshotRead, StoredSnapshot, Visit};
use crate::stream::{CommitId, Position};

pub(crate) struct Engine {
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Mutex<State>,
    pub(crate) queue: Queue,
    pub(crate) origin: Origin,
    pub(crate) settings: SqliteBuilder,
    /// Publishes the last position.
    pub(crate) committed: Arc<Watch>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) key: StoreKey,
    pub(crate) calls: Arc<Calls>,
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
        let calls = Arc::<Calls>::default();
        let (origin, bounds) = match path {
            Some(path) => (Origin::File(path), Bounds::FILE),
            None => (Origin::Memory, Bounds::MEMORY),
        };
        if let Origin::File(path) = &origin {
            writer.side_files = Some(SideFiles::open(path, &settings, writer.tail.head()));
        }
        Self {
            readers: Readers::new(bounds, Arc::clone(&calls)),
            writer: Mutex::new(State {
                writer: Some(writer),
                head: Head::default(),
                is_settled: true,
                unsettled: Vec::new(),
            }),
            queue: Queue::default(),
            origin,
            settings,
            committed: Arc::default(),
            bell: Arc::new(bell),
            key: StoreKey::new(),
            calls,
        }
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Wakes those who wait for a commit. No lock is held, and nobody leads: a waker may call the store.
    pub(crate) fn publish(&self, position: Position) {
        self.committed.publish(position);
        self.bell.ring();
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

    pub(crate) fn read_snapshot(
        &self,
        admission: Admission,
        read: &SnapshotRead,
    ) -> Result<Option<StoredSnapshot>, StoreError> {
        self.read_admitted(admission, |Reader { conn, names }| Ok(snapshots::latest(conn, names, read.clone())?))
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

    pub(crate) fn read_log(
        &self,
        admission: Admission,
        read: &LogRead,
        visit: &mut Visit<'_>,
    ) -> Result<Page, ReadError> {
        self.read_admitted(admission, |reader| log::page(reader, read, &mut page::bounded(visit)))
    }

    pub(crate) fn head(&self, admission: Admission) -> Result<Position, StoreError> {
        self.read_admitted(admission, |reader| Ok(head::position(&reader.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn damage(&self, position: Position) -> Result<(), StoreError> {
        let mut state = self.writer();
        let writer = self.settled(&mut state)?;
        transaction::damage(&writer.reader.conn, position).map_err(|error| self.origin.error(Operation::Writing, error))
    }

    /// Reads on this thread, for as long as it takes.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>) -> Result<T, ReadError> {
        let _call = self.calls.begin()?;
        self.read_admitted(Admission::Waits(Length::Long), read)
    }

    pub(crate) fn read_admitted<T>(
        &self,
        admission: Admission,
        read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<T, ReadError> {
        self.key.check_call()?;
        let read = |reader: &mut Reader| {
            let _visiting = self.key.visit();
            read(reader)
        };
        let Origin::File(path) = &self.origin else {
            let read = read(&mut self.settled(&mut self.writer())?.reader);
            return read.map_err(|fault| self.origin.read_error(fault));
        };
        // Dropped last: the next reader finds the connection.
        let _pass = self.readers.pass(admission);
        let open = || open::again(path, &self.settings).map(Reader::new).map_err(OpenError::into_store);
        let mut lent = self.readers.lend(&self.origin, self.settings.busy_deadline, open)?;
        let read = read(&mut lent.reader);
        if !matches!(read, Err(ReadFailure::Sqlite(_))) {
            lent.give_back();
        }
        read.map_err(|fault| self.origin.read_error(fault))
    }

    /// Takes the WAL into the file and closes all connections, after the last call.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        let mut state = self.writer();
        let Some(writer) = state.writer.take() else { return Ok(()) };
        let conn = &writer.reader.conn;
        let checkpointed = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0));
        checkpointed.map(|_| ()).map_err(|error| self.origin.error(Operation::Writing, error))
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
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Before the one for writing: the last connection to be closed takes the WAL into the file.
        self.readers.close();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.origin).finish()
    }
}
