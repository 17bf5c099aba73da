//! What is recorded of a file beside it, in `…-head`: how far its log has come.
//!
//! A log that has lost its last events is as sound as one that never had them: its `-wal` file may be gone, or an older copy stand in its
//! place. Only what is kept elsewhere can tell. The record is written after each commit, and never synced: it may be behind the log,
//! which loses nothing but a bit of what it tells.
//!
//! | bytes | |
//! |---|---|
//! | 8 | position of the last event |
//! | 4 | its chain |
//! | 1 | whether every commit before was synced |
//! | 16 | the id of the system's start, where the system has one; else 0 |
//! | 4 | CRC-32 of the bytes before |

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use rusqlite::{Connection, ffi};
use uuid::Uuid;

use crate::store::sqlite::connection::side_files::beside;
use crate::store::sqlite::error::LogMismatch;
use crate::store::sqlite::format::head::{self, Head};
use crate::stream::Position;

const BYTES: usize = 33;

const NAME: &str = "-head";

/// The record of a file.
#[derive(Debug)]
pub(crate) struct HeadRecord {
    /// None where it cannot be made.
    file: Option<File>,
    is_synced: bool,
    start: Uuid,
    written: Option<Head>,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Recorded {
    head: Head,
    is_synced: bool,
    start: Uuid,
}

impl HeadRecord {
    /// The record of a file; made, if there is none.
    pub(crate) fn open(path: &Path, is_synced: bool) -> Self {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(beside(path, NAME));
        if let Err(error) = &file {
            tracing::warn!(path = %path.display(), %error, "no record of the head can be kept: lost events would not be noticed");
        }
        Self { file: file.ok(), is_synced, start: start_of_system(), written: None }
    }

    /// Records how far the log has come.
    pub(crate) fn keep(&mut self, head: Head) {
        let Some(file) = &self.file else { return };
        if self.written == Some(head) {
            return;
        }
        let recorded = Recorded { head, is_synced: self.is_synced, start: self.start };
        match write_at_start(file, &recorded.bytes()) {
            Ok(()) => self.written = Some(head),
            Err(error) => {
                tracing::warn!(%error, "the head was not recorded: events that are lost now would not be noticed");
            }
        }
    }
}

/// Holds a log against the record of its file. What the machine may have lost when it stopped, at a durability that allows it, is told as
/// a warning only.
pub(crate) fn check(conn: &Connection, path: &Path) -> Result<(), LogMismatch> {
    let Some(recorded) = Recorded::read(path)? else { return Ok(()) };
    let (recorded_head, found) = (recorded.head, head::position(conn)?);
    if found < recorded_head.position {
        let position = recorded_head.position;
        let has_stopped = recorded.start != start_of_system() || recorded.start.is_nil();
        if !recorded.is_synced && has_stopped {
            tracing::warn!(path = %path.display(), recorded = position, found, "the machine has stopped, and the last events were not synced: they are lost");
            return Ok(());
        }
        return Err(LogMismatch::Behind { recorded: position, found });
    }
    if recorded_head.position > 0 && head::chain_at(conn, recorded_head.position)? != recorded_head.chain {
        return Err(LogMismatch::Diverged { position: recorded_head.position });
    }
    Ok(())
}

/// The position that is recorded; None if none is, or none that can be read.
pub(crate) fn position(path: &Path) -> rusqlite::Result<Option<Position>> {
    Ok(Recorded::read(path)?.map(|recorded| recorded.head.position))
}

impl Recorded {
    /// None if there is none, or none that makes sense. A disk that cannot read it is no reason to do without.
    fn read(path: &Path) -> rusqlite::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let file = File::open(beside(path, NAME));
        if let Err(error) = file.and_then(|file| file.take(BYTES as u64 + 1).read_to_end(&mut bytes)) {
            let has_none = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied);
            return if has_none { Ok(None) } else { Err(unreadable(path, &error)) };
        }
        let read = Self::parse(&bytes);
        if read.is_none() && !bytes.is_empty() {
            tracing::warn!(path = %path.display(), "the record of the head cannot be read: lost events would not be noticed");
        }
        Ok(read)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; BYTES] = bytes.try_into().ok()?;
        let (recorded, checksum) = bytes.split_last_chunk()?;
        if crc32fast::hash(recorded) != u32::from_le_bytes(*checksum) {
            return None;
        }
        let (position, rest) = recorded.split_first_chunk()?;
        let (chain, rest) = rest.split_first_chunk()?;
        let (is_synced, start) = rest.split_first()?;
        let head = Head { position: u64::from_le_bytes(*position), chain: u32::from_le_bytes(*chain) };
        Some(Self { head, is_synced: *is_synced != 0, start: Uuid::from_slice(start).ok()? })
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend(self.head.position.to_le_bytes());
        bytes.extend(self.head.chain.to_le_bytes());
        bytes.push(self.is_synced.into());
        bytes.extend(self.start.as_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }
}

/// As SQLite tells of its own files.
fn unreadable(path: &Path, error: &io::Error) -> rusqlite::Error {
    let message = format!("`{}`: {error}", beside(path, NAME).display());
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_READ), Some(message))
}

/// Names the time since the system was started; nil where it cannot be told.
fn start_of_system() -> Uuid {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().parse().unwrap_or_default()
}

#[cfg(fuzzing)]
pub(crate) fn reads_again(bytes: &[u8]) {
    if let Some(recorded) = Recorded::parse(bytes) {
        assert_eq!(Recorded::parse(&recorded.bytes()), Some(recorded));
    }
}

#[cfg(unix)]
fn write_at_start(file: &File, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, 0)
}

#[cfg(not(unix))]
fn write_at_start(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    use std::io::{Seek, Write};

    file.rewind()?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: Recorded =
        Recorded { head: Head { position: 7, chain: 8 }, is_synced: true, start: Uuid::from_u128(9) };

    #[test]
    fn what_was_recorded_is_read_and_nothing_else() {
        let bytes = RECORDED.bytes();
        assert_eq!(Recorded::parse(&bytes), Some(RECORDED));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Recorded::parse(&flipped), None, "{bit}");
        }
        assert_eq!(Recorded::parse(&bytes[1..]), None);
        assert_eq!(Recorded::parse(&[]), None);
    }

    #[test]
    fn what_was_not_synced_may_go_when_the_machine_stops_and_only_then() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, body BLOB)").unwrap();
        let now = start_of_system();
        for (is_synced, start, is_allowed) in [
            (true, Uuid::from_u128(1), false),
            (true, now, false),
            (false, Uuid::from_u128(1), true),
            (false, now, now.is_nil()),
        ] {
            let recorded = Recorded { is_synced, start, ..RECORDED };
            fs::write(beside(&path, NAME), recorded.bytes()).unwrap();
            let checked = check(&conn, &path);
            assert_eq!(checked.is_ok(), is_allowed, "{recorded:?}: {checked:?}");
        }
    }
}
