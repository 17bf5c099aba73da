//! An answer that one gives and another waits for.

use std::sync::{Arc, Mutex, PoisonError};

use crate::signal::Flag;

/// An answer that is still to be given. If it is dropped before, the one who waits is given none.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    shared: Arc<Shared<T>>,
}

/// An answer that is waited for.
#[derive(Debug)]
pub(crate) struct Awaited<T> {
    shared: Arc<Shared<T>>,
}

#[derive(Debug)]
struct Shared<T> {
    answer: Mutex<Option<T>>,
    is_over: Flag,
}

impl<T> Answer<T> {
    pub(crate) fn new() -> (Self, Awaited<T>) {
        let shared = Arc::new(Shared { answer: Mutex::new(None), is_over: Flag::default() });
        (Self { shared: Arc::clone(&shared) }, Awaited { shared })
    }

    pub(crate) fn give(self, answer: T) {
        *self.shared.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.shared.is_over.raise();
    }
}

impl<T> Awaited<T> {
    /// Waits for it; none if none is given.
    pub(crate) async fn wait(self) -> Option<T> {
        self.shared.is_over.wait().await;
        self.shared.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;

    #[test]
    fn one_that_is_dropped_is_waited_for_no_longer() {
        let (answer, awaited) = Answer::new();
        answer.give(5);
        assert_eq!(block_on(awaited.wait()), Some(5));
        let (answer, awaited) = Answer::<i32>::new();
        drop(answer);
        assert_eq!(block_on(awaited.wait()), None);
    }
}
