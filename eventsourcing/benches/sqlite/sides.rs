//! What the sides are called, and how much they do.

pub(crate) const ALONE: &str = "rusqlite alone";
pub(crate) const OURS: &str = "ours";
pub(crate) const OURS_ASYNC: &str = "ours, async";

/// So much of the usual work.
pub(crate) fn count(base: u64, scale: f64) -> u64 {
    ((base as f64 * scale) as u64).max(1)
}
