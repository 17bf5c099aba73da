//! What the errors of SQLite mean for a view.

use std::fmt::Display;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::{CellError, OpenError, StoreError, StoreErrorKind, ViewError};
use crate::store::sqlite::error::meaning::meaning;
use crate::store::sqlite::error::{self as sqlite, Cause};
use crate::view::View;

/// That a file of views could not be read or written. Nothing of what was to be written is kept.
pub(super) fn failed(path: &Path, error: rusqlite::Error) -> ViewError {
    let kind = meaning(&error).kind;
    let is_transient = matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied));
    let path = path.display();
    let message = match kind {
        StoreErrorKind::Corrupt => damaged(path),
        StoreErrorKind::Full => format!("`{path}` could not be written, since no space is left: make space"),
        StoreErrorKind::Unsupported if !is_transient => {
            format!("`{path}` would be too large for this system: rebuild the view with smaller rows")
        }
        StoreErrorKind::Unsupported => {
            format!("`{path}` could not be written: give this user the right to write to it and to its folder")
        }
        StoreErrorKind::Unavailable | StoreErrorKind::OutcomeUnknown | StoreErrorKind::Closed => format!(
            "`{path}` could not be read or written: look at the disk, and whether another program uses the file"
        ),
    };
    let kind = if is_transient { StoreErrorKind::Unavailable } else { kind };
    ViewError::Rows(StoreError::new(kind, message).caused_by(Cause::new(error)))
}

/// That what a caller asked was not answered: by a fault of the file or the system, or of what was asked.
pub(super) fn not_answered(view: &'static str, path: &Path, error: rusqlite::Error) -> ViewError {
    let meaning = meaning(&error);
    let is_of_query = match meaning.kind {
        StoreErrorKind::Corrupt => !meaning.is_damage,
        StoreErrorKind::Unsupported => true,
        StoreErrorKind::Full
        | StoreErrorKind::Unavailable
        | StoreErrorKind::OutcomeUnknown
        | StoreErrorKind::Closed => false,
    };
    if is_of_query { ViewError::Query { view, error: error.to_string() } } else { failed(path, error) }
}

/// As [`store::sqlite::error::open_error`](sqlite::open_error), with what to do with a file of views that is damaged.
pub(super) fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    let error = sqlite::open_error(path, error);
    if let OpenError::Store(store) = &error
        && store.kind() == StoreErrorKind::Corrupt
    {
        let cause = std::error::Error::source(store).map(ToString::to_string).unwrap_or_default();
        return OpenError::Store(StoreError::new(store.kind(), damaged(path.display())).caused_by(cause));
    }
    error
}

/// That a file is damaged. Others in its folder are not: the positions of subscriptions may be there too, which are made of nothing.
pub(super) fn damaged(path: impl Display) -> String {
    format!(
        "`{path}` is damaged, or changed by another program: stop the runner, move it away with the files beside it whose names begin as its own, and \
         what was in it is made again of all events"
    )
}

/// That a file of a view cannot be opened.
pub(super) fn not_opened(view: &'static str, error: OpenError) -> ViewError {
    if matches!(error, OpenError::NoStore { .. }) {
        // The runner that is to make it has not come to it.
        return ViewError::not_built(view);
    }
    if let OpenError::NotADatabase { path, source } = error {
        return ViewError::Rows(StoreError::new(StoreErrorKind::Corrupt, damaged(path.display())).caused_by(source));
    }
    if matches!(error, OpenError::ReadOnly { .. }) {
        // It may be made writable again.
        return ViewError::Rows(StoreError::new(StoreErrorKind::Unavailable, error.to_string()));
    }
    ViewError::Rows(error.into_store())
}

/// That what is kept of a row or a key is none of the view's type.
pub(super) fn failed_row<V: View>(source: CellError) -> ViewError {
    ViewError::Row { view: V::NAME, source }
}
