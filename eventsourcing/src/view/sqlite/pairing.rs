//! Whether the WAL beside the file of a generation is that of this file.
//!
//! `_state` says which file it is, and is in each commit of a writer, which raises its counter by one. So the counter that the file has without its WAL is not
//! lower than the one that the WAL began after, and not higher than the one it ends with. A file or a WAL that was copied, or put back, without the other
//! breaks that; SQLite would read a mixture of both.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use crate::error::{BoxError, StoreError, StoreErrorKind, ViewError};
use crate::store::sqlite::file::connect::{Absent, open_main_file, open_to_write};
use crate::store::sqlite::file::path::DatabasePath;
use crate::view::sqlite::error::not_opened;

/// The lengths of the header of a WAL, and of that of each frame.
const HEADERS: (usize, usize) = (32, 24);

/// Refuses a file whose WAL is that of another moment, or of another name of it. What cannot be found out is left to those who open it.
pub(super) fn check(view: &'static str, path: &Path) -> Result<(), ViewError> {
    let path = DatabasePath::new(path).map_err(|error| not_opened(view, error))?;
    if is_pair(&path).unwrap_or(true) {
        return Ok(());
    }
    let path = path.display();
    let message = format!(
        "`{path}` and the `-wal` beside it are of different moments, so one of them was copied or put back without the other: stop the runner, move \
         both away, and the rows are made again of all events"
    );
    Err(ViewError::Rows(StoreError::new(StoreErrorKind::Corrupt, message)))
}

fn is_pair(path: &DatabasePath) -> Result<bool, BoxError> {
    let wal = path.beside("-wal");
    if !wal.metadata().is_ok_and(|wal| wal.len() > 0) {
        return Ok(true);
    }
    // When it is closed, a WAL of another file is not taken into this one. A writer that is at it has looked itself, and is not waited for.
    let mut conn = open_to_write(path, Duration::ZERO, Absent::Refuse)?;
    // So that no writer begins the WAL again meanwhile.
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some((file, last)) = state(&tx)? else { return Ok(true) };
    // The file may have been made in its WAL.
    let (alone, first) = state(&open_main_file(path)?)?.unwrap_or((file, 0));
    Ok(alone == file && (last.saturating_sub(commits(&wal)?)..=last).contains(&first))
}

/// Which file it is, and the counter of its writers; none if it has no such table.
fn state(conn: &Connection) -> rusqlite::Result<Option<([u8; 16], i64)>> {
    let is_made: bool =
        conn.query_row("SELECT EXISTS (SELECT * FROM sqlite_schema WHERE name = '_state')", (), |row| row.get(0))?;
    if !is_made {
        return Ok(None);
    }
    conn.query_row("SELECT file, beat FROM _state", (), |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// How many commits are in a WAL.
fn commits(path: &Path) -> io::Result<i64> {
    let mut wal = BufReader::new(File::open(path)?);
    let mut header = [0; HEADERS.0];
    wal.read_exact(&mut header)?;
    let page = i64::from(u32_at(&header, 8));
    let mut commits = 0;
    let mut frame = [0; HEADERS.1];
    // Frames of an earlier time of the WAL have other salts.
    while wal.read_exact(&mut frame).is_ok() && frame.get(8..16) == header.get(16..24) {
        commits += i64::from(u32_at(&frame, 4) != 0);
        wal.seek_relative(page)?;
    }
    Ok(commits)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).copied().map_or(0, u32::from_be_bytes)
}
