//! What an error of an operation means for its caller: is another commit first, is there no such aggregate, may the same call succeed later?

use crate::error::{LoadError, ReadError, SaveError, StoreError, StoreErrorKind, UpdateError, ViewError};

impl LoadError {
    /// Whether there is no such aggregate: it was never saved, or it was discarded.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    pub(super) fn store_error(&self) -> Option<&StoreError> {
        if let Self::Read(ReadError::Store(error)) = self { Some(error) } else { None }
    }
}

impl SaveError {
    /// Whether another commit was first; nothing was stored.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    /// Whether nothing was stored, and saving may succeed later: after loading and deciding again if it is a conflict, and as it is otherwise.
    /// After a [conflict on creating](crate::error::Conflict::is_on_creating) nothing but loading helps.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.is_conflict() || self.store_error().is_some_and(StoreError::is_unavailable)
    }

    pub(super) fn store_error(&self) -> Option<&StoreError> {
        if let Self::Reload(error) = self {
            return error.store_error();
        }
        if let Self::Store(error) = self { Some(error) } else { None }
    }
}

impl ViewError {
    /// Whether the same call may succeed later: the rows are being made, or what keeps the rows or the events cannot be reached for now.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::NotBuilt { is_being_built: true, .. })
            || self.store_error().is_some_and(StoreError::is_unavailable)
    }

    pub(super) fn store_error(&self) -> Option<&StoreError> {
        if let Self::Rows(error) | Self::Store(error) = self {
            return Some(error);
        }
        let Self::Log(error) = self else { return None };
        if let ReadError::Store(error) = &**error { Some(error) } else { None }
    }
}

impl StoreError {
    pub(super) fn is_unavailable(&self) -> bool {
        self.kind() == StoreErrorKind::Unavailable
    }

    pub(super) fn is_outcome_unknown(&self) -> bool {
        self.kind() == StoreErrorKind::OutcomeUnknown
    }
}

impl<E> UpdateError<E> {
    /// Whether other commits were first at each try until the deadline.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        match self {
            Self::Conflict(_) => true,
            Self::Save(error) => error.is_conflict(),
            Self::Rejected(_) | Self::Load(_) | Self::WrongVersion(_) => false,
        }
    }

    /// Whether nothing was stored, and the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let of_store = match self {
            Self::Load(error) => error.store_error(),
            Self::Save(error) => error.store_error(),
            Self::Rejected(_) | Self::Conflict(_) | Self::WrongVersion(_) => None,
        };
        self.is_conflict() || of_store.is_some_and(StoreError::is_unavailable)
    }

    /// Whether there is no such aggregate: it was never saved, or it was discarded.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Load(error) if error.is_not_found())
    }
}
