//! What callers ask of the runner of a process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::error::ProcessStop;
use crate::store::Watch;
use crate::stream::Position;

/// The requests that the runner has not come to.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    queue: Mutex<(u64, VecDeque<Request>)>,
    asked: Watch,
}

/// What is to be done with an instance that is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Make what waits for it.
    Retry,
    /// Drop what waits for it.
    Drop,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) instance: Uuid,
    pub(super) wish: Wish,
    answer: Arc<Answer>,
}

/// The answer to a request, once there is one: whether the instance is set aside no longer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    found: Mutex<Option<Result<bool, Arc<ProcessStop>>>>,
    is_given: Watch,
}

impl Requests {
    pub(crate) fn add(&self, instance: Uuid, wish: Wish) -> Arc<Answer> {
        let answer = Arc::new(Answer::default());
        let mut queue = lock(&self.queue);
        queue.0 += 1;
        let number = queue.0;
        queue.1.push_back(Request { instance, wish, answer: Arc::clone(&answer) });
        drop(queue);
        self.asked.publish(Position::new(number));
        answer
    }

    /// Takes all of them.
    pub(super) fn take(&self) -> VecDeque<Request> {
        std::mem::take(&mut lock(&self.queue).1)
    }

    /// How many there were.
    pub(super) fn number(&self) -> Position {
        self.asked.published()
    }

    pub(super) async fn wait_past(&self, number: Position) {
        self.asked.wait_past(number).await;
    }
}

impl Request {
    pub(super) fn answer(&self, found: Result<bool, Arc<ProcessStop>>) {
        lock(&self.answer.found).get_or_insert(found);
        self.answer.is_given.publish(Position::new(1));
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.answer.is_given.publish(Position::new(1));
    }
}

impl Answer {
    pub(crate) async fn wait(&self) -> Result<bool, Arc<ProcessStop>> {
        self.is_given.wait_past(Position::default()).await;
        lock(&self.found).take().unwrap_or_else(|| Err(Arc::new(ProcessStop::NotRunning)))
    }
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
