//! The WAL of the connection that writes: it is taken into the file, and kept from growing.
//!
//! After each commit SQLite says how many frames the WAL has. From [`PAGES`] on they are taken into the file, and SQLite restarts the WAL if
//! at that moment nobody reads from it. When there is always a reader, it grows without end: from [`LIMIT`] on the writer waits for
//! those that read, which is never for long, and those that come meanwhile read from the file. SQLite would do the first by itself, but
//! hide that a sync has failed.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, ffi};

use crate::store::sqlite::connection::busy::waiting_at_most;
use crate::store::sqlite::connection::head_record::WalState;
use crate::store::sqlite::connection::side_files::beside;
use crate::store::sqlite::connection::wal_header::{Salts, WalHeader};
use crate::store::sqlite::connection::{certainty, frames};
use crate::store::sqlite::error::meaning::extended_code;
use crate::store::sqlite::format::lineage;

/// The pages after which SQLite takes it into the file. Each page goes there once, however often it was written: beside SQLite's own 1,000,
/// four times as many give a tenth more commits at `Normal`, and a twentieth more at `Full`. As many again give little, for twice the WAL.
pub(crate) const PAGES: i64 = 4_000;

/// The bytes from which on a restart is forced: all that it comes to are these and one group of commits.
const LIMIT: u64 = 64 << 20;

/// What of its file is kept when it is restarted: all that it usually has. Writing over what is there is faster than making a file longer.
pub(crate) const KEPT: i64 = 32 << 20;

/// For so long at most readers are waited for; if they are not done, the next try is after a few commits.
const PATIENCE: Duration = Duration::from_millis(100);

/// The bytes of a frame without its page.
const FRAME_HEADER: u64 = 24;

