//! What a store may do with its file, and the connections that it has for that.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::sqlite::commit::committer::Committer;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::busy::set_deadline;
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::sharing::Share;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::read_only::ReadOnly;
use crate::store::sqlite::engine::readers::{Admission, Readers};
use crate::store::sqlite::error::{Origin, ReadFailure};
use crate::store::sqlite::file::open::reopen_file;
use crate::store::sqlite::settings::Settings;

/// The way to the file.
#[expect(clippy::large_enum_variant, reason = "there is one of it in a store")]
pub(crate) enum Access {
    Write(Writable),
    ReadOnly(ReadOnly),
}

/// That of a store that writes.
pub(crate) struct Writable {
    pub(crate) committer: Committer,
    pub(crate) readers: Arc<Readers>,
    /// None in memory.
    pub(crate) identity: Option<Arc<Identity>>,
    /// None in memory, and once the store is closed.
    pub(crate) writing: Mutex<Option<Share>>,
}

impl Writable {
    /// Reads by an idle connection or a new one; in memory by the only one.
    pub(crate) fn read<T>(
        &self,
        origin: &Origin,
        settings: &Settings,
        admission: Admission,
        mut read: impl FnMut(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<Result<T, ReadFailure>, StoreError> {
        let Origin::File(path) = origin else {
            return self.committer.with_lead(|writing| Ok(read(&mut writing.ready(origin, settings)?.reader)));
        };
        set_deadline(settings.busy_deadline);
        self.may_read()?;
        // Dropped last: the next reader finds the connection.
        let _pass = self.readers.pass(admission);
        let open = || {
            let reader = Reader::new(reopen_file(path, settings)?);
            // The name may have been given to another file just now.
            self.identity.as_ref().map_or(Ok(()), |identity| identity.check_now())?;
            Ok(reader)
        };
        let pooled = self.readers.lend(settings.busy_deadline, open);
        let mut pooled = pooled.map_err(|error| self.wal_error().unwrap_or(error))?;
        self.check_wal(&pooled.reader.conn)?;
        let read = read(&mut pooled.reader);
        if !matches!(read, Err(ReadFailure::Sqlite(_))) {
            pooled.give_back();
        }
        Ok(read)
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

    /// To be called when all connections are closed, also while there are handles on the store: others of this process then use the file alone.
    pub(crate) fn end_share(&self) {
        drop(self.writing.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Closes the file when the last handle is dropped. The readers are closed first: the writer's close ends the WAL.
    pub(crate) fn end(&mut self, origin: &Origin) {
        let readers = self.readers.take_idle();
        let writer = self.committer.end();
        if self.identity.as_ref().is_some_and(|identity| !identity.is_of_this_process()) {
            // In a child of the process: closing would take away what the parent works with.
            return mem::forget((readers, writer));
        }
        drop(readers);
        let writer = writer.filter(|_| self.committer.damage().is_none());
        if let Some(Err(error)) = writer.map(Writer::close) {
            tracing::warn!(%error, %origin, "the WAL could not be taken into the file; the next to open it does that");
        }
    }
}
