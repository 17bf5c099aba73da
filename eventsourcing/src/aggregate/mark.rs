//! Marks that distinguish one root from another of the same id and version.

use std::sync::atomic::{AtomicU64, Ordering};

static LAST: AtomicU64 = AtomicU64::new(0);

/// A number that this process gives once. A clone of what has one has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    /// That of what was not marked.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn new() -> Self {
        // Nothing else is ordered by it.
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
