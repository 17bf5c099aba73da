//! Whether another program has cut the WAL, so that frames of it are missing that SQLite still counts.
//!
//! When the `-wal` is shorter than it was last seen, SQLite is asked over the connection at hand how many frames the index of the WAL counts.
//! Only the answer that all of them are in the file ends the suspicion: until then, nothing is read or stored.
//!
//! A commit makes a WAL that was cut as long as before, with a gap. So who commits looks after that, and before it is acknowledged, whether the frame
//! that was the last has its place (`Wal::committed`).
//!
//! The index is in `-shm`, which the store must not open (see [`descriptors`](crate::store::sqlite::os::descriptors)).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::{io, thread};

use rusqlite::Connection;

use crate::store::sqlite::connection::busy::pause;
use crate::store::sqlite::connection::wal::header::{self, FRAME_HEADER};
use crate::store::sqlite::error::meaning::is_busy;
use crate::store::sqlite::os::file_status::FileStatus;
use crate::store::sqlite::os::side_file::{WAL, beside};

/// How often it is looked at most: processes may take the WAL into the file and begin it again between two looks.
const LOOKS: usize = 64;

/// A WAL, as long as it was when all of it was there.
#[derive(Debug)]
pub(crate) struct WalCut {
    path: PathBuf,
    /// How long it was when it was last seen whole.
    whole: AtomicU64,
    /// How often it was seen shorter than that.
    suspicions: AtomicU64,
    /// How many of these looks have shown to be wrong.
    cleared: AtomicU64,
    /// Whether it is known to be cut, though it is as long as it was.
    has_gap: AtomicBool,
}

/// What was seen of a WAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WalLength {
    /// All of it is there, in so many bytes.
    Whole(u64),
    Cut,
}

impl WalCut {
    /// The WAL of a database, of which nothing was seen yet.
    pub(crate) fn new(database: &Path) -> Self {
        let [whole, suspicions, cleared] = [u64::MAX, 1, 0].map(AtomicU64::new);
        Self { path: beside(database, WAL), whole, suspicions, cleared, has_gap: AtomicBool::new(false) }
    }

    /// To be called with how long it is.
    pub(crate) fn compare(&self, bytes: u64) {
        if bytes < self.whole.load(Ordering::Acquire) {
            self.suspicions.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// To be called after a commit of this process, with the bytes of its frames.
    pub(crate) fn note_bytes(&self, bytes: u64) {
        self.whole.store(bytes, Ordering::Release);
    }

    /// To be called when frames of it were seen to be missing.
    pub(crate) fn note_gap(&self) {
        self.has_gap.store(true, Ordering::Release);
    }

    /// Whether it is cut, if it was seen shorter than it was. The connection must not be in a transaction.
    pub(crate) fn is_cut(&self, conn: &Connection) -> io::Result<bool> {
        self.is_cut_by(|| bytes_by_index(conn), || Ok(FileStatus::read(&self.path)?.bytes))
    }

    fn is_cut_by(
        &self,
        index: impl FnMut() -> io::Result<u64>,
        length: impl FnMut() -> io::Result<u64>,
    ) -> io::Result<bool> {
        if self.has_gap.load(Ordering::Acquire) {
            return Ok(true);
        }
        let suspicions = self.suspicions.load(Ordering::Acquire);
        if suspicions == self.cleared.load(Ordering::Acquire) {
            return Ok(false);
        }
        let before = self.whole.load(Ordering::Acquire);
        let WalLength::Whole(bytes) = look(index, length)? else { return Ok(true) };
        // A commit meanwhile knows better.
        let _ = self.whole.compare_exchange(before, bytes, Ordering::AcqRel, Ordering::Acquire);
        self.cleared.fetch_max(suspicions, Ordering::AcqRel);
        Ok(false)
    }
}

/// Looks until the file is as long as the index says, or two looks in turn find the same file shorter than the same index says.
///
/// In each look the index comes first. Who commits writes the frames before the index counts them, and who cuts a WAL that is in the file has the
/// index count none before: a file that is shorter than the index has said just before is cut, or was begun again since; and then the next look
/// differs.
fn look(
    mut index: impl FnMut() -> io::Result<u64>,
    mut length: impl FnMut() -> io::Result<u64>,
) -> io::Result<WalLength> {
    let mut before = None;
    for _ in 0..LOOKS {
        let found = match index() {
            Ok(needed) => (needed, length()?),
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                thread::sleep(pause());
                continue;
            }
            Err(error) => return Err(error),
        };
        let (needed, bytes) = found;
        if bytes >= needed {
            return Ok(WalLength::Whole(bytes));
        }
        if before.replace(found) == Some(found) {
            return Ok(WalLength::Cut);
        }
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "other processes change it all the time"))
}

/// The bytes of the WAL by its index: its header and all frames that are in use.
fn bytes_by_index(conn: &Connection) -> io::Result<u64> {
    let asked = conn.prepare_cached("PRAGMA main.wal_checkpoint(NOOP)").and_then(|mut noop| {
        let frames: i64 = noop.query_row((), |row| row.get(1))?;
        let page: i64 = conn.pragma_query_value(None, "page_size", |row| row.get(0))?;
        Ok((u64::try_from(frames).unwrap_or(0), u64::try_from(page).unwrap_or(0)))
    });
    match asked {
        Ok((0, _)) => Ok(0),
        Ok((frames, page)) => Ok(header::BYTES as u64 + frames * (FRAME_HEADER + page)),
        Err(error) if is_busy(&error) => Err(io::Error::new(io::ErrorKind::ResourceBusy, error)),
        Err(error) => Err(io::Error::other(error)),
    }
}

#[cfg(test)]
mod tests;
