//! What the errors of SQLite mean for a view.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::{CellError, OpenError, StoreError, StoreErrorKind, ViewError};
use crate::store::sqlite::error::Cause;
use crate::store::sqlite::error::meaning::meaning;
use crate::view::View;

/// That a file of views could not be read or written. Nothing of what was to be written is kept.
pub(super) fn failed(path: &Path, error: rusqlite::Error) -> ViewError {
    let kind = meaning(&error).kind;
    let may_go_by = matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied));
    let path = path.display();
    let message = match kind {
        StoreErrorKind::Corrupt => format!(
            "`{path}` is damaged, or changed by another program: stop the runner, remove the folder of the views, and they are made again of all \
             events"
        ),
        StoreErrorKind::Full => format!("`{path}` could not be written, since no space is left: make space"),
        StoreErrorKind::Unsupported if !may_go_by => {
            format!("`{path}` would be too large for this system: rebuild the view with smaller rows")
        }
        StoreErrorKind::Unsupported => {
            format!("`{path}` could not be written: give this user the right to write to it and to its folder")
        }
        StoreErrorKind::Unavailable | StoreErrorKind::OutcomeUnknown | StoreErrorKind::Closed => format!(
            "`{path}` could not be read or written: look at the disk, and whether another program uses the file"
        ),
    };
    let kind = if may_go_by { StoreErrorKind::Unavailable } else { kind };
    ViewError::Rows(StoreError::new(kind, message).caused_by(Cause::new(error)))
}

/// That a file of a view cannot be opened.
pub(super) fn not_opened(view: &'static str, error: OpenError) -> ViewError {
    if matches!(error, OpenError::NoStore { .. }) {
        // The runner that is to make it has not come to it.
        return ViewError::NotBuilt { view };
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
