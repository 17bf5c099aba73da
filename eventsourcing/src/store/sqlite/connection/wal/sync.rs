//! Making it certain that the WAL is on the disk.
//!
//! What SQLite reads of a WAL may be in the memory of the system only: of a process that was killed before its sync, or of one whose sync has
//! failed. After a failed sync a system may take the pages for written that it could not write, and the next sync for a success; only writing
//! them again helps. The `-wal` may be opened and closed beside SQLite, which holds no locks on it (see [`descriptors`]).

use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::ffi;

use crate::store::sqlite::os::new_file::sync_folder;
use crate::store::sqlite::os::side_file::{WAL, beside};
use crate::store::sqlite::os::{descriptors, positioned_io};

const CHUNK: u64 = 1 << 20;

/// Syncs the WAL of a file, if it has one with content, and the folder that it is in.
pub(crate) fn sync_wal(path: &Path) -> rusqlite::Result<()> {
    let wal = beside(path, WAL);
    let sync = || match descriptors::open_to_read(&wal) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(file) if file.metadata()?.len() == 0 => Ok(()),
        file => file?.sync_all().and_then(|()| sync_folder(&wal)),
    };
    sync().map_err(|error| failed(&wal, &error))
}

/// Syncs an open WAL.
pub(crate) fn sync_open(wal: &File, path: &Path) -> rusqlite::Result<()> {
    wal.sync_all().map_err(|error| failed(path, &error))
}

/// Writes the bytes of the WAL over themselves, and syncs them. Only the connection that may write, and so keeps all others from writing,
/// may do it.
pub(crate) fn write_wal_again(path: &Path) -> rusqlite::Result<()> {
    let wal = beside(path, WAL);
    let write = || {
        let file = match descriptors::open_to_write(&wal) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        let (length, mut bytes) = (file.metadata()?.len(), Vec::new());
        let mut place = 0;
        while place < length {
            bytes.resize(usize::try_from(CHUNK.min(length - place)).unwrap_or(usize::MAX), 0);
            positioned_io::read(&file, &mut bytes, place)?;
            positioned_io::write(&file, &bytes, place)?;
            place += bytes.len() as u64;
        }
        file.sync_all().and_then(|()| sync_folder(&wal))
    };
    write().map_err(|error| failed(&wal, &error))
}

/// As SQLite reports a sync of its own.
fn failed(wal: &Path, error: &io::Error) -> rusqlite::Error {
    let message = format!("`{}`: {error}", wal.display());
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), Some(message))
}
