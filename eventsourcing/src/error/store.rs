//! Errors of a store.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::BoxError;

/// What went wrong in a store: a closed [`kind`](Self::kind) to branch on, a sentence to read and the
/// driver's own error as its source.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What a store's error means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached or is busy; nothing was done. Try again later.
    Unavailable,
    /// The commit may have been stored, or not: the answer was lost. Do not assume either. Send the same
    /// commit again under the same id (saving the same aggregate again does, and so does calling
    /// [`update_with`](crate::Repository::update_with) again), which returns the first result if there was one; or load and look.
    OutcomeUnknown,
    /// What is stored is damaged. Do not write to it; restore it, or ask for help with the place named.
    Corrupt,
    /// There is no space left; nothing was stored. Reading goes on; make space and try again.
    Full,
    /// The store was closed, or gave itself up after a fault. Open it again.
    Closed,
    /// The store cannot do this: a file of another application, of a newer release, or read-only.
    Unsupported,
}

impl StoreError {
    /// An error of this kind; `message` says what is wrong, where, and what to do.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same error, caused by another.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }

    /// What the error means for the caller.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