/// The WAL of a file.
#[derive(Debug)]
pub(crate) struct Wal {
    path: PathBuf,
    file: Option<File>,
    /// How many frames it had after this connection's last commit.
    frames: u32,
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
        let path = beside(path, "-wal");
        // Writable, so that it can be synced everywhere.
        let file = OpenOptions::new().read(true).write(true).open(&path).ok();
        let header = WalHeader::read(&path).ok().flatten();
        let salts = header.map(|header| header.salts);
        frames::note(conn);
        let page_bytes = header.map_or(4096, |header| header.page_bytes);
        let number = if salts.is_none() { lineage::number(conn).ok() } else { None };
        Self { path, file, frames: 0, page_bytes, lacks_first_page: salts != recorded, number, salts, next_restart: 0 }
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
        }
        self.salts.map_or(WalState::Fresh, WalState::Salts)
    }

    /// Looks which generation it is.
    fn look(&mut self) {
        let Some(Ok(Some(header))) = self.file.as_ref().map(WalHeader::of) else { return };
        if self.salts != Some(header.salts) {
            self.lacks_first_page = true;
        }
        (self.salts, self.page_bytes) = (Some(header.salts), header.page_bytes);
    }

    /// Syncs what is written of it, for this database.
    pub(crate) fn sync(&self, database: &Path) -> rusqlite::Result<()> {
        match &self.file {
            Some(file) => certainty::sync_open(file, &self.path),
            // It could not be opened before.
            None => certainty::sync_wal(database),
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
        let bytes = u64::from(self.frames) * (u64::from(self.page_bytes) + FRAME_HEADER);
        if bytes > LIMIT && bytes >= self.next_restart {
            let restarted = waiting_at_most(conn, PATIENCE, deadline, |conn| checkpoint(conn, "RESTART"));
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
mod tests {
    use std::fs;

    use super::*;

    /// A file in WAL mode, with a table.
    fn opened() -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100))")
            .unwrap();
        (folder, path, conn)
    }

    /// The pages of the frames of the generation that the WAL of a file has.
    fn pages(path: &Path) -> Vec<u32> {
        let wal = fs::read(beside(path, "-wal")).unwrap();
        let word = |bytes: &[u8], index: usize| u32::from_be_bytes(bytes[index * 4..][..4].try_into().unwrap());
        let frames = wal[32..].chunks(4096 + 24).take_while(|frame| wal[16..24] == frame[8..16]);
        frames.map(|frame| word(frame, 0)).collect()
    }

    const DEADLINE: Duration = Duration::from_secs(20);

    #[test]
    fn each_generation_has_the_first_page_and_is_looked_at_once() {
        let (_folder, path, mut conn) = opened();
        let mut wal = Wal::open(&path, &mut conn, None);
        let mut states = Vec::new();
        for number in 0..12 {
            if number % 4 == 0 {
                checkpoint(&conn, "RESTART").unwrap();
            }
            // A page that is there, so that the first is not written with it.
            conn.execute_batch("UPDATE t SET a = randomblob(100)").unwrap();
            let state = wal.committed(false);
            let WalState::Salts(salts) = state else { panic!("{state:?}") };
            assert_eq!(WalHeader::read(&beside(&path, "-wal")).unwrap().unwrap().salts, salts, "{number}");
            wal.tidy(&mut conn, DEADLINE).unwrap();
            let first = pages(&path).iter().filter(|page| **page == 1).count();
            assert_eq!(first, 1, "after {number} commits: {:?}", pages(&path));
            if states.last() != Some(&state) {
                states.push(state);
            }
        }
        assert_eq!(states.len(), 3, "one for each generation");
    }

    #[test]
    fn the_number_of_the_file_goes_on_once_for_each_generation_whoever_writes() {
        let (_folder, path, mut one) = opened();
        checkpoint(&one, "TRUNCATE").unwrap();
        let mut other = Connection::open(&path).unwrap();
        let mut wals = [Wal::open(&path, &mut one, None), Wal::open(&path, &mut other, None)];
        let mut numbers = Vec::new();
        for generation in 0..6 {
            for turn in 0..4 {
                let index = (generation + turn) % 2;
                let (conn, wal) = (if index == 0 { &mut one } else { &mut other }, &mut wals[index]);
                conn.execute_batch("UPDATE t SET a = randomblob(100)").unwrap();
                wal.committed(true);
                wal.tidy(conn, DEADLINE).unwrap();
            }
            numbers.push(lineage::number(&one).unwrap());
            checkpoint(&one, "RESTART").unwrap();
        }
        assert!(numbers.is_sorted_by(|before, after| before < after), "{numbers:?}");
        assert!(numbers.is_sorted_by(|before, after| lineage::may_become(*before, *after)), "by one step: {numbers:?}");
        assert!(!lineage::may_become(numbers[0], numbers[2]), "{numbers:?}");
        // A process that finds a generation that was begun leaves its number as it is.
        one.execute_batch("UPDATE t SET a = 1").unwrap();
        let mut late = Wal::open(&path, &mut other, None);
        let before = lineage::number(&other).unwrap();
        other.execute_batch("UPDATE t SET a = 2").unwrap();
        late.committed(true);
        late.tidy(&mut other, DEADLINE).unwrap();
        assert_eq!(lineage::number(&other).unwrap(), before);
    }

    #[test]
    fn a_generation_that_another_connection_has_begun_is_seen() {
        let (_folder, path, mut conn) = opened();
        let mut wal = Wal::open(&path, &mut conn, None);
        conn.execute_batch("UPDATE t SET a = 1").unwrap();
        let before = wal.committed(false);
        let other = Connection::open(&path).unwrap();
        checkpoint(&other, "RESTART").unwrap();
        (0..20).for_each(|_| other.execute_batch("UPDATE t SET a = 2").unwrap());
        conn.execute_batch("UPDATE t SET a = 3").unwrap();
        assert_ne!(wal.committed(true), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_wal_that_cannot_be_opened_is_not_called_synced() {
        let (_folder, path, mut conn) = opened();
        let (wal, away) = (beside(&path, "-wal"), path.with_extension("away"));
        fs::rename(&wal, &away).unwrap();
        std::os::unix::fs::symlink(&wal, &wal).unwrap();
        let opened = Wal::open(&path, &mut conn, None);
        assert!(is_failed_sync(&opened.sync(&path).unwrap_err()));
        fs::rename(&away, &wal).unwrap();
        opened.sync(&path).unwrap();
    }

    #[test]
    fn what_others_hold_is_waited_for_neither_long_nor_each_time() {
        let (_folder, path, mut conn) = opened();
        let reader = Connection::open(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
        let mut wal = Wal::open(&path, &mut conn, None);
        let frames = u32::try_from(LIMIT / 4096 + 1).unwrap();
        conn.execute_batch("UPDATE t SET a = 1").unwrap();
        wal.committed(false);
        (wal.frames, wal.lacks_first_page) = (frames, false);
        wal.tidy(&mut conn, DEADLINE).unwrap();
        let next = wal.next_restart;
        assert!(next > LIMIT, "the reader is in the way");
        wal.tidy(&mut conn, DEADLINE).unwrap();
        assert_eq!(wal.next_restart, next, "it is not waited for again so soon");
        reader.execute_batch("COMMIT").unwrap();
        wal.frames *= 2;
        wal.tidy(&mut conn, DEADLINE).unwrap();
        assert_eq!(wal.next_restart, 0);
        conn.execute_batch("UPDATE t SET a = 2").unwrap();
        assert!(frames::take() < 3, "it was restarted");
    }
}
