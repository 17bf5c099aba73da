//! The WAL of the connection that writes: it is taken into the file, and kept from growing.
//!
//! After each commit SQLite says how many frames the WAL has. From [`PAGES`] on they are taken into the file, and SQLite restarts the WAL if
//! at that moment no reader uses it. When there is always a reader, it grows without end: from [`LIMIT`] on the writer waits for
//! those that read, which is never for long, and those that come meanwhile read from the file. SQLite would do the first by itself, but
//! hide that a sync has failed.

pub(crate) mod cut;
mod frames;
pub(crate) mod header;
pub(crate) mod state;
pub(crate) mod sync;

use std::fs::File;
use std::mem;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, ffi};

use crate::store::sqlite::connection::busy::waiting_at_most;
use crate::store::sqlite::connection::wal::header::{FRAME_HEADER, Salts, WalHeader};
use crate::store::sqlite::connection::wal::state::WalState;
use crate::store::sqlite::connection::wal::sync::{sync_open, sync_wal};
use crate::store::sqlite::error::meaning::extended_code;
use crate::store::sqlite::format::lineage;
use crate::store::sqlite::os::descriptors;
use crate::store::sqlite::os::side_file::{WAL, beside};

/// The pages after which SQLite takes it into the file. Each page goes there once, however often it was written: beside SQLite's own 1,000,
/// four times as many give a tenth more commits at `Normal`, and a twentieth more at `Full`. As many again give little, for twice the WAL.
pub(crate) const PAGES: i64 = 4_000;

/// The bytes from which on a restart is forced: all that it comes to are these and one group of commits.
const LIMIT: u64 = 64 << 20;

/// The bytes of its file that are kept when it is restarted: as many as it usually has. Overwriting is faster than growing a file.
pub(crate) const KEPT: i64 = 32 << 20;

/// How long readers are waited for at most; if they are not done, the next try is after a few commits.
const PATIENCE: Duration = Duration::from_millis(100);

/// The WAL of a file.
#[derive(Debug)]
pub(crate) struct Wal {
    path: PathBuf,
    file: Option<File>,
    /// How many frames it had after this connection's last commit.
    frames: u32,
    /// The frame that was the last one when a gap was last looked for, with the salts of its generation.
    seen: Option<(u32, Salts)>,
    /// Whether another program has cut it, and this connection has committed behind the gap since.
    has_gap: bool,
    page_bytes: u32,
    salts: Option<Salts>,
    /// Whether the first page may not be in this generation yet.
    lacks_first_page: bool,
    /// The number of the file in the generation before; None if that was not seen.
    number: Option<u32>,
    /// The bytes from which on readers are waited for again.
    next_restart: u64,
}

impl Wal {
    /// The WAL that a connection writes to, which was read from before; `recorded` is what was recorded of it.
    pub(crate) fn open(path: &Path, conn: &mut Connection, recorded: Option<Salts>) -> Self {
        let path = beside(path, WAL);
        // Writable, so that it can be synced everywhere.
        let file = descriptors::open_to_write(&path).ok();
        let header = WalHeader::read(&path).ok().flatten();
        let salts = header.map(|header| header.salts);
        frames::note(conn);
        let page_bytes = header.map_or(4096, |header| header.page_bytes);
        let number = if salts.is_none() { lineage::number(conn).ok() } else { None };
        Self {
            path,
            file,
            frames: 0,
            seen: None,
            has_gap: false,
            page_bytes,
            lacks_first_page: salts != recorded,
            number,
            salts,
            next_restart: 0,
        }
    }

    /// What is to be recorded of it after a commit of this connection, on this thread. `others_write` says whether another process has
    /// committed since this one last did.
    pub(crate) fn committed(&mut self, others_write: bool) -> WalState {
        let frames = frames::take();
        if frames > 0 {
            let is_longer = frames > self.frames && self.frames > 0;
            self.frames = frames;
            if !is_longer || others_write {
                self.look();
            }
            self.find_gap();
        }
        self.salts.map_or(WalState::Fresh, WalState::Salts)
    }

    /// Whether another program has cut it, and this connection has committed behind the gap since. Then it must not be taken into the file.
    pub(crate) const fn has_gap(&self) -> bool {
        self.has_gap
    }

