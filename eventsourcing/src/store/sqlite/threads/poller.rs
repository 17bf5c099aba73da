//! Polling the head of a store, once for all who wait.
//!
//! Commits of the process publish their position themselves. For those of other processes, the head is read once every poll interval while
//! anyone waits, however many do, and when the bell rings.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::error::StoreError;
use crate::store::Watch;
use crate::store::sqlite::threads::IDLE;
use crate::store::sqlite::threads::bell::Bell;
use crate::store::sqlite::threads::pool::pool;
use crate::store::sqlite::threads::timer::{self, Due};
use crate::stream::Position;

/// Reads the head from the file.
type Look = Box<dyn Fn() -> Result<Position, StoreError> + Send>;

/// No interval is shorter.
const SHORTEST: Duration = Duration::from_millis(1);

/// Publishes what other processes commit, while anyone waits for it.
pub(crate) struct Poller {
    committed: Arc<Watch>,
    /// Publishes how many looks have failed. Those who wait then look themselves, and get errors of their own.
    failures: Watch,
    failed: AtomicU64,
    /// One look at a time is enough.
    look: Mutex<Look>,
    /// None if there is no other process that commits.
    interval: Option<Duration>,
    bell: Arc<Bell>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    waiting: usize,
    /// When a waiter came or went last.
    since: Instant,
    /// The next look; `None` while no one waits, at the latest after one interval.
    due: Option<Due>,
    /// Whether a thread listens to the bell.
    is_listening: bool,
}

/// Schedules the next look when it is dropped, also by a panic.
struct GoesOn(Arc<Poller>);

impl Drop for GoesOn {
    fn drop(&mut self) {
        self.0.go_on();
    }
}

/// Someone who waits, until it is dropped.
#[derive(Debug)]
pub(crate) struct PollWaiter<'p> {
    poller: &'p Poller,
    /// The failures before it.
    failures: u64,
}

impl Poller {
    pub(crate) fn new(
        committed: Arc<Watch>,
        bell: Arc<Bell>,
        interval: Option<Duration>,
        look: impl Fn() -> Result<Position, StoreError> + Send + 'static,
    ) -> Arc<Self> {
        let state = State { waiting: 0, since: Instant::now(), due: None, is_listening: false };
        Arc::new(Self {
            committed,
            failures: Watch::default(),
            failed: AtomicU64::new(0),
            look: Mutex::new(Box::new(look)),
            interval: interval.map(|interval| interval.max(SHORTEST)),
            bell,
            state: Mutex::new(state),
        })
    }

    /// Begins to wait. What is committed after this is not missed.
    ///
    /// # Errors
    ///
    /// If no thread can be started that looks.
    pub(crate) fn wait(self: &Arc<Self>) -> io::Result<PollWaiter<'_>> {
        let failures = self.failures.published();
        let mut state = self.state();
        if let Some(interval) = self.interval
            && state.due.is_none()
        {
            state.due = Some(self.tick_later(interval)?);
            self.ensure_listening(&mut state);
        }
        state.count(1);
        Ok(PollWaiter { poller: self, failures: failures.get() })
    }

    /// Makes all who wait look themselves.
    pub(crate) fn fail(&self) {
        // Counted now, so that it is more than a waiter has seen that began before.
        self.failures.publish((self.failed.fetch_add(1, Ordering::SeqCst) + 1).into());
    }

    /// Reads the head, and publishes it.
    fn look(&self) {
        let head = (self.look.lock().unwrap_or_else(PoisonError::into_inner))();
        match head {
            Ok(head) => self.committed.publish(head),
            Err(_) => self.fail(),
        }
    }

    fn tick_later(self: &Arc<Self>, interval: Duration) -> io::Result<Due> {
        let poller = Arc::downgrade(self);
        timer::call_after(interval, move || {
            if let Some(poller) = poller.upgrade() {
                poller.tick();
            }
        })
    }

    /// Sends a look to a thread, unless no one waits any more. It may block, which the timer must not.
    fn tick(self: Arc<Self>) {
        if self.state().is_over() {
            return;
        }
        // If it cannot be begun, the value is dropped all the same.
        let _ = pool().short.send(GoesOn(self), |goes_on| goes_on.0.look());
    }

    fn go_on(self: &Arc<Self>) {
        let mut state = self.state();
        let Some(interval) = self.interval.filter(|_| !state.is_over()) else { return };
        if let Ok(due) = self.tick_later(interval) {
            state.due = Some(due);
            self.ensure_listening(&mut state);
            return;
        }
        state.due = None;
        drop(state);
        self.fail();
    }

    /// Starts a thread that listens to the bell. If none can be started now, the next tick tries again.
    fn ensure_listening(self: &Arc<Self>, state: &mut State) {
        if state.is_listening {
            return;
        }
        let (heard, wanted) = (Arc::downgrade(self), Arc::downgrade(self));
        state.is_listening = self.bell.listen(
            move || {
                if let Some(poller) = heard.upgrade() {
                    poller.look();
                }
            },
            move || wanted.upgrade().is_some_and(|poller| poller.state().goes_on_listening()),
        );
    }

    // No foreign code runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&mut self, change: isize) {
        self.waiting = self.waiting.saturating_add_signed(change);
        self.since = Instant::now();
    }

    /// Whether no one waits any more. Then the one who waits next starts looking again.
    fn is_over(&mut self) -> bool {
        if self.waiting == 0 {
            self.due = None;
        }
        self.waiting == 0
    }

    /// Whether the thread that listens is to go on. One who follows the log waits again and again, and its socket is kept meanwhile.
    fn goes_on_listening(&mut self) -> bool {
        self.is_listening = self.waiting > 0 || self.since.elapsed() < IDLE;
        self.is_listening
    }
}

impl PollWaiter<'_> {
    /// Waits until the log has come further than this, and says how far; `None` after a look that failed.
    pub(crate) async fn past(&self, position: Position) -> Option<Position> {
        let mut committed = pin!(self.poller.committed.wait_past(position));
        let mut failed = pin!(self.poller.failures.wait_past(self.failures.into()));
        poll_fn(|context| match committed.as_mut().poll(context) {
            Poll::Ready(head) => Poll::Ready(Some(head)),
            Poll::Pending => failed.as_mut().poll(context).map(|_| None),
        })
        .await
    }
}

impl Drop for PollWaiter<'_> {
    fn drop(&mut self) {
        self.poller.state().count(-1);
    }
}

impl std::fmt::Debug for Poller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Poller").field("interval", &self.interval).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
