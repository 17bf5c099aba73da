//! The queue of those that use the connection for writing, first come, first served.
//!
//! One caller at a time leads: it alone uses the connection. A thread that arrives while there is no leader is the leader at once, with a group of
//! one. Commits that arrive meanwhile wait, and share the next transaction. The next leader is a thread that waits alone, or else a worker, which
//! need not be woken for the group after its own; if none is free, the first waiting thread leads. Each takes its group from the front of
//! the queue, so that no commit is overtaken.
//! The known design is the writer queue of `LevelDB`.
//!
//! No waker of a caller is cloned, called or dropped while a lock of the queue is held, or before the lead is handed on: it may call the store.

mod enqueue;
mod lead;
#[cfg(test)]
#[cfg(shuttle)]
mod model;
mod notice;
pub(crate) mod state;
#[cfg(test)]
#[cfg(not(shuttle))]
mod tests;

use std::sync::PoisonError;
use std::{fmt, io, mem};

pub(crate) use self::lead::{Group, Lead};
use self::notice::{Mailbox, Notice};
use self::state::{Next, State, Work};
use crate::error::CommitError;
use crate::store::sqlite::error::system::no_thread;
use crate::store::sqlite::threads::sync::{Arc, Mutex, MutexGuard};
use crate::store::{Commit, Committed};

pub(crate) type Outcome = Result<Committed, CommitError>;

/// The queue, and whether there is a leader.
pub(crate) struct Queue {
    state: Mutex<State>,
    start_worker: Box<dyn Fn(Need) -> io::Result<()> + Send + Sync>,
}

/// How much a worker is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Only futures wait, which cannot lead.
    Alone,
    /// Threads wait, of which one leads if no worker can do so at once.
    OrThread,
}

/// A commit that its leader has taken from the queue. Dropped without an answer, its outcome is not known.
#[derive(Debug)]
struct TakenCommit {
    commit: Commit,
    is_of_future: bool,
    /// None once it is answered.
    mailbox: Option<Arc<Mailbox>>,
}

/// The result of entering the queue with a commit.
pub(crate) enum Entered<'q> {
    /// The caller leads.
    Leading(Commit, Lead<'q>),
    Waiting(Waiter<'q>),
}

/// A thread that waits in the queue.
pub(crate) struct Waiter<'q> {
    queue: &'q Queue,
    mailbox: Arc<Mailbox>,
}

/// What a thread in the queue is to do next.
pub(crate) enum NextStep<'q> {
    Answered(Outcome),
    /// Its commit was taken by a leader that panicked.
    Lost,
    /// Lead a group; the thread's own commit is still in the queue.
    Lead(Lead<'q>),
}

impl Queue {
    /// `start_worker` starts a worker that takes the lead ([`Lead::assume`]).
    pub(crate) fn new(start_worker: impl Fn(Need) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { state: Mutex::default(), start_worker: Box::new(start_worker) }
    }

    /// Enters with a commit, on a thread that waits for it.
    pub(crate) fn enter(&self, commit: Commit) -> Entered<'_> {
        let mut state = self.state();
        if !mem::replace(&mut state.is_led, true) {
            return Entered::Leading(commit, Lead::assume(self));
        }
        let mailbox = state.push(Work::OfThread(commit));
        Entered::Waiting(Waiter { queue: self, mailbox })
    }

    /// Waits, on this thread, until the lead is this caller's.
    pub(crate) fn lead(&self) -> Lead<'_> {
        let mailbox = {
            let mut state = self.state();
            if !mem::replace(&mut state.is_led, true) {
                return Lead::assume(self);
            }
            state.push(Work::Lead)
        };
        let waiter = Waiter { queue: self, mailbox };
        loop {
            // This entry is no commit, which is all that a leader answers.
            if let NextStep::Lead(lead) = waiter.wait() {
                return lead;
            }
        }
    }

    /// Takes the lead if there is no leader.
    pub(crate) fn try_lead(&self) -> Option<Lead<'_>> {
        let is_led = mem::replace(&mut self.state().is_led, true);
        (!is_led).then(|| Lead::assume(self))
    }

    /// Gives the lead to the next leader.
    fn hand_on(&self) {
        let next = self.state().next();
        match next {
            Next::None => {}
            Next::Thread(mailbox) => mailbox.put(Notice::Lead),
            Next::Worker => self.start_worker(),
            Next::WorkerOr(mailbox) => {
                if (self.start_worker)(Need::OrThread).is_err() {
                    mailbox.put(Notice::Lead);
                }
            }
        }
    }

    /// Starts the worker that leads next. Without one, and without a thread that can lead, the commits of futures are refused.
    fn start_worker(&self) {
        let Err(error) = (self.start_worker)(Need::Alone) else { return };
        let (next, refused) = {
            let mut state = self.state();
            let refused = state.give_up_futures();
            (state.next(), refused)
        };
        if let Next::Thread(mailbox) | Next::WorkerOr(mailbox) = next {
            mailbox.put(Notice::Lead);
        }
        let error = no_thread(error);
        for mailbox in refused {
            mailbox.put(Notice::Answered(Err(error.clone().into())));
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.state().entries.len()
    }

    // A panic leaves no more behind than commits that wait.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'q> Waiter<'q> {
    /// Waits for what comes next.
    pub(crate) fn wait(&self) -> NextStep<'q> {
        match self.mailbox.wait() {
            Notice::Answered(outcome) => NextStep::Answered(outcome),
            Notice::Lost => NextStep::Lost,
            Notice::Lead => NextStep::Lead(Lead::assume(self.queue)),
        }
    }
}

impl TakenCommit {
    fn answer(mut self, outcome: Outcome) {
        if let Some(mailbox) = self.mailbox.take() {
            mailbox.put(Notice::Answered(outcome));
        }
    }
}

impl Drop for TakenCommit {
    fn drop(&mut self) {
        if let Some(mailbox) = &self.mailbox {
            mailbox.put(Notice::Lost);
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("state", &self.state).finish_non_exhaustive()
    }
}