    /// Looks whether the frame that was the last one has its place: a commit behind the end of a file that was cut makes it as long as before.
    /// It takes reading a few bytes.
    fn find_gap(&mut self) {
        let seen = mem::replace(&mut self.seen, self.salts.map(|salts| (self.frames, salts)));
        let (Some(file), Some((number, salts))) = (&self.file, seen) else { return };
        let found = header::read_salts_of_frame(file, number, self.page_bytes);
        // An error of the disk says nothing of it.
        if found.is_ok_and(|found| found != Some(salts)) {
            // In a later generation another has its place.
            self.look();
            self.has_gap |= self.salts == Some(salts);
            self.seen = self.salts.map(|salts| (self.frames, salts));
        }
    }

    /// The bytes of its frames after this connection's last commit.
    pub(crate) fn bytes(&self) -> u64 {
        u64::from(self.frames) * (u64::from(self.page_bytes) + FRAME_HEADER)
    }

    /// Looks which generation it is.
    fn look(&mut self) {
        let Some(Ok(Some(header))) = self.file.as_ref().map(WalHeader::read_from) else { return };
        if self.salts != Some(header.salts) {
            self.lacks_first_page = true;
        }
        (self.salts, self.page_bytes) = (Some(header.salts), header.page_bytes);
    }

    /// Syncs what is written of it, for this database.
    pub(crate) fn sync(&self, database: &Path) -> rusqlite::Result<()> {
        match &self.file {
            Some(file) => sync_open(file, &self.path),
            // It could not be opened before.
            None => sync_wal(database),
        }
    }

    /// Does what is due after a commit, of a connection that waits so long for others. It fails only if a sync has failed: then what was
    /// written before is in doubt.
    pub(crate) fn tidy(&mut self, conn: &mut Connection, deadline: Duration) -> rusqlite::Result<()> {
        if self.lacks_first_page {
            // Once for each generation, so that it shows which file it belongs to, and at which moment.
            let before = self.number;
            let written = waiting_at_most(conn, Duration::ZERO, deadline, |conn| write_first_page(conn, before));
            self.lacks_first_page = written.is_err();
            self.number = written.as_ref().ok().copied().or(before);
            self.frames = self.frames.max(frames::take());
            unless_synced(written)?;
        }
        if i64::from(self.frames) < PAGES {
            return Ok(());
        }
        unless_synced(checkpoint(conn, "PASSIVE"))?;
        let bytes = self.bytes();
        if bytes > LIMIT && bytes >= self.next_restart {
            let restarted = waiting_at_most(conn, PATIENCE, deadline, restart);
            // If it fails, there is nothing to be undone: the WAL is as good as before.
            self.next_restart = if matches!(restarted, Ok(true)) { 0 } else { bytes + LIMIT / 8 };
            unless_synced(restarted)?;
        }
        Ok(())
    }

    /// Takes the WAL into the file, as far as readers let it, if this connection has written to it; with `is_left`, also what was in it before.
    pub(crate) fn end(&self, conn: &Connection, is_left: bool) -> rusqlite::Result<()> {
        if self.frames == 0 && !(is_left && self.salts.is_some()) {
            Ok(())
        } else {
            checkpoint(conn, "PASSIVE").map(drop)
        }
    }
}

/// Takes the WAL into the file; says whether that was all of it.
pub(crate) fn checkpoint(conn: &Connection, mode: &str) -> rusqlite::Result<bool> {
    conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), (), |row| {
        let (is_busy, frames, taken): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(!is_busy && frames == taken)
    })
}

/// Takes all of the WAL into the file, waiting for those that read, so that the next commit begins it anew; says whether that was possible.
///
/// A reader that may write marks the end of the WAL at which it reads; one that may not shares a mark that is there, and SQLite waits for a mark
/// before the end until nobody has it. If such readers came without a gap, that would be never: this connection marks the end for them.
fn restart(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    checkpoint(conn, "RESTART")
}

/// Writes the first page: with the next number of the file, if it has still the one of the generation before, and as it is otherwise. Gives the
/// number that it has then.
pub(crate) fn write_first_page(conn: &Connection, before: Option<u32>) -> rusqlite::Result<u32> {
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let number = lineage::number(&transaction)?;
    if before == Some(number) {
        lineage::step(&transaction, number)?;
    } else {
        // A newer release may have changed it meanwhile: what is there stays.
        let schema: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        transaction.pragma_update(None, "user_version", schema)?;
    }
    let number = lineage::number(&transaction)?;
    transaction.commit().map(|()| number)
}

/// The error, if it is that of a sync. All others leave the WAL as it was.
fn unless_synced<T>(done: rusqlite::Result<T>) -> rusqlite::Result<()> {
    match done {
        Err(error) if is_failed_sync(&error) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

pub(crate) fn is_failed_sync(error: &rusqlite::Error) -> bool {
    matches!(extended_code(error), Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC))
}

#[cfg(test)]
mod tests;
