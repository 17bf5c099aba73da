//! Where a caller in the queue waits for its notice.

use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::store::sqlite::commit::queue::Outcome;
use crate::store::sqlite::commit::queue::sync::{Mutex, MutexGuard, block_on};
use crate::store::wake::wake;

/// What a waiting caller learns.
#[derive(Debug)]
pub(super) enum Notice {
    /// The lead is the caller's.
    Lead,
    Answered(Outcome),
    /// A leader took the commit, and panicked.
    Lost,
}

#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    notice: Option<Notice>,
    waker: Option<Waker>,
}

impl Mailbox {
    /// Gives the caller its notice, and wakes it outside the lock. A waker that panics is no concern of the thread that answers.
    pub(super) fn notify(&self, notice: Notice) {
        let waker = {
            let mut state = self.state();
            state.notice = Some(notice);
            state.waker.take()
        };
        if let Some(waker) = waker {
            wake(waker);
        }
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Notice> {
        // Cloned and dropped outside the lock: both may run code of the caller's.
        let waker = context.waker().clone();
        let mut state = self.state();
        if let Some(notice) = state.notice.take() {
            return Poll::Ready(notice);
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// Waits on this thread.
    pub(super) fn wait(&self) -> Notice {
        block_on(poll_fn(|context| self.poll(context)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
