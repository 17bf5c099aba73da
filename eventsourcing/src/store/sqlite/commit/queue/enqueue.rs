//! A future's commit on its way through the queue.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::store::Commit;
use crate::store::sqlite::commit::queue::seat::{News, Seat};
use crate::store::sqlite::commit::queue::state::{Load, Outside, State, Work};
use crate::store::sqlite::commit::queue::sync::Arc;
use crate::store::sqlite::commit::queue::{Outcome, Queue};

/// Puts a commit into the queue once it is polled and there is room, and waits for its outcome; `None` if its leader panicked.
///
/// Dropped before a leader has taken the commit, it takes the commit out of the queue again.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Enqueue<'q> {
    queue: &'q Queue,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    New(Commit),
    /// Waits for room.
    Outside(Commit, Arc<Seat>),
    Queued {
        ticket: u64,
        seat: Arc<Seat>,
    },
    Done,
}

impl Queue {
    /// A commit of a future.
    pub(crate) const fn enqueue(&self, commit: Commit) -> Enqueue<'_> {
        Enqueue { queue: self, stage: Stage::New(commit) }
    }
}

impl Future for Enqueue<'_> {
    type Output = Option<Outcome>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            self.stage = match mem::replace(&mut self.stage, Stage::Done) {
                Stage::New(commit) => self.queue.arrive(commit),
                Stage::Outside(commit, seat) => match seat.poll(context) {
                    Poll::Ready(_admitted) => self.queue.push(commit),
                    Poll::Pending => {
                        self.stage = Stage::Outside(commit, seat);
                        return Poll::Pending;
                    }
                },
                Stage::Queued { ticket, seat } => match seat.poll(context) {
                    Poll::Ready(News::Answered(outcome)) => return Poll::Ready(Some(outcome)),
                    Poll::Ready(News::Lost | News::Lead | News::Admitted) => return Poll::Ready(None),
                    Poll::Pending => {
                        self.stage = Stage::Queued { ticket, seat };
                        return Poll::Pending;
                    }
                },
                Stage::Done => return Poll::Ready(None),
            };
        }
    }
}

impl Drop for Enqueue<'_> {
    fn drop(&mut self) {
        match mem::replace(&mut self.stage, Stage::Done) {
            Stage::New(_) | Stage::Done => {}
            Stage::Outside(commit, seat) => self.queue.leave_outside(Load::of(&commit), &seat),
            Stage::Queued { ticket, .. } => self.queue.cancel(ticket),
        }
    }
}

impl Queue {
    /// Takes a commit in, or has it wait for room.
    fn arrive(&self, commit: Commit) -> Stage {
        let mut state = self.state();
        let load = Load::of(&commit);
        if state.outside.is_empty() && state.admitted.has_room_for(load) {
            state.admitted.add(load);
            drop(state);
            return self.push(commit);
        }
        let seat = Arc::new(Seat::default());
        state.outside.push_back(Outside { load, seat: Arc::clone(&seat) });
        Stage::Outside(commit, seat)
    }

    /// Adds a commit that was admitted. If nobody leads, a worker is started that does.
    fn push(&self, commit: Commit) -> Stage {
        let mut state = self.state();
        let seat = state.push(Work::OfFuture(commit));
        let ticket = state.last_ticket;
        let was_led = mem::replace(&mut state.is_led, true);
        drop(state);
        if !was_led {
            self.start_worker();
        }
        Stage::Queued { ticket, seat }
    }

    /// Removes the entry of a future that is gone, unless a leader has taken it.
    fn cancel(&self, ticket: u64) {
        let (removed, admitted) = {
            let mut state = self.state();
            let removed = state.remove(ticket);
            (removed, state.admit())
        };
        drop(removed);
        for seat in admitted {
            seat.tell(News::Admitted);
        }
    }

    /// Takes a future that is gone from those that wait for room; if it was admitted already, its room is for the next.
    fn leave_outside(&self, load: Load, seat: &Arc<Seat>) {
        let admitted = {
            let mut state = self.state();
            match state.outside.iter().position(|outside| Arc::ptr_eq(&outside.seat, seat)) {
                Some(place) => drop(state.outside.remove(place)),
                None => state.admitted.subtract(load),
            }
            state.admit()
        };
        for seat in admitted {
            seat.tell(News::Admitted);
        }
    }
}

impl State {
    fn remove(&mut self, ticket: u64) -> Option<Commit> {
        let at = self.entries.binary_search_by_key(&ticket, |entry| entry.ticket).ok()?;
        match self.entries.remove(at)?.work {
            Work::OfFuture(commit) => {
                self.admitted.subtract(Load::of(&commit));
                Some(commit)
            }
            Work::OfThread(_) | Work::Lead => None,
        }
    }
}
