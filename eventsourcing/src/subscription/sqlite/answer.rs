//! The answer of a thread to a future.

use std::sync::{Arc, Mutex, PoisonError};

use crate::store::Watch;
use crate::stream::Position;

/// An answer that is still to be given. If it is dropped before, the one who waits is given none.
pub(super) struct Answer<T> {
    shared: Arc<Shared<T>>,
}

/// An answer that is waited for.
pub(super) struct Given<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    answer: Mutex<Option<T>>,
    is_given: Watch,
}

impl<T> Answer<T> {
    pub(super) fn new() -> (Self, Given<T>) {
        let shared = Arc::new(Shared { answer: Mutex::new(None), is_given: Watch::default() });
        (Self { shared: Arc::clone(&shared) }, Given { shared })
    }

    pub(super) fn give(self, answer: T) {
        *self.shared.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.shared.is_given.publish(Position::new(1));
    }
}

impl<T> Given<T> {
    pub(super) async fn wait(self) -> Option<T> {
        self.shared.is_given.wait_past(Position::default()).await;
        self.shared.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
