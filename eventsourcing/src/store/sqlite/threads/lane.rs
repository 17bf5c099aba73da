//! Threads that do one kind of work for all stores of the process, in the order in which it is sent.
//!
//! A thread is started when work is sent and none is idle, up to a limit, and stops when it was idle for a time. Idle threads are called last
//! in, first out, so that those that are not needed become idle.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;
use std::{fmt, mem, process};

use crate::store::sqlite::connection::busy;
use crate::store::sqlite::threads::{IDLE, pool_thread};
use crate::store::wake::run;

type Job = Box<dyn FnOnce() + Send>;

/// How often a thread looks for its next job, letting others run in between, before it sleeps: some tens of microseconds. A caller that awaits
/// one call after the other comes back within that time, and to put a thread to sleep and wake it takes as long.
const LOOKS: usize = 100;

/// The most threads of a lane that do not count towards its limit, because they wait for other processes.
const MOST_ASIDE: usize = 512;

thread_local! {
    /// Whether this thread does not count towards the limit of its lane.
    static IS_ASIDE: Cell<bool> = const { Cell::new(false) };
}

/// Threads of one kind of work.
pub(crate) struct Lane {
    name: &'static str,
    /// The most threads, beside those that wait for other processes.
    limit: usize,
    /// How many jobs wait, for a look without the lock.
    waiting: AtomicUsize,
    state: Mutex<State>,
}

/// Threads count towards the limit, but for those that wait for other processes. Every job that waits has a thread that is about to take it, or all threads up to the limit are busy, unless no more can be started.
#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    /// Threads that wait for other processes, or have waited in their present job.
    aside: usize,
    /// Threads that have not looked for a job yet.
    starting: usize,
    /// Threads that look for a job before they sleep.
    looking: usize,
    sleeping: Vec<Thread>,
    /// The process that started the threads.
    process: u32,
}

/// Work that was not begun, because no thread can be started.
pub(crate) struct NotBegun<V> {
    /// What the work was to be done with.
    pub(crate) with: V,
    pub(crate) error: io::Error,
}

impl Lane {
    pub(crate) fn new(name: &'static str, limit: usize) -> Arc<Self> {
        Arc::new(Self { name, limit, waiting: AtomicUsize::new(0), state: Mutex::default() })
    }

