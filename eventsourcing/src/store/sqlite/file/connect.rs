//! Every way to open a file by SQLite. All take a [`DatabasePath`], and none takes the WAL into the file when it is closed, until
//! `end_wal_at_close` allows it.
//!
//! Those that look leave all files as they are, byte for byte, and make none:
//!
//! - the database file alone, as if no process could write to it: no lock, no WAL;
//! - with its WAL, alone with the file: where no process has it open, the file is locked, and the index of the WAL is kept in memory instead of in
//!   the `-shm` file;
//! - with its WAL, beside other processes that have the file and its `-shm` open.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use crate::error::OpenError;
use crate::store::sqlite::connection::busy::{pause, wait_for_others};
use crate::store::sqlite::connection::identity::check_not_forked;
#[cfg(unix)]
use crate::store::sqlite::connection::identity::is_open;
use crate::store::sqlite::connection::setup::end_wal_at_close;
use crate::store::sqlite::connection::setup::keep_plans;
use crate::store::sqlite::error::meaning::is_busy;
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::file::path::DatabasePath;
use crate::store::sqlite::os::side_file::SHM;

/// What is done where there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Create,
    Refuse,
}

/// A connection that may write.
pub(crate) fn open_to_write(path: &DatabasePath, deadline: Duration, absent: Absent) -> Result<Connection, OpenError> {
    let failed = |error| open_error(path, error);
    let create = match absent {
        Absent::Create => OpenFlags::SQLITE_OPEN_CREATE,
        Absent::Refuse => OpenFlags::empty(),
    };
    let mut conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | create)?;
    wait_for_others(&mut conn, deadline).map_err(failed)?;
    keep_plans(&conn).map_err(failed)?;
    // SQLite falls back to this by itself where it may not write.
    if conn.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly { path: path.to_path_buf() });
    }
    Ok(conn)
}

/// Looks at the database file alone. Where others write to it, it is not of one moment.
pub(crate) fn open_main_file(path: &DatabasePath) -> Result<Connection, OpenError> {
    open_uri(path, "immutable=1")
}

/// Looks at the file with its WAL, which must be there.
pub(crate) fn open_to_look(path: &DatabasePath, deadline: Duration) -> Result<Connection, OpenError> {
    let failed = |error| open_error(path, error);
    let mut conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if conn.is_readonly("main").map_err(failed)? {
        return open_to_look_read_only(path);
    }
    let since = Instant::now();
    loop {
        match lock(&conn) {
            Err(error) if is_busy(&error) => {}
            locked => return locked.map(|()| conn).map_err(failed),
        }
        if path.beside(SHM).exists() {
            conn.pragma_update(None, "locking_mode", "NORMAL").map_err(failed)?;
            wait_for_others(&mut conn, deadline).map_err(failed)?;
            return Ok(conn);
        }
        // Another looks, in the same way.
        if since.elapsed() >= deadline {
            return Err(OpenError::in_use(path, "another process has locked it"));
        }
        thread::sleep(pause());
    }
}

/// A connection that keeps everybody else from the file as long as it is open.
pub(crate) fn open_locked(path: &DatabasePath) -> Result<Connection, OpenError> {
    let failed = |error| open_error(path, error);
    let conn = open_to_write(path, Duration::ZERO, Absent::Refuse)?;
    // Also one that is shorter than it says.
    conn.pragma_update(None, "writable_schema", true).map_err(failed)?;
    lock(&conn).and_then(|()| conn.execute_batch("BEGIN EXCLUSIVE")).map_err(failed)?;
    Ok(conn)
}

/// Takes SQLite's exclusive lock, without waiting for others, as long as the connection is open.
fn lock(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::ZERO)?;
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    conn.pragma_query_value(None, "schema_version", |_| Ok(()))
}

/// As [`open_to_look`], where this process may only read. It cannot lock the file; SQLite then looks each time whether the WAL has changed.
#[cfg(unix)]
fn open_to_look_read_only(path: &DatabasePath) -> Result<Connection, OpenError> {
    // Without locks, SQLite closes the file by itself, which would take the locks of a store that this process has open (see `descriptors`).
    if path.beside(SHM).exists() || is_open(path) {
        return open_uri(path, "readonly_shm=1");
    }
    // No process has it open, and none with the rights of this one can open it. Without locks, SQLite keeps the index of the WAL in memory.
    let failed = |error| open_error(path, error);
    let conn = Connection::open_with_flags_and_vfs(&**path, FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY, "unix-none");
    let conn = conn.map_err(failed)?;
    end_wal_at_close(&conn, false);
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    Ok(conn)
}

#[cfg(not(unix))]
fn open_to_look_read_only(path: &DatabasePath) -> Result<Connection, OpenError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

// A symlink that is put in the place of the file or one of its folders later is not followed.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

fn open(path: &DatabasePath, flags: OpenFlags) -> Result<Connection, OpenError> {
    check_not_forked(path)?;
    let conn = Connection::open_with_flags(&**path, FLAGS | flags).map_err(|error| open_error(path, error))?;
    end_wal_at_close(&conn, false);
    Ok(conn)
}

fn open_uri(path: &DatabasePath, parameter: &str) -> Result<Connection, OpenError> {
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(uri(path, parameter), flags).map_err(|error| open_error(path, error))?;
    end_wal_at_close(&conn, false);
    Ok(conn)
}

/// The path as an URI.
fn uri(path: &DatabasePath, parameter: &str) -> PathBuf {
    let mut uri = "file://".to_owned();
    if !path.as_os_str().as_encoded_bytes().starts_with(b"/") {
        // A path under Windows begins with the letter of a disk.
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b':' => uri.push(char::from(*byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => {
                uri.push('%');
                uri.extend([byte >> 4, byte & 0xf].map(|half| char::from_digit(half.into(), 16).unwrap_or('0')));
            }
        }
    }
    uri.push('?');
    uri.push_str(parameter);
    uri.into()
}
