//! From a path to a connection that can be trusted.

use std::ops::ControlFlow;
use std::path::{self, Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, version, version_number};

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::LogRead;
use crate::store::sqlite::connection::busy::{pause, wait_for_others};
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::{before_writing, end_wal_at_close, note_failed_sync};
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::connection::{head_record, wal};
use crate::store::sqlite::error::meaning::is_busy;
use crate::store::sqlite::error::{LogMismatch, Operation, Origin, open_error};
use crate::store::sqlite::file::migrate::{STEPS, Step};
use crate::store::sqlite::format::head::{self, Head};
use crate::store::sqlite::format::schema::{APPLICATION, SCHEMA};
use crate::store::sqlite::read::log;
use crate::store::sqlite::{Durability, SqliteBuilder};

/// Before it, several processes in WAL mode could damage a file.
const NEEDED: (i32, &str) = (3_051_003, "3.51.3");

/// What is in a file.
#[derive(Clone, Copy)]
enum Content {
    Nothing,
    /// A store of this schema.
    Ours(i64),
}

impl Content {
    /// What makes it a store of the schema of this release, and nothing if it is one.
    fn steps(self) -> &'static [Step] {
        let Self::Ours(schema) = self else { return &STEPS };
        usize::try_from(schema).ok().and_then(|made| STEPS.get(made..)).unwrap_or_default()
    }
}

/// Opens the store in a file, or makes it; the path comes back as an absolute one.
pub(crate) fn file(path: &Path, settings: &SqliteBuilder) -> Result<(PathBuf, Writer), OpenError> {
    check_library()?;
    let path = check_path(path)?;
    head_record::check_wal(&path).map_err(|foreign| StoreError::new(StoreErrorKind::Corrupt, foreign.to_string()))?;
    let mut conn = connect(&path, settings, OpenFlags::SQLITE_OPEN_CREATE)?;
    let found = inspect(&conn, &path)?;
    let recorded = head_record::position(&path).map_err(|error| open_error(&path, error))?.unwrap_or(0);
    if matches!(found, Content::Nothing) && recorded > 0 && !settings.accept_loss {
        return Err(OpenError::Behind { path, recorded, found: 0 });
    }
    set_up(&conn, &path, settings)?;
    before_writing(&path, settings).map_err(|error| open_error(&path, error))?;
    if !found.steps().is_empty() {
        migrate(&mut conn, &path)?;
    }
    let mut reader = Reader::new(conn);
    let head = check_tail(&mut reader, &path, settings)?;
    Ok((path, Writer::new(reader.conn, head)))
}

/// Checks the last event, and that the log has come as far as was recorded; gives where it ends.
fn check_tail(reader: &mut Reader, path: &Path, settings: &SqliteBuilder) -> Result<Head, OpenError> {
    let origin = || Origin::File(path.to_owned());
    let mismatch = |mismatch| match mismatch {
        LogMismatch::Sqlite(error) => open_error(path, error),
        LogMismatch::Behind { .. } | LogMismatch::Diverged { .. } | LogMismatch::Unreadable { .. } => {
            origin().mismatch(mismatch).into()
        }
    };
    let head = head::find(&reader.conn, Head::default()).map_err(mismatch)?;
    let last = LogRead::after(head.position.saturating_sub(1));
    let read = log::page(reader, &last, &mut |_| ControlFlow::Continue(()));
    read.map_err(|fault| origin().read_error(fault).into_store())?;
    if settings.accept_loss {
        return Ok(head);
    }
    head_record::check(&reader.conn, path).map_err(|found| match found {
        LogMismatch::Behind { recorded, found } => OpenError::Behind { path: path.to_owned(), recorded, found },
        LogMismatch::Diverged { position } => OpenError::Diverged { path: path.to_owned(), position },
        LogMismatch::Sqlite(_) | LogMismatch::Unreadable { .. } => mismatch(found),
    })?;
    Ok(head)
}

/// Another connection to a file that was opened before.
pub(crate) fn again(path: &Path, settings: &SqliteBuilder) -> Result<Connection, OpenError> {
    let mut conn = connect(path, settings, OpenFlags::empty())?;
    let found = inspect(&conn, path)?;
    if matches!(found, Content::Nothing) {
        return Err(OpenError::OtherApplication { path: path.to_owned(), application_id: 0 });
    }
    set_up(&conn, path, settings)?;
    // An older copy may have been put in its place.
    if !found.steps().is_empty() {
        migrate(&mut conn, path)?;
    }
    Ok(conn)
}

/// A connection to a file of this schema, which may be damaged; nothing in it is changed.
pub(crate) fn to_look(path: &Path) -> Result<Reader, OpenError> {
    check_library()?;
    let path = check_path(path)?;
    let conn = connect(&path, &SqliteBuilder::default(), OpenFlags::empty())?;
    // Else SQLite reads nothing of a file that is shorter than it says.
    conn.pragma_update(None, "writable_schema", true).map_err(|error| open_error(&path, error))?;
    let found = inspect(&conn, &path)?;
    if let (Content::Ours(schema), false) = (found, found.steps().is_empty()) {
        let message =
            format!("`{}` has schema {schema}; open it once, which brings it to schema {SCHEMA}", path.display());
        return Err(StoreError::new(StoreErrorKind::Unsupported, message).into());
    }
    Ok(Reader::new(conn))
}

/// A new store in memory.
pub(crate) fn memory() -> Result<Writer, OpenError> {
    check_library()?;
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_in_memory_with_flags(flags)?;
        keep_plans(&conn)?;
        apply(&conn, &STEPS)?;
        Ok(Writer::new(conn, Head::default()))
    };
    open().map_err(|error| Origin::Memory.error(Operation::Writing, error).into())
}

