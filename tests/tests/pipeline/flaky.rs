//! A store that fails now and then, and answers when it is let.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use eventsourcing::error::{CommitError, StoreError, StoreErrorKind};
use eventsourcing::store::{BoxFuture, Commit, Committed, EventStore};
use pollster::block_on;

/// Another store, of which some commits fail: before they are stored, or after. Its commits may wait until they are released.
#[derive(Debug)]
pub struct Flaky {
    inner: Arc<dyn EventStore>,
    /// How many of a hundred commits fail.
    percent: u8,
    holds: AtomicBool,
    held: Mutex<Vec<(Commit, Answer)>>,
}

type Answer = Arc<Mutex<(Option<Result<Committed, CommitError>>, Option<Waker>)>>;

impl Flaky {
    pub fn over(inner: &Arc<dyn EventStore>, percent: u8, holds: bool) -> Arc<Self> {
        Arc::new(Self { inner: Arc::clone(inner), percent, holds: holds.into(), held: Mutex::default() })
    }

    /// How many commits it holds.
    pub fn held(&self) -> usize {
        self.held.lock().unwrap().len()
    }

    /// Stores what it holds, in the order in which it came.
    pub fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap());
        for (commit, answer) in held {
            let answered = block_on(self.answer(commit));
            let waker = {
                let mut answer = answer.lock().unwrap();
                answer.0 = Some(answered);
                answer.1.take()
            };
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// Releases what it holds, and holds no more.
    pub fn open(&self) {
        self.holds.store(false, Ordering::SeqCst);
        self.release();
    }

    async fn answer(&self, commit: Commit) -> Result<Committed, CommitError> {
        let fails = !commit.is_empty() && fastrand::u8(..100) < self.percent;
        match fastrand::u8(..3) {
            0 if fails => Err(failed(StoreErrorKind::Unavailable)),
            1 if fails => Err(failed(StoreErrorKind::OutcomeUnknown)),
            // It is stored, and the answer is lost.
            _ if fails => self.inner.commit(commit).await.and(Err(failed(StoreErrorKind::OutcomeUnknown))),
            _ => self.inner.commit(commit).await,
        }
    }
}

fn failed(kind: StoreErrorKind) -> CommitError {
    StoreError::new(kind, format!("{kind:?}, on purpose")).into()
}

impl EventStore for Flaky {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            if !self.holds.load(Ordering::SeqCst) {
                return self.answer(commit).await;
            }
            let answer = Answer::default();
            self.held.lock().unwrap().push((commit, Arc::clone(&answer)));
            let answered = poll_fn(|context| {
                let mut answer = answer.lock().unwrap();
                answer.1 = Some(context.waker().clone());
                answer.0.take().map_or(Poll::Pending, Poll::Ready)
            });
            answered.await
        })
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    eventsourcing_tests::forward!(inner: read_stream read_log list_streams head wait_past id limits snapshots turns);
}
