//! The store's own threads, for async callers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::{io, mem};

use crate::store::sqlite::threads::answer::{Lost, answer};

type Job = Box<dyn FnOnce() + Send>;

/// How often a thread looks for its next job, letting others run in between, before it sleeps: some tens of microseconds. Whoever awaits one
/// commit after the other comes back within that time, and to put a thread to sleep and wake it takes as long.
const LOOKS: usize = 100;

/// Threads that are started at the first call and end when this is dropped, after what was asked of them is done.
#[derive(Debug)]
pub(crate) struct Workers {
    name: &'static str,
    threads: usize,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    jobs: Sender<Job>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    pub(crate) const fn new(name: &'static str, threads: usize) -> Self {
        Self { name, threads, running: Mutex::new(None) }
    }

    /// Does the work on one of the threads, also when the future is dropped once it was polled.
    pub(crate) async fn call<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
        let (answering, answer) = answer();
        self.send(Box::new(move || answering.give(work()))).map_err(Lost::NotBegun)?;
        answer.await
    }

    /// Has the work done, and does not wait for it.
    pub(crate) fn send(&self, job: Job) -> io::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(self.start()?);
        }
        let sent = running.as_ref().map(|running| running.jobs.send(job));
        if matches!(sent, Some(Ok(()))) { Ok(()) } else { Err(io::Error::other("the threads of the store have ended")) }
    }

    fn start(&self) -> io::Result<Running> {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::new();
        while threads.len() < self.threads {
            let queue = Arc::clone(&queue);
            match thread::Builder::new().name(self.name.to_owned()).spawn(move || work_off(&queue)) {
                Ok(thread) => threads.push(thread),
                // Fewer are slower; none is an error.
                Err(error) if threads.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(Running { jobs, threads })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(Running { jobs, threads }) = mem::take(running) else { return };
        drop(jobs);
        for thread in threads {
            // A task that owns the last handle may be dropped by its waker, on a thread that is to be waited for here.
            if thread.thread().id() != thread::current().id() {
                // A panic of a job was caught and is the caller's to report.
                let _ = thread.join();
            }
        }
    }
}

fn work_off(queue: &Mutex<Receiver<Job>>) {
    loop {
        let job = next(&queue.lock().unwrap_or_else(PoisonError::into_inner));
        let Ok(job) = job else { return };
        // Whoever waits for it learns of a panic by the missing answer; the thread goes on with the next.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

fn next(queue: &Receiver<Job>) -> Result<Job, RecvError> {
    for _ in 0..LOOKS {
        if let Ok(job) = queue.try_recv() {
            return Ok(job);
        }
        thread::yield_now();
    }
    queue.recv()
}
