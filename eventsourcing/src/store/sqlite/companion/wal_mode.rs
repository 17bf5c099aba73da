//! The mode of a companion.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::sqlite::error::meaning::is_busy;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Changes a file to WAL mode. SQLite does not call its busy handler everywhere on that way, so that two processes which make the file would fail.
pub(super) fn enter(conn: &Connection, deadline: Duration) -> rusqlite::Result<()> {
    let since = Instant::now();
    loop {
        match conn.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(())) {
            Err(error) if is_busy(&error) && since.elapsed() < deadline => thread::sleep(PAUSE),
            done => return done,
        }
    }
}
