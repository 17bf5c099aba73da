//! A file of ours in the folder of views: how it is made, opened, synced and removed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{OpenError, ViewError};
pub(super) use crate::store::sqlite::companion::FileId;
use crate::store::sqlite::companion::{self, FileKind, Refusal, lock_file};
use crate::store::sqlite::error::open_error_of_write;
use crate::view::sqlite::error::{failed, not_opened, open_error};

/// The pages of the WAL at which it is taken into the file: to do it often makes the commits of events beside it slower.
const WAL_PAGES: i64 = 8_192;

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 64;

/// "evsv": which generations there are.
pub(super) const FOLDER: FileKind = FileKind { application: 0x6576_7376, schema: 1 };

/// "evsg": one generation of a view.
pub(super) const GENERATION: FileKind = FileKind { application: 0x6576_7367, schema: 1 };

/// Opens a file for writing; makes it if there is none.
pub(super) fn open(
    path: &Path,
    kind: FileKind,
    make: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Connection, OpenError> {
    let conn = companion::open(path, kind, make).map_err(|refusal| refused(path, refusal))?;
    let failed = |error| open_error_of_write(path, error);
    if conn.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    conn.pragma_update(None, "wal_autocheckpoint", WAL_PAGES).map_err(failed)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

/// Opens a file that is there, to read it.
pub(super) fn open_to_read(path: &Path, kind: FileKind) -> Result<Connection, OpenError> {
    let conn = companion::open_to_read(path, kind).map_err(|refusal| refused(path, refusal))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

fn refused(path: &Path, refusal: Refusal) -> OpenError {
    let owned = path.to_owned();
    match refusal {
        Refusal::NotMade => OpenError::NoStore { path: owned },
        Refusal::OtherApplication { application } => {
            OpenError::OtherApplication { path: owned, application_id: application }
        }
        Refusal::NewerSchema { found, known } => OpenError::NewerSchema { path: owned, found, known },
        Refusal::Read(error) => open_error(path, error),
        Refusal::Write(error) => open_error_of_write(path, error),
    }
}

/// Has on the disk what was committed to a file.
pub(super) fn sync(view: &'static str, path: &Path) -> Result<(), ViewError> {
    let conn = companion::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|error| not_opened(view, open_error(path, error)))?;
    // It syncs the WAL before it writes to the file; that others keep it from the end of that is no matter.
    let synced = conn.pragma_update(None, "synchronous", "NORMAL");
    let synced = synced.and_then(|()| conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())));
    synced.map_err(|error| failed(path, error))
}

/// Removes a file that no one has open; one that is in use stays.
pub(super) fn remove_unused(path: &Path) {
    let Ok(conn) = companion::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return };
    // It is refused as long as another connection has the file open, and removes the `-wal` and the `-shm`.
    _ = conn.busy_timeout(Duration::ZERO);
    let mode = conn.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    if mode.is_ok_and(|mode| mode == "delete") && conn.close().is_ok() {
        _ = fs::remove_file(path);
        lock_file::remove_all(path);
    }
}
