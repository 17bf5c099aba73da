//! What the errors of SQLite and of the system mean for subscriptions: each names the file and says what to do.

use std::fmt::Display;
use std::io;
use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::error::{BoxError, StoreError, StoreErrorKind, SubscriptionError};
use crate::store::sqlite::error::Cause;
use crate::store::sqlite::error::meaning::meaning;

/// The error of this kind, with the file and what is wrong with it.
pub(super) fn of_file(kind: StoreErrorKind, path: &Path, what: impl Display) -> SubscriptionError {
    SubscriptionError::Kept(error(kind, path, what))
}

fn caused(kind: StoreErrorKind, path: &Path, what: &str, source: impl Into<BoxError>) -> SubscriptionError {
    SubscriptionError::Kept(error(kind, path, what).caused_by(source))
}

fn error(kind: StoreErrorKind, path: &Path, what: impl Display) -> StoreError {
    StoreError::new(kind, format!("`{}`, which keeps the subscriptions, {what}", path.display()))
}

/// What an error of SQLite means.
pub(super) fn sqlite(path: &Path, error: Error) -> SubscriptionError {
    let kind = meaning(&error).kind;
    let what = match kind {
        StoreErrorKind::Corrupt if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            "is no database: give another folder, or move it away to have the subscriptions begin again"
        }
        StoreErrorKind::Corrupt => {
            "is damaged, or was changed by another program: restore it, or move it away with the files beside it to have the subscriptions \
             begin again"
        }
        StoreErrorKind::Full => "could not be written, since no space is left: make space and try again",
        StoreErrorKind::Unsupported => {
            "cannot be written to: let this user write to it and to its folder, and try again"
        }
        StoreErrorKind::Unavailable | StoreErrorKind::OutcomeUnknown | StoreErrorKind::Closed => {
            "could not be opened, read or written: look at the disk, at permissions and whether another program uses the file, and try again"
        }
    };
    caused(kind, path, what, Cause::new(error))
}

pub(super) fn io(path: &Path, error: io::Error) -> SubscriptionError {
    use io::ErrorKind::{NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let is_any = |kinds: &[io::ErrorKind]| kinds.contains(&error.kind());
    let kind = if is_any(&[StorageFull, QuotaExceeded]) {
        StoreErrorKind::Full
    } else if is_any(&[PermissionDenied, ReadOnlyFilesystem, NotADirectory]) {
        StoreErrorKind::Unsupported
    } else {
        StoreErrorKind::Unavailable
    };
    let what = "or a file beside it cannot be made or opened: let this user write to its folder, and try again";
    caused(kind, path, what, error)
}

pub(super) fn deleted(path: &Path) -> SubscriptionError {
    let what = "was deleted or replaced while it was in use: put it back, or open the subscriptions again in another set of views";
    of_file(StoreErrorKind::Closed, path, what)
}

pub(super) fn ended(path: &Path) -> SubscriptionError {
    let what = "is no longer served, because its thread has ended by a panic: open it again";
    of_file(StoreErrorKind::Closed, path, what)
}

pub(super) fn thread(path: &Path, error: io::Error) -> SubscriptionError {
    caused(StoreErrorKind::Unavailable, path, "needs a thread, and the system starts none: try again", error)
}