    /// Sends work on a value to a thread, and does not wait for it. A panic ends that work alone.
    pub(crate) fn send<V: Send + 'static>(
        self: &Arc<Self>,
        with: V,
        work: impl FnOnce(V) + Send + 'static,
    ) -> Result<(), NotBegun<V>> {
        self.push(with, work, false)
    }

    /// As [`send`](Self::send), if a thread can begin at once.
    pub(crate) fn send_if_free<V: Send + 'static>(
        self: &Arc<Self>,
        with: V,
        work: impl FnOnce(V) + Send + 'static,
    ) -> Result<(), NotBegun<V>> {
        self.push(with, work, true)
    }

    fn push<V: Send + 'static>(
        self: &Arc<Self>,
        with: V,
        work: impl FnOnce(V) + Send + 'static,
        at_once: bool,
    ) -> Result<(), NotBegun<V>> {
        let mut state = self.state();
        state.after_fork();
        // Looked at again after each start, during which others may have sent jobs, also to the thread that was started.
        while !state.has_free() {
            let started = if state.has_room(self.limit) {
                state.threads += 1;
                state.starting += 1;
                drop(state);
                let started = self.start();
                state = self.state();
                started.inspect_err(|_| {
                    state.threads -= 1;
                    state.starting -= 1;
                })
            } else {
                Err(io::ErrorKind::WouldBlock.into())
            };
            match started {
                Ok(()) => {}
                // Fewer threads are slower; none is an error.
                Err(error) if at_once || state.threads == 0 => return Err(NotBegun { with, error }),
                Err(_) => break,
            }
        }
        state.jobs.push_back(Box::new(move || work(with)));
        self.waiting.store(state.jobs.len(), Ordering::Release);
        let called = if state.starting + state.looking < state.jobs.len() { state.sleeping.pop() } else { None };
        drop(state);
        if let Some(thread) = called {
            thread.unpark();
        }
        Ok(())
    }

    fn start(self: &Arc<Self>) -> io::Result<()> {
        let lane = Arc::clone(self);
        thread::Builder::new().name(self.name.to_owned()).spawn(move || lane.work()).map(|_| ())
    }

    /// To be called when a job begins to wait for another process: until it ends, its thread does not keep others from the jobs that wait.
    fn step_aside(self: &Arc<Self>) {
        let mut state = self.state();
        if IS_ASIDE.get() || state.aside == MOST_ASIDE {
            return;
        }
        IS_ASIDE.set(true);
        state.aside += 1;
        if state.jobs.is_empty() || !state.has_room(self.limit) {
            return;
        }
        state.threads += 1;
        state.starting += 1;
        drop(state);
        if self.start().is_err() {
            let mut state = self.state();
            state.threads -= 1;
            state.starting -= 1;
        }
    }

    fn work(self: &Arc<Self>) {
        pool_thread::mark();
        let lane = Arc::clone(self);
        busy::on_wait(move || lane.step_aside());
        let mut is_new = true;
        while let Some(job) = self.next(mem::take(&mut is_new)) {
            run(job);
            if IS_ASIDE.take() {
                let mut state = self.state();
                state.aside = state.aside.saturating_sub(1);
            }
        }
    }

    /// The next job; `None` ends the thread.
    fn next(&self, is_new: bool) -> Option<Job> {
        let mut state = self.state();
        state.starting -= usize::from(is_new);
        if let Some(job) = self.take(&mut state) {
            return Some(job);
        }
        state.looking += 1;
        drop(state);
        for _ in 0..LOOKS {
            if self.waiting.load(Ordering::Acquire) > 0 {
                state = self.state();
                if let Some(job) = self.take(&mut state) {
                    // Under the same lock: the next job is not for this thread.
                    state.looking -= 1;
                    return Some(job);
                }
                drop(state);
            }
            thread::yield_now();
        }
        state = self.state();
        state.looking -= 1;
        self.take(&mut state).or_else(|| self.sleep(state))
    }

    /// Sleeps until there is a job; `None` if none came for a time, and the thread does not count any more.
    fn sleep<'l>(&'l self, mut state: MutexGuard<'l, State>) -> Option<Job> {
        let this = thread::current();
        loop {
            let since = Instant::now();
            state.sleeping.push(this.clone());
            let place = loop {
                drop(state);
                thread::park_timeout(IDLE.saturating_sub(since.elapsed()));
                state = self.state();
                let place = state.sleeping.iter().position(|thread| thread.id() == this.id());
                // It may wake for no reason.
                if place.is_none() || since.elapsed() >= IDLE {
                    break place;
                }
            };
            if let Some(place) = place {
                state.sleeping.remove(place);
            }
            let job = self.take(&mut state);
            if job.is_some() {
                return job;
            }
            if place.is_some() {
                state.threads -= 1;
                return None;
            }
        }
    }

    fn take(&self, state: &mut State) -> Option<Job> {
        let job = state.jobs.pop_front();
        self.waiting.store(state.jobs.len(), Ordering::Release);
        job
    }

    // No foreign code runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether one of the threads is idle, or about to be, that no job is meant for.
    fn has_free(&self) -> bool {
        self.jobs.len() < self.starting + self.looking + self.sleeping.len()
    }

    /// Whether one more thread may be started.
    const fn has_room(&self, limit: usize) -> bool {
        self.threads - self.aside < limit
    }

    /// Forgets the threads of another process, which a fork does not copy.
    fn after_fork(&mut self) {
        let process = process::id();
        if mem::replace(&mut self.process, process) != process {
            // Not dropped: what the jobs hold belongs to that process.
            mem::forget(mem::replace(self, Self { process, ..Self::default() }));
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<V> fmt::Debug for NotBegun<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotBegun").field("error", &self.error).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
