//! What is found wrong between tables and their indexes, reported as SQLite reports its own.

use rusqlite::ffi;

/// The error of a file in which this is wrong.
#[cold]
pub(crate) fn corrupt(what: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT_INDEX), Some(what))
}
