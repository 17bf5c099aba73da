//! For those who write a store: calling foreign code, so that its panic is no concern of the thread that calls it.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

/// Wakes a task. To be called without a lock: the waker may run the task, or drop it, at once.
pub fn wake(waker: Waker) {
    run(|| waker.wake());
}

/// Runs foreign code, and keeps the thread from its panic.
pub fn run(foreign: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(foreign))
        && let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(panic)))
    {
        // One whose own destructor panics is not dropped again.
        mem::forget(second);
    }
}
