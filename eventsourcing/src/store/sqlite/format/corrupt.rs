//! What is found wrong between tables and their indexes, told as SQLite tells of what it finds wrong itself.

use rusqlite::ffi;

/// The error of a file in which this is wrong.
#[cold]
pub(crate) fn corrupt(what: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT_INDEX), Some(what))
}
