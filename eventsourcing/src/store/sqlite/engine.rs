//! The connections of a store, and which work uses which.

mod access;
mod closing;
mod read_only;
pub(crate) mod readers;
mod short_reads;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::{fmt, io};

use crate::error::{OpenError, ReadError, StoreError, StoreErrorKind};
use crate::store::Watch;
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::queue::Need;
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::sharing::Share;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::access::{Access, Writable};
use crate::store::sqlite::engine::read_only::ReadOnly;
use crate::store::sqlite::engine::readers::{Admission, Bounds, Length, Readers};
use crate::store::sqlite::error::meaning::meaning;
use crate::store::sqlite::error::{Operation, Origin, ReadFailure};
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::format::{head, snapshots};
use crate::store::sqlite::read::gathered::GatheredPage;
use crate::store::sqlite::read::{log, streams};
use crate::store::sqlite::settings::Settings;
use crate::store::sqlite::threads::bell::Bell;
use crate::store::sqlite::threads::calls::Calls;
use crate::store::sqlite::threads::gate::Gate;
use crate::store::sqlite::threads::visiting::StoreKey;
use crate::store::{LogRead, Page, SnapshotRead, StoredEvent, StoredSnapshot, StreamList, StreamPage, Visit};
use crate::stream::{Position, StoreId};

pub(crate) struct Engine {
    access: Access,
    pub(crate) origin: Origin,
    pub(crate) settings: Settings,
    /// Publishes the last position.
    pub(crate) committed: Arc<Watch>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) key: StoreKey,
    pub(crate) calls: Arc<Calls>,
    /// Where copies of the store wait for each other.
    copies: Arc<Gate>,
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
        let key = StoreKey::new();
        let committer = Committer::new(writer, origin.clone(), settings.clone(), key, start_worker, publish);
        let calls = Calls::new();
        let readers = Readers::new(bounds, Arc::clone(&calls));
        let writing = match &origin {
            Origin::File(path) => Some(Share::of_writer(path)),
            Origin::Memory => None,
        };
        let access = Access::Write(Writable { committer, readers, identity, writing: Mutex::new(writing) });
        let copies = Gate::new(1);
        Self { access, origin, settings, committed: watch, bell, key, calls, copies }
    }

    /// That of a file to which nothing is written.
    pub(crate) fn read_only(path: DatabasePath, settings: Settings) -> Result<Self, OpenError> {
        let (calls, origin) = (Calls::new(), Origin::File(path.to_path_buf()));
        let access = Access::ReadOnly(ReadOnly::open(path, settings.clone(), Arc::clone(&calls))?);
        let (key, copies, committed) = (StoreKey::new(), Gate::new(1), Arc::default());
        Ok(Self { access, origin, settings, committed, bell: Arc::new(Bell::new(None)), key, calls, copies })
    }

    /// The way to write.
    pub(crate) fn committer(&self) -> Result<&Committer, StoreError> {
        match &self.access {
            Access::Write(writable) => Ok(&writable.committer),
            Access::ReadOnly(_) => Err(self.origin.read_only()),
        }
    }

    /// The id of the store, if it may have been found only since it was opened.
    pub(crate) fn found_id(&self) -> Option<StoreId> {
        match &self.access {
            Access::Write(_) => None,
            Access::ReadOnly(read_only) => read_only.id(),
        }
    }

    /// Where reads of this length wait.
    pub(crate) fn gate(&self, length: Length) -> &Arc<Gate> {
        match &self.access {
            Access::Write(writable) => writable.readers.gate(length),
            Access::ReadOnly(read_only) => read_only.gate(length),
        }
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn keep_snapshot(&self, snapshot: &StoredSnapshot) -> Result<(), StoreError> {
        let committer = self.committer()?;
        committer.with_lead(|writing| {
            let keep = |writer: &mut Writer| transaction::store_snapshot(writer, snapshot);
            committer.attempt(writing, keep).map_err(|undone| {
                let may_be_kept = undone.may_be_stored();
                match committer.explain(undone).without_preceding() {
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
        self.committer()?.with_lead(|writing| {
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
        read: impl Fn(&mut Reader, &mut Visit<'_>) -> Result<Page<P>, ReadFailure>,
    ) -> Result<Page<P>, ReadError> {
        // A visitor of a caller's may wait for others. It does not run while this thread leads, as all who use the store in memory do, nor while a
        // connection reads, which keeps the WAL from being restarted.
        let is_of_caller = matches!(admission, Admission::Waits(_));
        // Of what a store reads that may not write, it knows only after the page that it is of one moment.
        let is_certain = matches!(self.access, Access::Write(_));
        if is_certain && (!is_of_caller || never_waits && matches!(self.origin, Origin::File(_))) {
            return self.read_admitted(admission, |reader| read(reader, visit));
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
        read: impl FnMut(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<T, ReadError> {
        self.key.check_call()?;
        let _call = self.calls.begin()?;
        let _pass = self.copies.pass();
        self.read_admitted(Admission::NeedsNone, read)
    }

    /// Calls `read` with a connection, again if what it read turns out not to be of one moment.
    pub(crate) fn read_admitted<T>(
        &self,
        admission: Admission,
        mut read: impl FnMut(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<T, ReadError> {
        self.key.check_call()?;
        let read = |reader: &mut Reader| {
            let _visiting = self.key.visit();
            read(reader)
        };
        let read = match &self.access {
            Access::Write(writable) => writable.read(&self.origin, &self.settings, admission, read)?,
            Access::ReadOnly(read_only) => read_only.read(admission, read)?,
        };
        read.map_err(|failure| self.read_error(failure))
    }

    /// The error of a page that could not be read.
    fn read_error(&self, failure: ReadFailure) -> ReadError {
        let is_damage = failure.is_damage();
        let error = self.origin.read_error(failure);
        if let (true, ReadError::Store(error), Access::Write(writable)) = (is_damage, &error, &self.access) {
            writable.committer.stop(error);
        }
        error
    }

    /// Whether this is the process that opened the files.
    pub(crate) fn check_process(&self) -> Result<(), StoreError> {
        match &self.access {
            Access::Write(writable) => writable.check_process(),
            Access::ReadOnly(read_only) => read_only.check_process(),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        match &mut self.access {
            Access::Write(writable) => writable.end(&self.origin),
            Access::ReadOnly(read_only) => read_only.end(),
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Engine").field(&self.origin).finish()
    }
}
