//! A store that fails now and then, and one that answers when it is let.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamList, StreamPage,
    StreamRead, Turns, Visit,
};
use eventsourcing::{CommitError, Position, ReadError, StoreError, StoreErrorKind};

/// Another store, of which some commits fail: before they are stored, or after.
#[derive(Debug)]
pub struct Flaky {
    pub inner: Arc<dyn EventStore>,
    /// How many of a hundred commits fail.
    pub percent: u8,
    pub held: Option<Gate>,
}

/// Holds commits back until it is opened, and stores them then in their order.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    held: Vec<(Commit, Answer)>,
}

type Answer = Arc<Mutex<(Option<Result<Committed, CommitError>>, Option<Waker>)>>;

impl Gate {
    /// How many commits it holds.
    pub fn held(&self) -> usize {
        self.state.lock().unwrap().held.len()
    }

    pub fn open(&self, store: &dyn EventStore) {
        let held = {
            let mut state = self.state.lock().unwrap();
            state.is_open = true;
            std::mem::take(&mut state.held)
        };
        for (commit, answer) in held {
            let answered = store.commit_blocking(commit);
            let waker = {
                let mut answer = answer.lock().unwrap();
                answer.0 = Some(answered);
                answer.1.take()
            };
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// The answer, once it is opened; or the commit, if it is open.
    async fn hold(&self, commit: Commit) -> Result<Result<Committed, CommitError>, Commit> {
        let answer = {
            let mut state = self.state.lock().unwrap();
            if state.is_open {
                return Err(commit);
            }
            let answer = Answer::default();
            state.held.push((commit, Arc::clone(&answer)));
            answer
        };
        let answered = poll_fn(|context| {
            let mut answer = answer.lock().unwrap();
            answer.1 = Some(context.waker().clone());
            answer.0.take().map_or(Poll::Pending, Poll::Ready)
        });
        Ok(answered.await)
    }
}

fn failed(kind: StoreErrorKind) -> CommitError {
    StoreError::new(kind, format!("{kind:?}, on purpose")).into()
}

impl EventStore for Flaky {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let commit = match &self.held {
                Some(gate) => match gate.hold(commit).await {
                    Ok(answer) => return answer,
                    Err(commit) => commit,
                },
                None => commit,
            };
            let fails = !commit.is_empty() && fastrand::u8(..100) < self.percent;
            match fastrand::u8(..3) {
                0 if fails => Err(failed(StoreErrorKind::Unavailable)),
                1 if fails => Err(failed(StoreErrorKind::OutcomeUnknown)),
                // It is stored, and the answer is lost.
                _ if fails => self.inner.commit(commit).await.and(Err(failed(StoreErrorKind::OutcomeUnknown))),
                _ => self.inner.commit(commit).await,
            }
        })
    }

    fn read_stream<'a>(&'a self, read: StreamRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        self.inner.read_stream(read, visit)
    }

    fn read_log<'a>(&'a self, read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        self.inner.read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        self.inner.list_streams(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.head()
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.changed(after)
    }

    fn turns(&self) -> Option<&Turns> {
        self.inner.turns()
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.keep_snapshot(snapshot)
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        self.inner.read_snapshot(read)
    }
}
