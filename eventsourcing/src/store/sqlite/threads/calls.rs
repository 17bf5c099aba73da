//! The calls to one store that have begun, so that it is closed after them.

use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::error::{StoreError, StoreErrorKind};

/// Set once the store is closed.
const CLOSED: usize = 1;
/// Each call counts as this.
const ONE: usize = 2;

/// Counts the calls that have begun, and begins none once the store is closed.
#[derive(Debug)]
pub(crate) struct Calls {
    process: u32,
    state: AtomicUsize,
    lock: Mutex<()>,
    ended: Condvar,
}

/// One call, until it is dropped.
#[derive(Debug)]
pub(crate) struct Call(Arc<Calls>);

impl Calls {
    pub(crate) fn new() -> Arc<Self> {
        let (state, lock) = (AtomicUsize::new(0), Mutex::new(()));
        Arc::new(Self { process: process::id(), state, lock, ended: Condvar::new() })
    }

    /// Begins a call, unless the store is closed.
    pub(crate) fn begin(self: &Arc<Self>) -> Result<Call, StoreError> {
        let call = self.go_on();
        if self.is_closed() { Err(closed()) } else { Ok(call) }
    }

    /// Counts work that goes on for a call that has begun, also if the store was closed since.
    pub(crate) fn go_on(self: &Arc<Self>) -> Call {
        self.state.fetch_add(ONE, Ordering::AcqRel);
        Call(Arc::clone(self))
    }

    fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Begins no further call. Says whether it was closed by this.
    pub(crate) fn close(&self) -> bool {
        self.state.fetch_or(CLOSED, Ordering::AcqRel) & CLOSED == 0
    }

    /// Waits until all calls have ended; to be asked only when it is closed.
    pub(crate) fn wait(&self) {
        // A fork has none of the threads that would end them.
        if process::id() != self.process {
            return;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while self.state.load(Ordering::Acquire) >= ONE {
            guard = self.ended.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if self.0.state.fetch_sub(ONE, Ordering::AcqRel) == ONE | CLOSED {
            // Taken so that a thread between its look and its wait is not missed.
            drop(self.0.lock.lock());
            self.0.ended.notify_all();
        }
    }
}

/// The error of a call to a store that is closed.
pub(crate) fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the store was closed; nothing was done: open it again")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_has_begun_is_waited_for_and_nothing_begins_after() {
        let calls = Calls::new();
        let (first, second) = (calls.begin().unwrap(), calls.begin().unwrap());
        assert!(calls.close());
        assert!(!calls.close(), "it was");
        assert_eq!(calls.begin().unwrap_err().kind(), StoreErrorKind::Closed);
        let (ending, ends) = channel();
        let waiting = Arc::clone(&calls);
        let waits = thread::spawn(move || {
            waiting.wait();
            ending.send(()).unwrap();
        });
        drop(first);
        let third = calls.go_on();
        drop(second);
        assert!(ends.recv_timeout(Duration::from_millis(20)).is_err());
        drop(third);
        assert_eq!(ends.recv_timeout(Duration::from_secs(30)), Ok(()));
        waits.join().unwrap();
    }

    #[test]
    fn a_fork_does_not_wait_for_its_parent() {
        let (state, lock) = (AtomicUsize::new(ONE), Mutex::new(()));
        let calls = Calls { process: process::id() + 1, state, lock, ended: Condvar::new() };
        calls.close();
        calls.wait();
    }
}
