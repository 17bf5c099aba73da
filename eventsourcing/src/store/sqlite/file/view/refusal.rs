//! Why a file cannot be read by those that may not write to it.

use rusqlite::ffi;

use crate::error::{OpenError, StoreError, StoreErrorKind};
use crate::store::sqlite::error::Cause;
use crate::store::sqlite::error::meaning::primary_code;
use crate::store::sqlite::file::path::DatabasePath;

/// Whether the index of the WAL is not whole, so that it cannot be used at the moment by those that may not write to it.
pub(super) fn is_index_unsettled(error: &OpenError) -> bool {
    let OpenError::NotAllowed { source, .. } = error else { return matches!(error, OpenError::ReadOnly { .. }) };
    let source = source.downcast_ref::<Cause>();
    source.is_some_and(|cause| primary_code(cause.error()) == ffi::SQLITE_READONLY)
}

/// The error in the words of those who only read: what opening for writing says of it advises to open it so.
pub(super) fn refusal(path: &DatabasePath, error: OpenError) -> OpenError {
    let path = path.display();
    if is_index_unsettled(&error) {
        let message = format!(
            "the `-shm` beside `{path}` is not whole, and a process that only reads it keeps others from making it whole: open the store once by \
             `SqliteStore::open`, and try again"
        );
        return StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error).into();
    }
    if !matches!(error, OpenError::NotAllowed { .. }) {
        return error;
    }
    let message = format!(
        "`{path}` cannot be read: give this user the right to read it and what is beside it (`-wal`, `-shm`, `-head`), and to enter its folder"
    );
    StoreError::new(StoreErrorKind::Unsupported, message).caused_by(error).into()
}
