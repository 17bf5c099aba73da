//! For those who write a store: calling code so that its panic is no concern of the thread that calls it.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

/// Wakes a task. To be called without a lock: the waker may run the task, or drop it, at once.
pub fn wake(waker: Waker) {
    run(|| waker.wake());
}

/// Runs code that may panic, and keeps the thread from that; `None` if it has.
pub fn run<T>(code: impl FnOnce() -> T) -> Option<T> {
    let panic = match catch_unwind(AssertUnwindSafe(code)) {
        Ok(done) => return Some(done),
        Err(panic) => panic,
    };
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // One whose own destructor panics is not dropped again.
        mem::forget(second);
    }
    None
}
