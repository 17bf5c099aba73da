//! Reading a file to which the store may not write.

use std::mem;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::ffi;

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::connection::busy::{pause, set_deadline};
use crate::store::sqlite::connection::identity::Identity;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::setup::check_library;
use crate::store::sqlite::connection::sharing::Closing;
use crate::store::sqlite::engine::readers::{Admission, Bounds, Length, Readers};
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::error::meaning::primary_code;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::view::View;
use crate::store::sqlite::settings::Settings;
use crate::store::sqlite::threads::calls::Calls;
use crate::store::sqlite::threads::gate::Gate;
use crate::stream::StoreId;

/// At least so long a read is tried again, however short the busy deadline is: it need not wait for anybody.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that is only read.
pub(crate) struct ReadOnly {
    path: DatabasePath,
    settings: Settings,
    identity: Identity,
    readers: Arc<Readers<View>>,
    /// Unknown while there is no event in what an older release has made.
    id: OnceLock<StoreId>,
    /// Idle connections make way for a store for writing that this process opens.
    _closing: Closing,
}

impl ReadOnly {
    /// Opens a file that must be a store of this release's schema.
    pub(crate) fn open(path: DatabasePath, settings: Settings, calls: Arc<Calls>) -> Result<Self, OpenError> {
        check_library()?;
        // Before it is opened: what has the name later is another file.
        let identity = Identity::of_database(&path)?;
        let readers = Readers::new(Bounds::of_file(), calls);
        let idle = Arc::downgrade(&readers);
        let close = move || {
            if let Some(readers) = idle.upgrade() {
                readers.close();
            }
        };
        let closing = Closing::of(&path, close);
        let read_only = Self { path, settings, identity, readers, id: OnceLock::new(), _closing: closing };
        set_deadline(read_only.settings.busy_deadline);
        let view = read_only.view()?;
        read_only.readers.add(view);
        Ok(read_only)
    }

    pub(crate) fn gate(&self, length: Length) -> &Arc<Gate> {
        self.readers.gate(length)
    }

    pub(crate) fn id(&self) -> Option<StoreId> {
        self.id.get().copied()
    }

    pub(crate) fn check_process(&self) -> Result<(), StoreError> {
        self.identity.check_process()
    }

    /// Reads by an idle connection or a new one, again if what was read is not of one moment.
    pub(crate) fn read<T>(
        &self,
        admission: Admission,
        mut read: impl FnMut(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<Result<T, ReadFailure>, StoreError> {
        let deadline = self.settings.busy_deadline;
        set_deadline(deadline);
        self.identity.check()?;
        // Dropped last: the next reader finds the connection.
        let _pass = self.readers.pass(admission);
        let since = Instant::now();
        loop {
            let mut pooled = self.readers.lend(deadline, || self.view())?;
            // One that is not any more is closed, and the next is tried, up to a new one.
            if pooled.reader.is_current() {
                let read = pooled.reader.read(&mut read);
                let is_settled = pooled.reader.was_still() && !read.as_ref().is_err_and(is_index_unsettled);
                if is_settled {
                    // Without an id yet, each read looks for it.
                    if !matches!(read, Err(ReadFailure::Sqlite(_))) && self.id.get().is_some() {
                        pooled.give_back();
                    }
                    return Ok(read);
                }
                drop(pooled);
                // What this process has open may keep others from making the index whole.
                self.readers.close();
                thread::sleep(pause());
            }
            if since.elapsed() >= deadline.max(PATIENCE) {
                return Err(self.unsettled());
            }
        }
    }

    /// A new view of the file, which is still the one that was opened.
    fn view(&self) -> Result<View, OpenError> {
        self.identity.check_now()?;
        let view = View::open(&self.path, &self.settings);
        // The name may have been given to another file just now.
        self.identity.check_now()?;
        let view = view?;
        let known = view.id.map(|id| *self.id.get_or_init(|| id)).or_else(|| self.id());
        if view.id != known {
            return Err(self.replaced().into());
        }
        Ok(view)
    }

    /// The error where the bytes of another store were written into the file, which is the same for the system.
    fn replaced(&self) -> StoreError {
        let message = format!(
            "`{}` was overwritten with another store while the store is open; nothing was read: open it again to read what is there now",
            self.path.display()
        );
        StoreError::new(StoreErrorKind::Closed, message)
    }

    fn unsettled(&self) -> StoreError {
        let message = format!(
            "cannot read `{}`: other processes change it all the time, and nothing that was read is of one moment; nothing is given out: try again",
            self.path.display()
        );
        StoreError::new(StoreErrorKind::Unavailable, message)
    }

    /// Closes all connections, after the last call. All files stay as they are.
    pub(crate) fn close(&self) {
        self.readers.close();
    }

    /// The same when the last handle is dropped.
    pub(crate) fn end(&self) {
        let readers = self.readers.take_idle();
        if !self.identity.is_of_this_process() {
            // In a child of the process: closing would take away the locks of the parent.
            mem::forget(readers);
        }
    }
}

/// Whether the index of the WAL cannot be used at the moment by those that may not write to it.
fn is_index_unsettled(failure: &ReadFailure) -> bool {
    matches!(failure, ReadFailure::Sqlite(error) if primary_code(error) == ffi::SQLITE_READONLY)
}

#[cfg(test)]
mod tests;
