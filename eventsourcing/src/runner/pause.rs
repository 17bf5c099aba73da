//! When what has failed is tried again.

use std::time::Instant;

use crate::error::{StoreErrorKind, ViewError};
use crate::store::Backoff;

/// When to try again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    backoff: Backoff,
    pub(super) until: Option<Instant>,
}

impl Pause {
    pub(super) const NONE: Self = Self { backoff: Backoff::NEW, until: None };

    pub(super) fn begin(&mut self) {
        self.until = Some(Instant::now() + self.backoff.next_pause());
    }

    pub(super) fn is_over(self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }
}

/// Whether trying again may help: what keeps the rows has failed, and not what is made of the events.
pub(super) fn is_transient(error: &ViewError) -> bool {
    if let ViewError::Rows(error) = error {
        // A file that is damaged or not ours stays so.
        return !matches!(error.kind(), StoreErrorKind::Corrupt | StoreErrorKind::Unsupported);
    }
    matches!(error, ViewError::Log(_) | ViewError::Store(_))
}
