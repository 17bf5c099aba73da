//! One caller's place in the queue of a stream.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_timer::Delay;

use crate::store::turns::slot::{Handed, Slot, Standing, Taken};
use crate::store::turns::{Key, Turns};

/// How long a caller waits for a turn that does not move on: its holder may be a future that nothing polls.
const PATIENCE: Duration = Duration::from_millis(50);

/// A place in the queue of a stream, until it is dropped; a turn that it holds then goes to the next.
#[must_use = "dropping it gives the place up"]
pub struct Place<'t> {
    turns: &'t Turns,
    key: Key,
    ticket: u64,
    holds: bool,
    handed: Option<Handed>,
    /// The load that the state of this caller goes back to.
    load: u64,
}

impl<'t> Place<'t> {
    pub(super) fn new(turns: &'t Turns, key: Key, ticket: u64, taken: Option<Taken>) -> Self {
        let holds = taken.is_some();
        Self { turns, key, ticket, holds, handed: taken.and_then(|taken| taken.handed), load: 0 }
    }

    /// Waits for the turn. `false` if its holder was not heard of for too long: the caller then does without.
    pub(crate) async fn wait(&mut self) -> bool {
        if self.holds {
            return true;
        }
        let mut moves = self.slot(|slot| slot.moves());
        loop {
            let mut delay = Delay::new(PATIENCE);
            let standing = poll_fn(|context| match self.poll(context) {
                Poll::Ready(holds) => Poll::Ready(Some(holds)),
                Poll::Pending => Pin::new(&mut delay).poll(context).map(|()| None),
            });
            if let Some(holds) = standing.await {
                return holds;
            }
            match self.slot(|slot| slot.is_stuck_since(moves)) {
                // The turn may have come to this caller just now.
                Ok(()) => {}
                Err(now) => moves = now,
            }
        }
    }

    fn poll(&mut self, context: &Context<'_>) -> Poll<bool> {
        let waker = context.waker().clone();
        let ticket = self.ticket;
        // The waker that was replaced is dropped here, outside the lock.
        let (standing, _replaced) = self.slot(|slot| slot.poll(ticket, waker));
        match standing {
            Standing::Holds(Taken { handed, .. }) => {
                self.holds = true;
                self.handed = handed;
                Poll::Ready(true)
            }
            Standing::Stuck => Poll::Ready(false),
            Standing::Waits => Poll::Pending,
        }
    }

    /// Takes the state that was handed on with the turn, if it is of this type.
    pub(crate) fn take<S: Any>(&mut self) -> Option<S> {
        let Handed { state, load } = self.handed.take()?;
        self.load = load;
        Some(*state.downcast().ok()?)
    }

    /// To be called before a state is loaded. Says whether what was sent before may be unanswered: what is loaded may then be older than that.
    pub(crate) fn begin_load(&mut self) -> bool {
        let (load, has_sent) = self.slot(Slot::begin_load);
        self.load = load;
        has_sent
    }

    /// Whether others wait for the turn.
    pub(crate) fn is_awaited(&self) -> bool {
        self.slot(|slot| slot.is_awaited())
    }

    /// Notes that a commit is on its way to the store.
    pub(crate) fn sent(&self) {
        self.slot(Slot::sent);
    }

    /// Notes that what this caller has sent was not stored, and nor will be what was decided on it.
    pub(crate) fn fail(&self) {
        self.slot(|slot| slot.fail(self.load));
    }

    /// Hands the turn on with a state, and keeps the place.
    pub(crate) fn hand_on<S: Any + Send>(&mut self, state: S) {
        let handed = Handed { state: Box::new(state), load: self.load };
        self.pass(Some(handed));
    }

    /// Hands the turn on without a state, and keeps the place.
    pub(crate) fn release(&mut self) {
        self.pass(None);
    }

    fn pass(&mut self, handed: Option<Handed>) {
        if std::mem::take(&mut self.holds) {
            let (next, _left_over) = self.slot(|slot| slot.hand_on(handed));
            wake(next);
        }
    }

    fn slot<T>(&self, work: impl FnOnce(&mut Slot) -> T) -> T {
        // It exists as long as it has a place.
        match self.turns.lock().get_mut(&self.key) {
            Some(slot) => work(slot),
            None => work(&mut Slot::default()),
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut slots = self.turns.lock();
        let Some(slot) = slots.get_mut(&self.key) else { return };
        let (next, waker) = slot.leave(self.ticket);
        let slot = if slot.is_empty() { slots.remove(&self.key) } else { None };
        drop(slots);
        drop((slot, waker));
        wake(next);
    }
}

/// A waker that panics is no concern of the caller that hands the turn on.
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}
