//! A bound on how many callers do something at once, first come, first served.
//!
//! What waits is the work itself, and not a future: one that is not polled holds up no other.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::store::sqlite::threads::answer::{Answer, Lost, answer};
use crate::store::sqlite::threads::calls::Call;
use crate::store::sqlite::threads::lane::{Lane, NotBegun};

/// Sends its work to where it is done.
type SendWork = Box<dyn FnOnce(Pass) + Send>;

/// Lets a number of callers pass at once.
pub(crate) struct Gate {
    state: Mutex<State>,
}

struct State {
    /// How many may pass now.
    free: usize,
    /// By their tickets.
    waiting: BTreeMap<u64, SendWork>,
    next_ticket: u64,
    /// Whether a thread is letting entries pass, and will look again when it is done with one.
    is_attended: bool,
}

/// The right to go on, until it is dropped.
#[derive(Debug)]
pub(crate) struct Pass(Arc<Gate>);

impl Gate {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        let state = State { free: limit, waiting: BTreeMap::new(), next_ticket: 0, is_attended: false };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Waits for a pass on this thread.
    pub(crate) fn pass(self: &Arc<Self>) -> Pass {
        {
            let mut state = self.state();
            if state.free > 0 && state.waiting.is_empty() {
                state.free -= 1;
                return Pass(Arc::clone(self));
            }
        }
        loop {
            let (answering, answer) = answer();
            self.enter(Box::new(|pass| answering.give(pass)));
            if let Ok(pass) = pollster::block_on(answer) {
                return pass;
            }
        }
    }

    /// Sends some work to a lane, with a pass, once there is one. Dropping the future cancels the work, unless it was begun.
    pub(crate) fn call<T: Send + 'static>(
        self: &Arc<Self>,
        lane: &Arc<Lane>,
        call: Call,
        work: impl FnOnce(Pass) -> T + Send + 'static,
    ) -> Called<T> {
        let (answering, answer) = answer();
        let lane = Arc::clone(lane);
        let ticket = self.enter(Box::new(move |pass| {
            let sent = lane.send((answering, pass), move |(answering, pass)| {
                if answering.is_awaited() {
                    answering.give(work(pass));
                } else {
                    drop((work, pass));
                }
                // Last: a caller that waits until the calls have ended closes what the work uses.
                drop(call);
            });
            if let Err(NotBegun { with: (answering, _pass), error }) = sent {
                answering.refuse(error);
            }
        }));
        Called { gate: Arc::clone(self), ticket, answer }
    }

    fn enter(self: &Arc<Self>, entry: SendWork) -> u64 {
        let mut state = self.state();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.insert(ticket, entry);
        self.attend(state);
        ticket
    }

    /// Lets entries pass while any may. One thread does so at a time: an entry that gives its pass back at once does not nest in another.
    fn attend<'g>(self: &'g Arc<Self>, mut state: MutexGuard<'g, State>) {
        if state.is_attended {
            return;
        }
        while state.free > 0
            && let Some((_, entry)) = state.waiting.pop_first()
        {
            state.free -= 1;
            state.is_attended = true;
            drop(state);
            entry(Pass(Arc::clone(self)));
            state = self.state();
        }
        state.is_attended = false;
    }

    // No foreign code runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.free += 1;
        self.0.attend(state);
    }
}

/// Waits for the answer of some work.
#[derive(Debug)]
#[must_use = "dropping it cancels the work"]
pub(crate) struct Called<T> {
    gate: Arc<Gate>,
    ticket: u64,
    answer: Answer<T>,
}

impl<T> Future for Called<T> {
    type Output = Result<T, Lost>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context)
    }
}

impl<T> Drop for Called<T> {
    fn drop(&mut self) {
        let entry = self.gate.state().waiting.remove(&self.ticket);
        // Outside the lock, with the call that it counts as.
        drop(entry);
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
