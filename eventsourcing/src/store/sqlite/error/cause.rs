//! The driver's error as the cause of ours.

use std::error::Error;
use std::fmt;

/// What SQLite said, once: the source of its own error is the same text again.
#[derive(Debug)]
pub(crate) struct Cause {
    error: rusqlite::Error,
}

impl Cause {
    pub(crate) const fn new(error: rusqlite::Error) -> Self {
        Self { error }
    }

    pub(crate) const fn error(&self) -> &rusqlite::Error {
        &self.error
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rusqlite::Error::SqliteFailure(code, Some(message)) = &self.error else {
            return fmt::Display::fmt(&self.error, f);
        };
        write!(f, "{message} (SQLite's error code {})", code.extended_code)
    }
}

impl Error for Cause {}
