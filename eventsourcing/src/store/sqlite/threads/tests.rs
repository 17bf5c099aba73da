//! Stores whose callers do what is hard for threads: wakers and visitors that call back, reads that do not end, closing.

mod closing;
mod lanes;
mod pages;
mod visitors;
mod wakers;

use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use std::{panic, process, thread};

use tempfile::TempDir;
use uuid::Uuid;

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::SqliteStore;
use crate::store::{BoxFuture, Commit, EventStore, LogRead, StreamRead};
use crate::stream::{Position, StreamId};

/// What a test that hangs is ended by.
const DEADLINE: Duration = Duration::from_secs(30);

/// For tests that block the threads which all stores share.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn stream() -> StreamId {
    StreamId::new("Account", Uuid::nil())
}

/// A commit of one event.
fn commit(version: u64) -> Commit {
    commit_of(version, b"{}")
}

fn commit_of(version: u64, payload: &[u8]) -> Commit {
    let mut commit = Commit::new();
    commit.append(stream(), version).unwrap().event("Happened", 1, payload).unwrap();
    commit
}

/// A store with some events.
fn file(events: u64) -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("store.db")).unwrap();
    for version in 0..events {
        store.blocking().commit(commit(version)).unwrap();
    }
    (folder, store)
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

/// The answer of a future that must not wait for what the test holds up.
fn answer<T: Send>(future: impl Future<Output = T> + Send) -> T {
    thread::scope(|scope| {
        let (answering, answer) = channel();
        let thread = scope.spawn(move || answering.send(pollster::block_on(future)));
        match answer.recv_timeout(DEADLINE) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Disconnected) => panic::resume_unwind(thread.join().unwrap_err()),
            Err(RecvTimeoutError::Timeout) => {
                // The scope would wait for it too.
                eprintln!("it waits for what the test holds up");
                process::abort()
            }
        }
    })
}

/// The same of a call that blocks.
fn returns<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    answer(async { call() })
}

/// Runs something once, when it is woken.
struct OnWake(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Wake for OnWake {
    fn wake(self: Arc<Self>) {
        let run = self.0.lock().unwrap().take();
        if let Some(run) = run {
            run();
        }
    }
}

fn on_wake(run: impl FnOnce() + Send + 'static) -> Waker {
    Waker::from(Arc::new(OnWake(Mutex::new(Some(Box::new(run))))))
}

/// A task that waits for a commit after this position, and has read the head: only a commit wakes it.
fn waits(store: &SqliteStore, after: u64, waker: &Waker) -> BoxFuture<'static, Result<Position, StoreError>> {
    let store = store.clone();
    let mut task: BoxFuture<'static, _> = Box::pin(async move { store.wait_past(after.into()).await });
    let probe = Arc::new(OnWake(Mutex::new(None)));
    let since = Instant::now();
    // One waker waits for a commit, and one for a look that fails.
    while Arc::strong_count(&probe) != 3 {
        assert!(since.elapsed() < DEADLINE, "it does not wait");
        assert!(poll(task.as_mut(), &Waker::from(Arc::clone(&probe))).is_pending());
        thread::yield_now();
    }
    assert!(poll(task.as_mut(), waker).is_pending());
    task
}
