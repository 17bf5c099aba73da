//! Why a file cannot be opened, of which SQLite says no more than that.

use std::fs::{self, File};
use std::path::Path;

use crate::error::OpenError;
use crate::store::sqlite::connection::side_files::beside;
use crate::store::sqlite::error::open_error;
use crate::store::sqlite::file::path::io_error;

/// The most files that a connection opens at once: the database, its `-wal`, `-shm` and `-journal`, and their folder.
const FILES: usize = 5;

/// Asks the system what SQLite did not say when it could not open a file, or one of those beside it.
pub(crate) fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    // Before anything else: what SQLite had open when it failed is closed again.
    if let Some(error) = too_many_files(path) {
        return error;
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let beside = beside(path, suffix);
        if fs::symlink_metadata(&beside).is_ok_and(|found| !found.is_file()) {
            let reason = "SQLite keeps a file of its own there, and it is a folder, a link or a device; move it away";
            return OpenError::NotAFile { path: beside, reason };
        }
    }
    let path = path.to_owned();
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => io_error(path, error),
        Ok(_) | Err(_) => OpenError::NotAllowed { path, source: error.into() },
    }
}

/// The error of a record that cannot be read.
pub(crate) fn cannot_read_record(path: &Path, error: rusqlite::Error) -> OpenError {
    too_many_files(path).unwrap_or_else(|| open_error(path, error))
}

/// Whether a connection cannot be opened because of how many files are open.
fn too_many_files(path: &Path) -> Option<OpenError> {
    let folder = path.parent().unwrap_or(path);
    let opened: Result<Vec<File>, _> = (0..FILES).map(|_| File::open(folder)).collect();
    opened
        .err()
        .map(|error| io_error(path.to_owned(), error))
        .filter(|error| matches!(error, OpenError::TooManyFiles { .. }))
}
