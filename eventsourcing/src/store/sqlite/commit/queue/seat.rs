//! Where a caller in the queue waits for its news.

use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::store::sqlite::commit::queue::Outcome;
use crate::store::sqlite::commit::queue::sync::{Mutex, MutexGuard, block_on};
use crate::store::wake::wake;

/// What a waiting caller learns.
#[derive(Debug)]
pub(super) enum News {
    /// The lead is the caller's.
    Lead,
    Answered(Outcome),
    /// A leader took the commit, and panicked.
    Lost,
}

#[derive(Debug, Default)]
pub(super) struct Seat {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    news: Option<News>,
    waker: Option<Waker>,
}

impl Seat {
    /// Gives the caller its news, and wakes it outside the lock. A waker that panics is no concern of the thread that answers.
    pub(super) fn tell(&self, news: News) {
        let waker = {
            let mut state = self.state();
            state.news = Some(news);
            state.waker.take()
        };
        if let Some(waker) = waker {
            wake(waker);
        }
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<News> {
        // Cloned and dropped outside the lock: both may run code of the caller's.
        let waker = context.waker().clone();
        let mut state = self.state();
        if let Some(news) = state.news.take() {
            return Poll::Ready(news);
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// Waits on this thread.
    pub(super) fn wait(&self) -> News {
        block_on(poll_fn(|context| self.poll(context)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
