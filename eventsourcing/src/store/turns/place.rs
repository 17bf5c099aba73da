//! One caller's place in the queue of a stream.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_timer::Delay;

use crate::store::turns::Turns;
use crate::store::turns::key::Key;
use crate::store::turns::slot::{FoundTurn, Handed, Load, Slot, Standing};
use crate::store::wake;

/// How long a caller waits for a turn that does not move on: its holder may be a future that nothing polls.
const PATIENCE: Duration = Duration::from_millis(50);

/// A place in the queue of a stream, until it is dropped; a turn that it holds then goes to the next.
#[must_use = "dropping it gives the place up"]
pub struct Place<'t> {
    turns: &'t Turns,
    key: Key,
    ticket: u64,
    holds: bool,
    has_left: bool,
    handed: Option<Handed>,
    /// A load that can begin without asking for it.
    next_load: Option<Load>,
    /// The load that the state of this caller goes back to.
    load: u64,
}

impl<'t> Place<'t> {
    pub(super) fn new(turns: &'t Turns, key: Key, ticket: u64, found: Option<FoundTurn>) -> Self {
        let mut place =
            Self { turns, key, ticket, holds: false, has_left: false, handed: None, next_load: None, load: 0 };
        if let Some(found) = found {
            place.hold(found);
        }
        place
    }

    fn hold(&mut self, found: FoundTurn) {
        self.holds = true;
        match found {
            FoundTurn::State(handed) => self.handed = Some(handed),
            FoundTurn::Nothing { load, .. } => self.next_load = Some(load),
        }
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
            Standing::Holds(found) => {
                self.hold(found);
                Poll::Ready(true)
            }
            Standing::Stuck => Poll::Ready(false),
            Standing::Waits => Poll::Pending,
        }
    }

    /// Takes the state that was handed on with the turn, if it is of this type.
    pub(crate) fn take_state<S: Any>(&mut self) -> Option<S> {
        let Handed { state, load } = self.handed.take()?;
        self.load = load;
        Some(*state.downcast().ok()?)
    }

    /// To be called before a state is loaded. Says whether what was sent before may be unanswered: what is loaded may then be older than that.
    pub(crate) fn begin_load(&mut self) -> bool {
        let Load { number, has_sent } = self.next_load.take().unwrap_or_else(|| self.slot(Slot::begin_load));
        self.load = number;
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

    /// Gives the place up, and hands the turn on with this state if others wait for it.
    pub(crate) fn leave_with<S: Any + Send>(mut self, state: S) {
        let (load, mut state) = (self.load, Some(state));
        self.leave(|| state.take().map(|state| Handed { state: Box::new(state), load }));
    }

    /// Gives the place up, with the turn if it has it, and the state where others wait for it.
    fn leave(&mut self, state: impl FnOnce() -> Option<Handed>) {
        if std::mem::replace(&mut self.has_left, true) {
            return;
        }
        let mut slots = self.turns.lock();
        let Some(slot) = slots.get_mut(&self.key) else { return };
        let handed = if self.holds && slot.is_awaited() { state() } else { None };
        let (next, left_over) = slot.leave(self.ticket, handed);
        let slot = if slot.is_unused() { slots.remove(&self.key) } else { None };
        drop(slots);
        drop((slot, left_over));
        wake(next);
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
        self.leave(|| None);
    }
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("holds", &self.holds).finish_non_exhaustive()
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        wake::wake(waker);
    }
}
