//! A read that a handler waits for: while it has no answer, it is the store that takes the time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{StoreError, StoreErrorKind};

/// Since when a read of a handler has had no answer.
#[derive(Clone, Default)]
pub(super) struct Asked(Arc<Mutex<Option<Instant>>>);

impl Asked {
    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A read begins. It ends when what is returned is dropped, also if the handler gives it up.
    pub(super) fn begin(&self) -> impl Drop + use<> {
        *self.since() = Some(Instant::now());
        Answered(self.clone())
    }

    /// What has kept a handler that has used up its time, if that is the store: it has not answered for most of the time.
    pub(super) fn late(&self, deadline: Duration) -> Option<StoreError> {
        let is_late = self.since().is_some_and(|since| since.elapsed() > deadline / 2);
        is_late.then(|| StoreError::new(StoreErrorKind::Unavailable, "no answer to a read of a reaction"))
    }
}

struct Answered(Asked);

impl Drop for Answered {
    fn drop(&mut self) {
        *self.0.since() = None;
    }
}
