//! When what has failed is tried again.

use std::time::{Duration, Instant};

use crate::error::{StoreErrorKind, ViewError};

/// The pauses after failures that may be temporary: each twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(5));

/// When to try again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    next: Duration,
    pub(super) until: Option<Instant>,
}

impl Pause {
    pub(super) const NONE: Self = Self { next: PAUSES.0, until: None };

    pub(super) fn begin(&mut self) {
        self.until = Some(Instant::now() + self.next);
        self.next = (self.next * 2).min(PAUSES.1);
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
