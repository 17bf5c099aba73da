//! The WAL is kept from growing.
//!
//! SQLite takes it into the file every [`PAGES`] by itself, and begins it anew if at that moment nobody reads from it. When somebody always
//! does, it grows without end: then whoever writes waits for those that read, which is never for long, and those that come meanwhile read
//! from the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::store::sqlite::connection::busy::waiting_at_most;
use crate::store::sqlite::connection::side_files::beside;

/// The pages after which SQLite takes it into the file. Each page goes there once, however often it was written: beside SQLite's own 1,000,
/// four times as many give a tenth more commits at `Normal`, and a twentieth more at `Full`. As many again give little, for twice the WAL.
pub(crate) const PAGES: i64 = 4_000;

/// The bytes from which on it is made to begin anew.
const LIMIT: u64 = 64 << 20;

/// What of its file is kept when it begins anew: all that it usually has. Writing over what is there is faster than making a file longer.
pub(crate) const KEPT: i64 = 32 << 20;

/// What a small commit adds: three pages.
const LEAST: u64 = 3 * 4096;

/// For so long at most readers are waited for; if they are not done, the next try is some commits later.
const PATIENCE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(crate) struct Wal {
    path: PathBuf,
    /// About how many bytes were written since it was last looked at.
    written: u64,
}

impl Wal {
    /// The WAL of this file.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: beside(path, "-wal"), written: 0 }
    }

    /// To be called after a commit of so many bytes, of a connection that waits so long for others.
    pub(crate) fn grew(&mut self, bytes: usize, conn: &Connection, deadline: Duration) {
        self.written += LEAST.max(bytes as u64);
        if self.written < LIMIT / 8 {
            return;
        }
        self.written = 0;
        if fs::metadata(&self.path).is_ok_and(|wal| wal.len() > LIMIT) {
            // If it fails, there is nothing to be undone: the WAL is as good as before.
            let _ = waiting_at_most(conn, PATIENCE, deadline, |conn| {
                conn.query_row("PRAGMA wal_checkpoint(RESTART)", (), |_| Ok(()))
            });
        }
    }
}
