//! Of which stores the current thread runs a call, or a visitor.
//!
//! While the framework's own visitors see a page, its reader holds a connection. A call of the same store from inside a visitor could wait for
//! what this thread has, and so is refused from inside of every one; so is closing the store from inside any call of it.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{StoreError, StoreErrorKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Call,
    Visitor,
}

thread_local! {
    static SCOPES: RefCell<Vec<(u64, Scope)>> = const { RefCell::new(Vec::new()) };
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Names one store of the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoreKey(u64);

/// Marks the current thread as inside of a store, until it is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the mark"]
pub(crate) struct Inside(());

impl StoreKey {
    pub(crate) fn new() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Marks the current thread as one that is in a call of the store.
    pub(crate) fn call(self) -> Inside {
        self.enter(Scope::Call)
    }

    /// Marks the current thread as one that visits a page of the store.
    pub(crate) fn visit(self) -> Inside {
        self.enter(Scope::Visitor)
    }

    /// Marks the current thread as one that leads, and may run what listens to the framework's warnings.
    pub(crate) fn lead(self) -> Inside {
        self.enter(Scope::Visitor)
    }

    /// Refuses a call from inside a visitor of the store, or while the thread leads.
    pub(crate) fn check_call(self) -> Result<(), StoreError> {
        if !is_any(|store, scope| store == self.0 && scope == Scope::Visitor) {
            return Ok(());
        }
        Err(unsupported(
            "a visitor, or a subscriber of `tracing`, called the store that runs it, which would wait for itself; nothing was done: keep what is \
             needed, and call the store when the page is read, or on another thread",
        ))
    }

    /// Refuses to close the store from inside a call of it.
    pub(crate) fn check_close(self) -> Result<(), StoreError> {
        if !is_any(|store, _| store == self.0) {
            return Ok(());
        }
        Err(unsupported(
            "a visitor or waker closed the store that runs it, which would wait for itself; nothing was done: close it elsewhere",
        ))
    }

    fn enter(self, scope: Scope) -> Inside {
        let _ = SCOPES.try_with(|scopes| scopes.borrow_mut().push((self.0, scope)));
        Inside(())
    }
}

/// Whether the thread is in such a scope. One that ends, and whose marks are gone, is in none.
fn is_any(mut is_it: impl FnMut(u64, Scope) -> bool) -> bool {
    SCOPES.try_with(|scopes| scopes.borrow().iter().any(|(store, scope)| is_it(*store, *scope))).unwrap_or(false)
}

pub(crate) fn unsupported(message: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Unsupported, message)
}

impl Drop for Inside {
    fn drop(&mut self) {
        let _ = SCOPES.try_with(|scopes| scopes.borrow_mut().pop());
    }
}
