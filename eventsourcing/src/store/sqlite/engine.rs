//! The connections of a store, and which work uses which.

mod short_reads;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, io, mem};

use event_listener::{Event as Signal, EventListener};

use crate::error::{OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteBuilder;
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::{CommitFailure, Operation, Origin, ReadFailure};
use crate::store::sqlite::file::open;
use crate::store::sqlite::format::{head, snapshots};
use crate::store::sqlite::read::log;
use crate::store::sqlite::threads::bell::{Bell, Listening};
use crate::store::{LogRead, Page, SnapshotRead, StoredSnapshot, Visit};
use crate::stream::Position;

/// The most connections for reading that are kept while nobody reads.
const IDLE: usize = 8;

pub(crate) struct Engine {
    readers: Mutex<Vec<Reader>>,
    pub(crate) committer: Committer,
    pub(crate) origin: Origin,
    pub(crate) settings: SqliteBuilder,
    committed: Arc<Signal>,
    bell: Arc<Bell>,
    /// None in memory.
    identity: Option<Arc<Identity>>,
}

impl Engine {
    /// `start_worker` has a thread call [`Committer::serve`].
    pub(crate) fn new(
        path: Option<PathBuf>,
        settings: SqliteBuilder,
        writer: Writer,
        start_worker: impl Fn() -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let (bell, committed) = (Arc::new(Bell::new(path.as_deref())), Arc::new(Signal::new()));
        let origin = path.map_or(Origin::Memory, Origin::File);
        let identity = writer.side_files.as_ref().map(|files| Arc::clone(&files.identity));
        let publish = {
            let (bell, committed) = (Arc::clone(&bell), Arc::clone(&committed));
            move |_| {
                committed.notify(usize::MAX);
                bell.ring();
            }
        };
        let committer = Committer::new(writer, origin.clone(), settings.clone(), start_worker, publish);
        Self { readers: Mutex::default(), committer, origin, settings, committed, bell, identity }
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
        self.committer.with_lead(|writing| {
            let kept = transaction::snapshot(writing.ready(&self.origin, &self.settings)?, snapshot);
            kept.map_err(|failure| {
                // No commit has this id: whether the snapshot was kept, no caller asks.
                writing.failed(&[], &failure, &self.origin);
                match failure {
                    CommitFailure::BeforeCommit(error) => self.origin.error(Operation::Writing, error),
                    CommitFailure::AtCommit(error) | CommitFailure::Unknown(error) => {
                        self.origin.error(Operation::Committing, error)
                    }
                    CommitFailure::Refused(error) => error,
                    CommitFailure::LogMismatch(mismatch) => self.origin.mismatch(mismatch),
                    CommitFailure::Conflict(conflict) => {
                        StoreError::new(StoreErrorKind::Unsupported, conflict.to_string())
                    }
                }
            })
        })
    }

    pub(crate) fn read_snapshot(&self, read: &SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        self.read(|Reader { conn, names }| Ok(snapshots::latest(conn, names, read.clone())?))
            .map_err(ReadError::into_store)
    }

    pub(crate) fn read_log(&self, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadError> {
        self.read(|reader| log::page(reader, read, visit))
    }

    pub(crate) fn head(&self) -> Result<Position, StoreError> {
        self.read(|reader| Ok(head::position(&reader.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn damage(&self, position: Position) -> Result<(), StoreError> {
        self.committer.with_lead(|writing| {
            let writer = writing.ready(&self.origin, &self.settings)?;
            let damaged = transaction::damage(&writer.reader.conn, position);
            damaged.map_err(|error| self.origin.error(Operation::Writing, error))
        })
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>) -> Result<T, ReadError> {
        let read = match &self.origin {
            Origin::Memory => self.committer.with_lead(|writing| {
                Ok::<_, StoreError>(read(&mut writing.ready(&self.origin, &self.settings)?.reader))
            })?,
            Origin::File(_) => {
                let mut reader = self.take_reader()?;
                let read = read(&mut reader);
                if !matches!(read, Err(ReadFailure::Sqlite(_))) {
                    self.return_reader(reader);
                }
                read
            }
        };
        read.map_err(|failure| self.read_error(failure))
    }

    /// The error of a page that could not be read.
    fn read_error(&self, failure: ReadFailure) -> ReadError {
        let error = self.origin.read_error(failure);
        if let ReadError::Store(error) = &error {
            self.committer.saw(error);
        }
        error
    }

    /// Whether the files are those that were opened, and the process the one that opened them.
    pub(crate) fn may_read(&self) -> Result<(), StoreError> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check())
    }

    fn take_reader(&self) -> Result<Reader, StoreError> {
        self.may_read()?;
        let idle = self.readers().pop();
        match (idle, &self.origin) {
            (Some(reader), _) => Ok(reader),
            (None, Origin::File(path)) => {
                let reader = Reader::new(open::again(path, &self.settings).map_err(OpenError::into_store)?);
                // The name may have been given to another file just now.
                self.identity.as_ref().map_or(Ok(()), |identity| identity.check_now())?;
                Ok(reader)
            }
            (None, Origin::Memory) => Err(self.origin.closed()),
        }
    }

    fn return_reader(&self, reader: Reader) {
        let mut readers = self.readers();
        if readers.len() < IDLE {
            readers.push(reader);
        }
    }

    /// Ends writing and reading, takes the WAL into the file and closes it.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        let Some(writer) = self.committer.with_lead(|writing| writing.close()) else { return Ok(()) };
        drop(mem::take(&mut *self.readers()));
        writer.close().map_err(|error| self.origin.error(Operation::Writing, error))
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// The readers are closed first: the writer's close ends the WAL.
impl Drop for Engine {
    fn drop(&mut self) {
        let readers = mem::take(self.readers.get_mut().unwrap_or_else(PoisonError::into_inner));
        let writer = self.committer.end();
        if self.identity.as_ref().is_some_and(|identity| !identity.is_of_this_process()) {
            // In a child of the process: closing would take away what the parent works with.
            return mem::forget((readers, writer));
        }
        drop(readers);
        if let Some(Err(error)) = writer.map(Writer::close) {
            tracing::warn!(%error, origin = %self.origin, "the WAL could not be taken into the file; the next to open it does that");
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.origin).finish()
    }
}
