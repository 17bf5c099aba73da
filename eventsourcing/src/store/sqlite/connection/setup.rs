//! The settings of SQLite that each connection needs, and the version of SQLite itself.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, version, version_number};

use crate::error::OpenError;
use crate::store::sqlite::connection::busy::pause;
use crate::store::sqlite::connection::wal;
use crate::store::sqlite::error::meaning::is_busy;
use crate::store::sqlite::error::{open_error, open_error_of_write};
use crate::store::sqlite::settings::{Durability, Settings};

/// Before it, several processes in WAL mode could damage a file.
const NEEDED: (i32, &str) = (3_051_003, "3.51.3");

pub(crate) fn check_library() -> Result<(), OpenError> {
    let (number, needed) = NEEDED;
    if version_number() < number {
        return Err(OpenError::SqliteTooOld { found: version(), needed });
    }
    Ok(())
}

/// Without this, SQLite prepares a statement again whenever another number is bound to its LIMIT or as the bound of a range, in search of
/// a better plan. Ours have no other plan, and preparing takes as long as reading many events.
pub(crate) fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Sets whether SQLite's close of the last connection takes the WAL into the file and deletes it, or leaves all files as they are. It takes what it finds
/// sound, up to the first frame that is not, and so destroys what is wrong with the rest: only what was found to be a store is closed so.
pub(crate) fn end_wal_at_close(conn: &Connection, may_end: bool) {
    // SQLite knows the setting; there is nothing that could fail.
    let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !may_end);
}

/// Sets what a connection to a store must be set to, and reads each back.
pub(crate) fn set_up(conn: &Connection, path: &Path, settings: &Settings) -> Result<(), OpenError> {
    let mode = enter_wal(conn, settings.busy_deadline).map_err(|error| open_error_of_write(path, error))?;
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
        // Views and triggers that a file defines must not call functions with side effects.
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
