//! The cause where SQLite only says that it cannot open a file: the system is asked.

use std::fs::{self, File};
use std::path::Path;

use crate::error::OpenError;
use crate::store::sqlite::error::cause::Cause;
use crate::store::sqlite::error::system::io_error;
use crate::store::sqlite::os::descriptors;
use crate::store::sqlite::os::side_file::{OF_SQLITE, beside};

/// The most files that a connection opens at once: the database, its `-wal`, `-shm` and `-journal`, and their folder.
const FILES: usize = 5;

/// Asks the system what SQLite did not say when it could not open a file, or one of those beside it.
pub(crate) fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    // Before anything else: what SQLite had open when it failed is closed again.
    if too_many_files_are_open(path) {
        return OpenError::TooManyFiles { path: path.to_owned(), source: Cause::new(error).into() };
    }
    for suffix in OF_SQLITE {
        let beside = beside(path, suffix);
        if fs::symlink_metadata(&beside).is_ok_and(|found| !found.is_file()) {
            let reason = "SQLite keeps a file of its own there, and it is a folder, a link or a device; move it away";
            return OpenError::NotAFile { path: beside, reason };
        }
    }
    let path = path.to_owned();
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => io_error(path, error),
        Ok(_) | Err(_) => OpenError::NotAllowed { path, source: Cause::new(error).into() },
    }
}

/// Whether as many files are open as may be, so that a connection cannot be opened.
pub(crate) fn too_many_files_are_open(path: &Path) -> bool {
    let Some(folder) = path.parent() else { return false };
    let opened: Result<Vec<File>, _> = (0..FILES).map(|_| descriptors::open_folder(folder)).collect();
    opened.is_err_and(|error| matches!(io_error(path.to_owned(), error), OpenError::TooManyFiles { .. }))
}
