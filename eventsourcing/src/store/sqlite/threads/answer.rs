//! The answer of a thread to a future.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::error::{StoreError, StoreErrorKind};
use crate::store::sqlite::error::system::no_thread;
use crate::store::sqlite::threads::mailbox::Mailbox;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The work was not begun.
    NotBegun(io::Error),
    /// The work was begun, and ended without an answer.
    Unanswered,
}

/// Waits for the answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mailbox<Result<T, Lost>>>);

/// Gives the answer; dropped without one, it gives [`Lost::Unanswered`].
#[derive(Debug)]
pub(crate) struct Answering<T> {
    mailbox: Arc<Mailbox<Result<T, Lost>>>,
    has_answered: bool,
}

pub(crate) fn answer<T>() -> (Answering<T>, Answer<T>) {
    let mailbox = Arc::new(Mailbox::default());
    (Answering { mailbox: Arc::clone(&mailbox), has_answered: false }, Answer(mailbox))
}

impl<T> Answering<T> {
    pub(crate) fn give(self, answer: T) {
        self.end(Ok(answer));
    }

    pub(crate) fn refuse(self, error: io::Error) {
        self.end(Err(Lost::NotBegun(error)));
    }

    fn end(mut self, answer: Result<T, Lost>) {
        self.has_answered = true;
        self.mailbox.put(answer);
    }

    /// Whether the other side still exists.
    pub(crate) fn is_awaited(&self) -> bool {
        Arc::strong_count(&self.mailbox) > 1
    }
}

impl<T> Drop for Answering<T> {
    fn drop(&mut self) {
        if !self.has_answered {
            self.mailbox.put(Err(Lost::Unanswered));
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Lost>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context)
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
    use std::sync::Mutex;
    use std::sync::mpsc::channel;
    use std::task::{Wake, Waker};
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
