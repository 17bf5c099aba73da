//! A companion of the events' database: a file in which views or subscriptions are kept. How it is made, opened, and distinguished from the files of others.

mod file_id;
pub(crate) mod lock_file;
mod wal_mode;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

pub(crate) use self::file_id::FileId;
pub(crate) use self::lock_file::LockFile;

/// How long another connection may hold a file.
const BUSY: Duration = Duration::from_secs(5);

/// What a companion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileKind {
    /// The number in its header (`PRAGMA application_id`).
    pub(crate) application: i32,
    /// The schema of the files that this release makes, and the newest that it knows.
    pub(crate) schema: i32,
}

/// Why a companion was not opened.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It was to be read only, and was not made yet.
    NotMade,
    OtherApplication {
        application: u32,
    },
    NewerSchema {
        found: u32,
        known: u32,
    },
    Read(rusqlite::Error),
    Write(rusqlite::Error),
}

/// Opens a file for writing; makes it if there is none.
pub(crate) fn open(
    path: &Path,
    kind: FileKind,
    make: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Connection, Refusal> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut conn = connect(path, flags).map_err(Refusal::Read)?;
    // Before its mode is changed: the file of another application is left as it is.
    let is_made = is_made(&conn, kind)?;
    wal_mode::enter(&conn, BUSY).map_err(Refusal::Write)?;
    if !is_made {
        make_as(&mut conn, kind, make)?;
    }
    // After a power loss its last commits are gone, but none in part.
    conn.pragma_update(None, "synchronous", "NORMAL").map_err(Refusal::Write)?;
    Ok(conn)
}

fn make_as(
    conn: &mut Connection,
    kind: FileKind,
    make: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), Refusal> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Refusal::Write)?;
    // Another process may have made it meanwhile.
    if !is_made(&tx, kind)? {
        make(&tx).map_err(Refusal::Write)?;
        tx.pragma_update(None, "application_id", kind.application).map_err(Refusal::Write)?;
        tx.pragma_update(None, "user_version", kind.schema).map_err(Refusal::Write)?;
    }
    tx.commit().map_err(Refusal::Write)
}

/// Opens a file that is made, to read it.
pub(crate) fn open_to_read(path: &Path, kind: FileKind) -> Result<Connection, Refusal> {
    // A reader of a file in WAL mode writes to its `-shm`.
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(Refusal::Read)?;
    if !is_made(&conn, kind)? {
        return Err(Refusal::NotMade);
    }
    conn.pragma_update(None, "query_only", true).map_err(Refusal::Read)?;
    Ok(conn)
}

/// A connection that waits for others, to a file of any kind.
pub(crate) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// Whether a file of this kind was made; refuses that of another application or of a newer release.
fn is_made(conn: &Connection, kind: FileKind) -> Result<bool, Refusal> {
    let FileKind { application, schema } = kind;
    match read_header(conn).map_err(Refusal::Read)? {
        (found, version, _) if found == application && version > schema => {
            Err(Refusal::NewerSchema { found: version.cast_unsigned(), known: schema.cast_unsigned() })
        }
        (found, version, _) if found == application && version == schema => Ok(true),
        (0, 0, false) => Ok(false),
        (found, ..) => Err(Refusal::OtherApplication { application: found.cast_unsigned() }),
    }
}

/// The application id, the schema, and whether there are tables.
fn read_header(conn: &Connection) -> rusqlite::Result<(i32, i32, bool)> {
    // In one transaction, so that it is that of one moment, also while another process makes the file.
    let _moment = if conn.is_autocommit() { Some(conn.unchecked_transaction()?) } else { None };
    let field = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables = conn.query_row("SELECT EXISTS (SELECT * FROM sqlite_schema)", (), |row| row.get(0))?;
    Ok((field("application_id")?, field("user_version")?, tables))
}
