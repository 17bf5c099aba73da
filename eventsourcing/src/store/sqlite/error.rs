//! What the errors of SQLite and of the system mean, and the errors that callers get for them.

mod cause;
mod diagnosis;
mod failure;
pub(crate) mod meaning;
mod origin;
pub(crate) mod system;

use std::path::Path;

use rusqlite::ffi;

use crate::error::OpenError;
pub(crate) use crate::store::sqlite::error::cause::Cause;
use crate::store::sqlite::error::diagnosis::{cannot_open, too_many_files_are_open};
pub(crate) use crate::store::sqlite::error::failure::{CommitFailure, LogMismatch, Operation, ReadFailure};
use crate::store::sqlite::error::meaning::{extended_code, primary_code};
pub(crate) use crate::store::sqlite::error::origin::Origin;

/// The error of opening a file, where it was read.
pub(crate) fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    open_error_while(Operation::Reading, path, error)
}

/// The error of opening a file, where it was written to.
pub(crate) fn open_error_of_write(path: &Path, error: rusqlite::Error) -> OpenError {
    open_error_while(Operation::Writing, path, error)
}

fn open_error_while(operation: Operation, path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if is_beside(&error) {
        return OpenError::NotAllowed { path, source: Cause::new(error).into() };
    }
    match primary_code(&error) {
        ffi::SQLITE_NOTADB => OpenError::NotADatabase { path, source: Cause::new(error).into() },
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => OpenError::InUse { path, source: Cause::new(error).into() },
        ffi::SQLITE_READONLY => OpenError::ReadOnly { path },
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM => cannot_open(&path, error),
        // A file that could not be opened to be read or synced.
        ffi::SQLITE_IOERR if too_many_files_are_open(&path) => {
            OpenError::TooManyFiles { path, source: Cause::new(error).into() }
        }
        _ => OpenError::Store(Origin::File(path).error(operation, error)),
    }
}

/// Whether the file itself could be written to, and only those beside it cannot be made.
fn is_beside(error: &rusqlite::Error) -> bool {
    matches!(
        extended_code(error),
        Some(ffi::SQLITE_READONLY_DIRECTORY | ffi::SQLITE_READONLY_CANTINIT | ffi::SQLITE_READONLY_CANTLOCK)
    )
}
