//! A timer for all stores of the process: one thread, which makes calls when they are due.
//!
//! It is started when something is to be called later, and stops when nothing was for a time. What it calls must not block.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, mem, process, thread};

use crate::store::sqlite::threads::{IDLE, pool_thread};
use crate::store::wake::run;

/// Longer than any process runs.
const NEVER: Duration = Duration::from_secs(1 << 32);

static TIMER: Timer = Timer { state: Mutex::new(State::new()), changed: Condvar::new() };

struct Timer {
    state: Mutex<State>,
    /// Something is due earlier than all before.
    changed: Condvar,
}

struct State {
    /// By the time when it is due, and in the order in which it came.
    due: BTreeMap<(Instant, u64), Box<dyn FnOnce() + Send>>,
    next: u64,
    is_running: bool,
    /// The process that started the thread.
    process: u32,
}

/// Something that is to be called, unless this is dropped before.
#[derive(Debug)]
#[must_use = "dropping it cancels the call"]
pub(crate) struct Due {
    key: (Instant, u64),
}

/// Schedules a call after a time.
pub(crate) fn call_after(pause: Duration, call: impl FnOnce() + Send + 'static) -> io::Result<Due> {
    TIMER.call_after(pause, Box::new(call))
}

impl Timer {
    fn call_after(&'static self, pause: Duration, call: Box<dyn FnOnce() + Send>) -> io::Result<Due> {
        let mut state = self.state();
        state.after_fork();
        if !state.is_running {
            thread::Builder::new().name("eventsourcing-timer".to_owned()).spawn(|| self.work())?;
            state.is_running = true;
        }
        let now = Instant::now();
        let key = (now.checked_add(pause).unwrap_or(now + NEVER), state.next);
        state.next += 1;
        state.due.insert(key, call);
        if state.due.first_key_value().is_some_and(|(first, _)| *first == key) {
            drop(state);
            self.changed.notify_one();
        }
        Ok(Due { key })
    }

    fn work(&self) {
        pool_thread::mark();
        let mut state = self.state();
        loop {
            let pause =
                state.due.first_key_value().map_or(IDLE, |((at, _), _)| at.saturating_duration_since(Instant::now()));
            if pause.is_zero() {
                let call = state.due.pop_first();
                drop(state);
                if let Some((_, call)) = call {
                    run(call);
                }
                state = self.state();
                continue;
            }
            let (changed, wait) = self.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner);
            state = changed;
            if wait.timed_out() && state.due.is_empty() {
                state.is_running = false;
                return;
            }
        }
    }

    // No foreign code runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    const fn new() -> Self {
        Self { due: BTreeMap::new(), next: 0, is_running: false, process: 0 }
    }

    /// Forgets the thread of another process, which a fork does not copy.
    fn after_fork(&mut self) {
        let process = process::id();
        if mem::replace(&mut self.process, process) != process {
            // Not dropped: what is due belongs to that process.
            mem::forget(mem::replace(self, Self { process, ..Self::new() }));
        }
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        let call = TIMER.state().due.remove(&self.key);
        // Outside the lock, with what it holds.
        drop(call);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn calls_come_when_they_are_due_and_not_if_they_are_cancelled() {
        let (called, calls) = channel();
        let due = |millis, name| {
            let called = called.clone();
            call_after(Duration::from_millis(millis), move || called.send(name).unwrap()).unwrap()
        };
        let (begun, _later) = (Instant::now(), due(60, "later"));
        let (_sooner, cancelled, _panics) =
            (due(30, "sooner"), due(40, "cancelled"), call_after(Duration::ZERO, || panic!("on purpose")));
        drop(cancelled);
        assert_eq!(calls.recv_timeout(Duration::from_secs(20)), Ok("sooner"));
        assert!(begun.elapsed() >= Duration::from_millis(30));
        assert_eq!(calls.recv_timeout(Duration::from_secs(20)), Ok("later"));
        assert!(begun.elapsed() >= Duration::from_millis(60));
    }

    #[test]
    fn what_is_due_sooner_is_not_late() {
        let hour = call_after(Duration::from_secs(3600), || {}).unwrap();
        let (called, calls) = channel();
        for _ in 0..10 {
            // Until the thread waits for the other.
            thread::sleep(Duration::from_millis(5));
            let called = called.clone();
            let _sooner = call_after(Duration::from_millis(1), move || called.send(()).unwrap()).unwrap();
            assert!(calls.recv_timeout(Duration::from_secs(20)).is_ok());
        }
        drop(hour);
    }
}
