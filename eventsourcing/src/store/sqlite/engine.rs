//! The connections of a store, and which work uses which.

mod closing;
pub(crate) mod readers;
mod short_reads;

use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, io, mem};

use rusqlite::Connection;

use crate::error::{ReadError, StoreError, StoreErrorKind};
use crate::store::Watch;
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::queue::Need;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::busy::set_deadline;
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::readers::{Admission, Bounds, Readers};
use crate::store::sqlite::error::meaning::meaning;
use crate::store::sqlite::error::{Operation, Origin, ReadFailure};
use crate::store::sqlite::file::open::reopen_file;
use crate::store::sqlite::format::{head, snapshots};
use crate::store::sqlite::read::gathered::GatheredPage;
use crate::store::sqlite::read::{self, log, streams};
use crate::store::sqlite::settings::Settings;
use crate::store::sqlite::threads::bell::Bell;
use crate::store::sqlite::threads::calls::Calls;
use crate::store::sqlite::threads::gate::Gate;
use crate::store::sqlite::threads::visiting::StoreKey;
use crate::store::{LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamList, StreamPage, Visit};
use crate::stream::Position;

pub(crate) struct Engine {
    pub(crate) readers: Arc<Readers>,
    pub(crate) committer: Committer,
    pub(crate) origin: Origin,
    pub(crate) settings: Settings,
    /// Publishes the last position.
    pub(crate) committed: Arc<Watch>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) key: StoreKey,
    pub(crate) calls: Arc<Calls>,
    /// Where copies of the store wait for each other.
    copies: Arc<Gate>,
    /// None in memory.
    identity: Option<Arc<Identity>>,
}