fn check_library() -> Result<(), OpenError> {
    let (number, needed) = NEEDED;
    if version_number() < number {
        return Err(OpenError::SqliteTooOld { found: version(), needed });
    }
    Ok(())
}

/// The path as SQLite cannot take for anything else (an URI, `:memory:`), and as it stays when the working directory changes.
fn check_path(given: &Path) -> Result<PathBuf, OpenError> {
    let not_a_file = || OpenError::NotAFile { path: given.to_owned() };
    if given == Path::new(":memory:") {
        return Err(not_a_file());
    }
    let path = path::absolute(given).map_err(|_| not_a_file())?;
    let folder = path.parent().ok_or_else(not_a_file)?;
    match fs::metadata(&path) {
        Ok(found) if !found.is_file() => Err(not_a_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.is_dir() => {
            Err(OpenError::MissingFolder { folder: folder.to_owned(), path })
        }
        // If something else is wrong with it, SQLite finds it too.
        Ok(_) | Err(_) => Ok(path),
    }
}

fn connect(path: &Path, settings: &SqliteBuilder, create: OpenFlags) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let failed = |error| open_error(path, error);
    let mut conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    end_wal_at_close(&conn, false);
    wait_for_others(&mut conn, settings.busy_deadline).map_err(failed)?;
    keep_plans(&conn).map_err(failed)?;
    // SQLite falls back to this by itself where it may not write.
    if conn.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    Ok(conn)
}

/// Without this, SQLite prepares a statement again whenever another number is bound to its LIMIT or as the bound of a range, in search of
/// a better plan. Ours have no other plan, and preparing takes as long as reading many events.
fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// Looks whose file it is, at one moment and without a change to it.
fn inspect(conn: &Connection, path: &Path) -> Result<Content, OpenError> {
    let question = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) \
                    FROM pragma_application_id, pragma_user_version";
    let (application, schema, tables): (i64, i64, i64) = conn
        .query_row(question, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(|error| open_error(path, error))?;
    let path = path.to_owned();
    match (application, schema, tables) {
        (APPLICATION, 1..=SCHEMA, _) => Ok(Content::Ours(schema)),
        (APPLICATION, found, _) if found > SCHEMA => {
            Err(OpenError::NewerSchema { path, found: unsigned(found), known: unsigned(SCHEMA) })
        }
        (0, 0, 0) => Ok(Content::Nothing),
        (application, ..) => Err(OpenError::OtherApplication { path, application_id: unsigned(application) }),
    }
}

/// A field of four bytes of the file's header, which SQLite gives as a signed number.
fn unsigned(field: i64) -> u32 {
    i32::try_from(field).unwrap_or(0).cast_unsigned()
}

/// Sets what a connection must be set to, and reads each back.
fn set_up(conn: &Connection, path: &Path, settings: &SqliteBuilder) -> Result<(), OpenError> {
    let mode = enter_wal(conn, settings.busy_deadline).map_err(|error| open_error(path, error))?;
    if mode != "wal" {
        let (path, asked) = (path.to_owned(), "wal".to_owned());
        return Err(OpenError::Pragma { path, pragma: "journal_mode", asked, got: mode });
    }
    let (synchronous, flush) = match settings.durability {
        Durability::Full => (2, 1),
        Durability::Normal => (1, 0),
    };
    // The sizes of pages and of the cache are SQLite's own: others were measured (PERFORMANCE.md), and give nothing or lose as much elsewhere. A
    // memory map reads a little faster, but a file that is cut under it kills the process.
    let pragmas = [
        ("synchronous", synchronous),
        // On macOS only these two reach the disk itself; elsewhere they do nothing.
        ("fullfsync", flush),
        ("checkpoint_fullfsync", 1),
        ("wal_autocheckpoint", wal::PAGES),
        ("journal_size_limit", wal::KEPT),
        // Finds damaged pages before they do harm.
        ("cell_size_check", 1),
        // What a file defines for itself must not run code of ours.
        ("trusted_schema", 0),
    ];
    pragmas.into_iter().try_for_each(|(pragma, value)| set(conn, path, pragma, value))
}

fn set(conn: &Connection, path: &Path, pragma: &'static str, asked: i64) -> Result<(), OpenError> {
    let set = conn.pragma_update(None, pragma, asked);
    let got = set.and_then(|()| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)));
    let got = got.map_err(|error| open_error(path, error))?;
    if got != asked {
        let (path, asked, got) = (path.to_owned(), asked.to_string(), got.to_string());
        return Err(OpenError::Pragma { path, pragma, asked, got });
    }
    Ok(())
}

/// Changes to WAL mode. SQLite does not call the busy handler everywhere on that way, so that two processes which make the
/// same file would fail.
fn enter_wal(conn: &Connection, deadline: Duration) -> rusqlite::Result<String> {
    let since = Instant::now();
    loop {
        match conn.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0)) {
            Err(error) if is_busy(&error) && since.elapsed() < deadline => thread::sleep(pause()),
            mode => return mode,
        }
    }
}

/// Makes the tables that are not there, in one transaction, unless another process was faster.
fn migrate(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error| {
        note_failed_sync(path, &error);
        open_error(path, error)
    };
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    apply(&transaction, inspect(&transaction, path)?.steps()).map_err(failed)?;
    transaction.commit().map_err(failed)
}

fn apply(conn: &Connection, steps: &[Step]) -> rusqlite::Result<()> {
    steps.iter().try_for_each(|step| step.take(conn))?;
    conn.pragma_update(None, "user_version", SCHEMA)
}
