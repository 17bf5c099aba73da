//! The file as a store sees it that may not write: no byte of it or of what is beside it is changed, and no file is made.
//!
//! | files | how it is read | what is read is of one moment because |
//! |---|---|---|
//! | a `-wal` and a `-shm` | with SQLite's locks, and the `-shm` without the right to write | SQLite says so: others cannot write over what is read |
//! | no `-wal`, or none with content | the database file alone, as if no process could write to it | the files are the same after it |
//! | a `-wal` with content, no `-shm` | with the WAL, whose index is kept in memory, without locks | the files are the same after it |
//!
//! Where a process was killed and has left both files, and no other has them open, SQLite keeps an index of its own in memory. Who writes makes a
//! `-shm` first: without one, no write is under way, and one that begins after a look shows in the times of the files.

mod refusal;
mod way;

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::error::OpenError;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::setup::keep_plans;
use crate::store::sqlite::connection::sharing::Share;
use crate::store::sqlite::error::{ReadFailure, open_error};
use crate::store::sqlite::file::content::Content;
use crate::store::sqlite::file::inspect::check_tail;
use crate::store::sqlite::file::look::{check_is_file, older};
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::file::surroundings::{Surroundings, read_wal_and_shm};
use crate::store::sqlite::file::view::refusal::{is_index_unsettled, refusal};
use crate::store::sqlite::file::view::way::{Held, Way, connect};
use crate::store::sqlite::format::schema::SCHEMA;
use crate::store::sqlite::format::store_id;
use crate::store::sqlite::os::file_status::FileId;
use crate::store::sqlite::settings::Settings;
use crate::stream::StoreId;

/// At least so long it waits until a change of the files is old enough, however short the busy deadline is.
const PATIENCE: Duration = Duration::from_secs(4);

/// A pause between two looks.
const PAUSE: Duration = Duration::from_millis(1);

/// A connection that only reads, with why it may be believed.
#[derive(Debug)]
pub(crate) struct View {
    reader: Reader,
    /// The id of the store; None while an older release has made it and there is no event.
    pub(crate) id: Option<StoreId>,
    path: DatabasePath,
    basis: Basis,
    // Dropped last: it covers the connection.
    share: Option<Share>,
}

/// Why what is read is of one moment.
#[derive(Debug, PartialEq, Eq)]
enum Basis {
    /// SQLite's locks, as long as these are the files that it has open.
    Locks { files: [Option<FileId>; 2] },
    /// That nothing has changed since.
    Stillness(Surroundings),
}

impl View {
    /// Opens a store of this release's schema whose log ends as it should. Waits for others that are in the way until the busy deadline.
    pub(crate) fn open(path: &DatabasePath, settings: &Settings) -> Result<Self, OpenError> {
        let since = Instant::now();
        loop {
            match Surroundings::look_until_settled(path, |around| Self::open_once(path, around, settings)) {
                Ok(Some(view)) => return Ok(view),
                Ok(None) if since.elapsed() < settings.busy_deadline.max(PATIENCE) => {}
                Ok(None) => return Err(OpenError::in_use(path, "others open and close it all the time")),
                // The index of the WAL was left in the midst of a change, or is being made: who has it open makes it whole.
                Err(error) if is_index_unsettled(&error) && since.elapsed() < settings.busy_deadline => {}
                Err(error) => return Err(refusal(path, error)),
            }
            thread::sleep(PAUSE);
        }
    }

    /// None if others have changed the files meanwhile.
    fn open_once(path: &DatabasePath, around: Surroundings, settings: &Settings) -> Result<Option<Self>, OpenError> {
        check_is_file(path, &around, settings.accept_loss)?;
        let way = Way::of(&around);
        if way != Way::Locks && around.is_fresh() {
            return Ok(None);
        }
        let Some(held) = Held::take(path, way, &around, settings.busy_deadline)? else { return Ok(None) };
        let (conn, content) = connect(path, way, &around, held.share.as_ref(), settings.busy_deadline)?;
        match content {
            Content::Ours(SCHEMA) => {}
            Content::Ours(schema) => return Err(older(path, schema)),
            Content::Nothing => return Err(OpenError::NoStore { path: path.to_path_buf() }),
        }
        let failed = |error| open_error(path, error);
        set_up(&conn).map_err(failed)?;
        let mut reader = Reader::new(conn);
        check_tail(&mut reader, path, settings)?;
        let id = store_id::find(&reader.conn).map_err(failed)?;
        let basis = match way {
            Way::Locks => Basis::Locks { files: read_wal_and_shm(path) },
            Way::FileAlone | Way::WalWithoutLocks => Basis::Stillness(around),
        };
        // From here on, the lock of the connection itself is enough.
        let Held { share, .. } = held;
        let view = Self { reader, id, path: path.clone(), basis, share };
        Ok(view.was_still().then_some(view))
    }

    /// Reads something, all of it at one moment. What it gives is to be believed only if [`was_still`](Self::was_still).
    pub(crate) fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Reader) -> Result<T, ReadFailure>,
    ) -> Result<T, ReadFailure> {
        // Also what keeps the index from being used shows here.
        self.reader.conn.execute_batch("BEGIN; PRAGMA schema_version")?;
        let read = read(&mut self.reader);
        // After some errors SQLite has ended it by itself; and the first error is the one to report.
        let is_ended = self.reader.conn.is_autocommit();
        let ended = if is_ended { Ok(()) } else { self.reader.conn.execute_batch("ROLLBACK") };
        let read = read?;
        ended?;
        Ok(read)
    }

    /// Whether it still sees the file as it is, to be asked before it is used.
    pub(crate) fn is_current(&self) -> bool {
        if self.share.as_ref().is_some_and(Share::has_to_end) {
            return false;
        }
        match &self.basis {
            Basis::Locks { files } => *files == read_wal_and_shm(&self.path),
            Basis::Stillness(_) => self.was_still(),
        }
    }

    /// Whether what was read is of one moment, to be asked after it was read and before it is given out.
    pub(crate) fn was_still(&self) -> bool {
        match &self.basis {
            Basis::Locks { .. } => true,
            Basis::Stillness(around) => Surroundings::read(&self.path) == *around,
        }
    }
}

/// Sets what a connection that reads must be set to, as `setup::set_up` does for one that writes.
fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    keep_plans(conn)?;
    for (pragma, value) in [("query_only", 1), ("cell_size_check", 1), ("trusted_schema", 0)] {
        conn.pragma_update(None, pragma, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
