//! The answer of a thread to a future.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::error::{StoreError, StoreErrorKind};
use crate::store::sqlite::error::system::no_thread;
use crate::store::wake::wake;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The work was not begun.
    NotBegun(io::Error),
    /// The work was begun, and ended without an answer.
    Unanswered,
}

#[derive(Debug)]
struct AnswerCell<T> {
    answer: Option<Result<T, Lost>>,
    is_closed: bool,
    waker: Option<Waker>,
}

/// Waits for the answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mutex<AnswerCell<T>>>);

/// Gives the answer; dropped without one, it gives [`Lost::Unanswered`].
#[derive(Debug)]
pub(crate) struct Answering<T>(Arc<Mutex<AnswerCell<T>>>);

pub(crate) fn answer<T>() -> (Answering<T>, Answer<T>) {
    let cell = Arc::new(Mutex::new(AnswerCell { answer: None, is_closed: false, waker: None }));
    (Answering(Arc::clone(&cell)), Answer(cell))
}

fn lock<T>(cell: &Mutex<AnswerCell<T>>) -> MutexGuard<'_, AnswerCell<T>> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Answering<T> {
    pub(crate) fn give(self, answer: T) {
        lock(&self.0).answer = Some(Ok(answer));
    }

    pub(crate) fn refuse(self, error: io::Error) {
        lock(&self.0).answer = Some(Err(Lost::NotBegun(error)));
    }

    /// Whether the other side still exists.
    pub(crate) fn is_awaited(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl<T> Drop for Answering<T> {
    fn drop(&mut self) {
        let waker = {
            let mut cell = lock(&self.0);
            cell.is_closed = true;
            cell.waker.take()
        };
        // Outside the lock: a waker may run the future, or drop it, at once. Its panic is not that of the work.
        if let Some(waker) = waker {
            wake(waker);
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Lost>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Cloned before the lock is taken, and dropped after it is released, as is the one that it replaces: both may run foreign code.
        let waker = context.waker().clone();
        let mut cell = lock(&self.0);
        if let Some(answer) = cell.answer.take() {
            return Poll::Ready(answer);
        }
        if cell.is_closed {
            return Poll::Ready(Err(Lost::Unanswered));
        }
        let replaced = cell.waker.replace(waker);
        drop(cell);
        drop(replaced);
        Poll::Pending
    }
}

impl Lost {
    /// `unanswered` is the kind of error of work that was begun and gave no answer.
    pub(crate) fn error(self, unanswered: StoreErrorKind) -> StoreError {
        match self {
            Self::NotBegun(error) => no_thread(error),
            Self::Unanswered => StoreError::new(unanswered, "a thread of the store ended without an answer: try again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;
    use std::sync::mpsc::channel;
    use std::task::Wake;
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// Polls the answer at once when it is woken, as some executors do.
    struct Polls(Mutex<Option<Answer<i32>>>, Mutex<Option<i32>>);

    impl Wake for Polls {
        fn wake(self: Arc<Self>) {
            if let Some(mut answer) = self.0.lock().unwrap().take()
                && let Poll::Ready(Ok(answer)) = Pin::new(&mut answer).poll(&mut Context::from_waker(Waker::noop()))
            {
                *self.1.lock().unwrap() = Some(answer);
            }
        }
    }

    #[test]
    fn a_waker_may_poll_the_answer_at_once() {
        let (done, end) = channel();
        let thread = thread::spawn(move || {
            let (answering, mut answer) = answer();
            let polls = Arc::new(Polls(Mutex::new(None), Mutex::new(None)));
            let waker = Waker::from(Arc::clone(&polls));
            assert!(Pin::new(&mut answer).poll(&mut Context::from_waker(&waker)).is_pending());
            *polls.0.lock().unwrap() = Some(answer);
            answering.give(5);
            done.send(*polls.1.lock().unwrap()).unwrap();
        });
        assert_eq!(end.recv_timeout(Duration::from_secs(30)), Ok(Some(5)));
        thread.join().unwrap();
    }

    struct Panics;

    struct PanicsAgain;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic_any(PanicsAgain);
        }
    }

    impl Drop for PanicsAgain {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }

    #[test]
    fn a_waker_that_panics_twice_is_no_concern_of_the_thread_that_answers() {
        let (answering, mut answer) = answer();
        let waker = Waker::from(Arc::new(Panics));
        assert!(Pin::new(&mut answer).poll(&mut Context::from_waker(&waker)).is_pending());
        answering.give(5);
        assert!(matches!(pollster::block_on(answer), Ok(5)));
    }

    #[test]
    fn without_an_answer_it_says_why() {
        let (answering, answered) = answer::<i32>();
        assert!(answering.is_awaited());
        drop(answering);
        assert!(matches!(pollster::block_on(answered), Err(Lost::Unanswered)));
        let (answering, answered) = answer::<i32>();
        answering.refuse(io::Error::other("no thread"));
        assert!(matches!(pollster::block_on(answered), Err(Lost::NotBegun(_))));
        let (answering, answered) = answer::<i32>();
        drop(answered);
        assert!(!answering.is_awaited());
    }
}