impl Engine {
    /// `start_worker` has a thread call [`Committer::serve`].
    pub(crate) fn new(
        path: Option<PathBuf>,
        settings: Settings,
        writer: Writer,
        start_worker: impl Fn(Need) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let token = writer.side_files.as_ref().and_then(|files| files.turn.token());
        let (bell, watch) = (Arc::new(Bell::new(token)), Arc::<Watch>::default());
        let (origin, bounds) = match path {
            Some(path) => (Origin::File(path), Bounds::of_file()),
            None => (Origin::Memory, Bounds::MEMORY),
        };
        let identity = writer.side_files.as_ref().map(|files| Arc::clone(&files.identity));
        let publish = {
            let (bell, watch) = (Arc::clone(&bell), Arc::clone(&watch));
            move |position| {
                bell.ring();
                watch.advance(position)
            }
        };
        let committer = Committer::new(writer, origin.clone(), settings.clone(), start_worker, publish);
        let calls = Calls::new();
        let readers = Readers::new(bounds, Arc::clone(&calls));
        let (key, copies) = (StoreKey::new(), Gate::new(1));
        Self { readers, committer, origin, settings, committed: watch, bell, key, calls, copies, identity }
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn keep_snapshot(&self, snapshot: &StoredSnapshot) -> Result<(), StoreError> {
        self.committer.with_lead(|writing| {
            let keep = |writer: &mut Writer| transaction::store_snapshot(writer, snapshot);
            self.committer.attempt(writing, keep).map_err(|undone| {
                let may_be_kept = undone.may_be_stored();
                match self.committer.explain(undone).without_preceding() {
                    Ok(error) if may_be_kept => self.origin.unknown_snapshot().caused_by(error),
                    Ok(error) => error,
                    Err(conflict) => StoreError::new(StoreErrorKind::Unsupported, conflict.to_string()),
                }
            })
        })
    }

    pub(crate) fn read_snapshot(
        &self,
        admission: Admission,
        read: &SnapshotRead,
    ) -> Result<Option<StoredSnapshot>, StoreError> {
        let latest = self.read_admitted(admission, |Reader { conn, names }| {
            match snapshots::find_latest(conn, names, read.clone()) {
                // Only a cache is damaged: that ends no writing, which replaces it.
                Err(error) if meaning(&error).is_damage => Ok(Err(error)),
                latest => Ok(Ok(latest?)),
            }
        });
        latest.map_err(ReadError::into_store)?.map_err(|error| self.origin.error(Operation::Reading, error))
    }

    pub(crate) fn read_log(
        &self,
        admission: Admission,
        read: &LogRead,
        visit: &mut Visit<'_>,
    ) -> Result<Page<Position>, ReadError> {
        let page = |reader: &mut Reader, visit: &mut Visit<'_>| log::read_page(reader, read, visit);
        self.read_page(admission, read.never_waits, |event| event.position, visit, page)
    }

    pub(crate) fn list_streams(&self, admission: Admission, list: &StreamList) -> Result<StreamPage, StoreError> {
        self.read_admitted(admission, |reader| Ok(streams::list_page(reader, list)?)).map_err(ReadError::into_store)
    }

    pub(crate) fn head(&self, admission: Admission) -> Result<Position, StoreError> {
        self.read_admitted(admission, |reader| Ok(head::find_position(&reader.conn)?)).map_err(ReadError::into_store)
    }

    #[cfg(feature = "testing")]
    pub(crate) fn damage(&self, position: Position) -> Result<(), StoreError> {
        self.committer.with_lead(|writing| {
            let writer = writing.ready(&self.origin, &self.settings)?;
            let damaged = transaction::damage(&writer.reader.conn, position);
            damaged.map_err(|error| self.origin.error(Operation::Writing, error))
        })
    }

    /// Reads a page, bounded in bytes; `place` is what [`Page::reached`] counts, and `never_waits` says whether the visitor waits for nothing. The
    /// visitor of a thread of the store's own gathers the page.
    pub(crate) fn read_page<P: Copy + Default + Send>(
        &self,
        admission: Admission,
        never_waits: bool,
        place: fn(&StoredEvent<'_>) -> P,
        visit: &mut Visit<'_>,
        read: impl FnOnce(&mut Reader, &mut Visit<'_>) -> Result<Page<P>, ReadFailure>,
    ) -> Result<Page<P>, ReadError> {
        // A visitor of a caller's may wait for others. It does not run while this thread leads, as all who use the store in memory do, nor while a
        // connection reads, which keeps the WAL from being restarted.
        let is_of_caller = matches!(admission, Admission::Waits(_));
        if !is_of_caller {
            return self.read_admitted(admission, |reader| read(reader, visit));
        }
        if never_waits && matches!(self.origin, Origin::File(_)) {
            return self.read_admitted(admission, |reader| read(reader, &mut read::bounded(visit)));
        }
        let gathered = self.read_admitted(admission, |reader| {
            Ok(GatheredPage::gather(|visit| read(reader, visit).map_err(|failure| self.read_error(failure))))
        })?;
        let _visiting = self.key.visit();
        gathered.visit(place, visit)
    }

    /// Reads all of the store on this thread, for as long as it takes, beside the reads that wait at the gates; one such read at a time.
    pub(crate) fn read_whole<T>(
        &self,
        read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<T, ReadError> {
        self.key.check_call()?;
        let _call = self.calls.begin()?;
        let _pass = self.copies.pass();
        self.read_admitted(Admission::NeedsNone, read)
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
        let read = match &self.origin {
            Origin::Memory => self.committer.with_lead(|writing| {
                Ok::<_, StoreError>(read(&mut writing.ready(&self.origin, &self.settings)?.reader))
            })?,
            Origin::File(path) => {
                set_deadline(self.settings.busy_deadline);
                self.may_read()?;
                // Dropped last: the next reader finds the connection.
                let _pass = self.readers.pass(admission);
                let open = || {
                    let reader = Reader::new(reopen_file(path, &self.settings)?);
                    // The name may have been given to another file just now.
                    self.identity.as_ref().map_or(Ok(()), |identity| identity.check_now())?;
                    Ok(reader)
                };
                let pooled = self.readers.lend(self.settings.busy_deadline, open);
                let mut pooled = pooled.map_err(|error| self.wal_error().unwrap_or(error))?;
                self.check_wal(&pooled.reader.conn)?;
                let read = read(&mut pooled.reader);
                if !matches!(read, Err(ReadFailure::Sqlite(_))) {
                    pooled.give_back();
                }
                read
            }
        };
        read.map_err(|failure| self.read_error(failure))
    }

    /// The error of a page that could not be read.
    fn read_error(&self, failure: ReadFailure) -> ReadError {
        let is_damage = failure.is_damage();
        let error = self.origin.read_error(failure);
        if let (true, ReadError::Store(error)) = (is_damage, &error) {
            self.committer.stop(error);
        }
        error
    }

    /// Whether the files are those that were opened, and the process the one that opened them.
    pub(crate) fn may_read(&self) -> Result<(), StoreError> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check())
    }

    /// Whether this is the process that opened the files.
    pub(crate) fn check_process(&self) -> Result<(), StoreError> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check_process())
    }

    /// Whether all of the WAL is there.
    pub(crate) fn check_wal(&self, conn: &Connection) -> Result<(), StoreError> {
        self.identity.as_ref().map_or(Ok(()), |identity| identity.check_wal(conn))
    }

    /// What is wrong with the WAL, if no connection could be opened for it: that for writing knows.
    fn wal_error(&self) -> Option<StoreError> {
        let check = |writing: &mut Writing| self.check_wal(&writing.open()?.reader.conn).err();
        self.committer.try_with_lead(check).flatten()
    }
}

// The readers are closed first: the writer's close ends the WAL.
impl Drop for Engine {
    fn drop(&mut self) {
        let readers = self.readers.take_idle();
        let writer = self.committer.end();
        if self.identity.as_ref().is_some_and(|identity| !identity.is_of_this_process()) {
            // In a child of the process: closing would take away what the parent works with.
            return mem::forget((readers, writer));
        }
        drop(readers);
        let writer = writer.filter(|_| self.committer.damage().is_none());
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
