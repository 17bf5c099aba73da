//! A file of ours in the folder of views: how it is made, opened, and distinguished from those of other programs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{OpenError, ViewError};
use crate::store::sqlite::error::open_error_of_write;
use crate::store::sqlite::wal_mode;
use crate::view::sqlite::error::{failed, not_opened, open_error};

/// The schema of the files that this release makes, and the newest that it knows.
const SCHEMA: i64 = 1;

/// How long another connection may hold a file.
const BUSY: Duration = Duration::from_secs(5);

/// The pages of the WAL at which it is taken into the file: to do it often makes the commits of events beside it slower.
const WAL_PAGES: i64 = 8_192;

/// What kind of file it is: a number in its header (`PRAGMA application_id`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileKind(pub(super) i64);

impl FileKind {
    /// "evsv": which generations there are.
    pub(super) const FOLDER: Self = Self(0x6576_7376);
    /// "evsg": one generation of a view.
    pub(super) const GENERATION: Self = Self(0x6576_7367);
}

/// What tells a file from another that has taken its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId(u64, u64);

impl FileId {
    /// That of the file which has this name now, if there is one.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let status = fs::metadata(path).ok()?;
        Some(Self(status.dev(), status.ino()))
    }

    /// A file that is open cannot be replaced here.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> Option<Self> {
        path.exists().then_some(Self(0, 0))
    }
}

/// Opens a file for writing; makes it if there is none.
pub(super) fn open(
    path: &Path,
    kind: FileKind,
    make: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Connection, OpenError> {
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let failed = |error| open_error_of_write(path, error);
    if conn.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    if !is_made(&conn, path, kind)? {
        wal_mode::enter(&conn, BUSY).map_err(failed)?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Another process may have made it meanwhile.
        if !is_made(&tx, path, kind)? {
            make(&tx).map_err(failed)?;
            tx.pragma_update(None, "application_id", kind.0).map_err(failed)?;
            tx.pragma_update(None, "user_version", SCHEMA).map_err(failed)?;
        }
        tx.commit().map_err(failed)?;
    }
    conn.pragma_update(None, "synchronous", "NORMAL").map_err(failed)?;
    conn.pragma_update(None, "wal_autocheckpoint", WAL_PAGES).map_err(failed)?;
    Ok(conn)
}

/// Opens a file that is there, to read it.
pub(super) fn open_to_read(path: &Path, kind: FileKind) -> Result<Connection, OpenError> {
    // A reader of a file in WAL mode writes to its `-shm`.
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if !is_made(&conn, path, kind)? {
        return Err(OpenError::NoStore { path: path.to_owned() });
    }
    conn.pragma_update(None, "query_only", true).map_err(|error| open_error(path, error))?;
    Ok(conn)
}

/// Has on the disk what was committed to a file.
pub(super) fn sync(view: &'static str, path: &Path) -> Result<(), ViewError> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| not_opened(view, error))?;
    // It syncs the WAL before it writes to the file; that others keep it from the end of that is no matter.
    let synced = conn.pragma_update(None, "synchronous", "NORMAL");
    let synced = synced.and_then(|()| conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(())));
    synced.map_err(|error| failed(path, error))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let failed = |error| open_error(path, error);
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)?;
    conn.busy_timeout(BUSY).map_err(failed)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Whether it is a file of ours, and no new one.
fn is_made(conn: &Connection, path: &Path, kind: FileKind) -> Result<bool, OpenError> {
    let header = || {
        // All of one moment, also while another process makes it.
        let _moment = if conn.is_autocommit() { Some(conn.unchecked_transaction()?) } else { None };
        let field = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let tables: bool = conn.query_row("SELECT EXISTS (SELECT * FROM sqlite_schema)", (), |row| row.get(0))?;
        Ok((field("application_id")?, field("user_version")?, tables))
    };
    let path = || path.to_owned();
    let unsigned = |field: i64| i32::try_from(field).unwrap_or(0).cast_unsigned();
    match header().map_err(|error| open_error(&path(), error))? {
        (application, SCHEMA, _) if application == kind.0 => Ok(true),
        (application, found, _) if application == kind.0 && found > SCHEMA => {
            Err(OpenError::NewerSchema { path: path(), found: unsigned(found), known: unsigned(SCHEMA) })
        }
        (0, 0, false) => Ok(false),
        (application, ..) => Err(OpenError::OtherApplication { path: path(), application_id: unsigned(application) }),
    }
}

/// Removes a file that no one has open; one that is in use stays, until it is removed by hand.
pub(super) fn remove_unused(path: &Path) {
    let Ok(conn) = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) else { return };
    // It is refused as long as another connection has the file open, and removes the `-wal` and the `-shm`.
    _ = conn.busy_timeout(Duration::ZERO);
    let mode = conn.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    if mode.is_ok_and(|mode| mode == "delete") && conn.close().is_ok() {
        _ = fs::remove_file(path);
        _ = fs::remove_file(path.with_extension("lock"));
    }
}
