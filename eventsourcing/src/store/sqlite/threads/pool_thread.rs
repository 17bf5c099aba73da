//! Which threads belong to the pool.
//!
//! Such a thread runs wakers, and these may drop the last handle on a store. It must not wait for work that a thread of its kind does: that may
//! be its own.

use std::cell::Cell;

thread_local! {
    static IS_OWN: Cell<bool> = const { Cell::new(false) };
}

/// Marks the current thread as the stores' own.
pub(crate) fn mark() {
    IS_OWN.set(true);
}

/// Whether the current thread is the stores' own.
pub(crate) fn is_current() -> bool {
    IS_OWN.get()
}
