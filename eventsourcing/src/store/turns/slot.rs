//! The queue of one stream, and what is handed on in it.

use std::any::Any;
use std::collections::VecDeque;
use std::task::Waker;

/// Under the lock of [`Turns`](super::Turns).
#[derive(Default)]
pub(super) struct Slot {
    /// Who holds the turn.
    holder: Option<u64>,
    /// Those that wait for it, first come first.
    waiting: VecDeque<Waiting>,
    /// How many have a place here, in the queue or not.
    places: usize,
    last_ticket: u64,
    handed: Option<Handed>,
    /// States are counted by the load that they go back to: those of this load, and of earlier ones, rest on what was not stored.
    failed: u64,
    last_load: u64,
    /// Whether something was sent to the store that may be unanswered: what is loaded may be older than what is on its way.
    has_sent: bool,
    /// How often the turn came to another holder.
    moves: u64,
    /// The holder was not heard of for too long when there had been so many moves.
    stuck: Option<u64>,
}

struct Waiting {
    ticket: u64,
    waker: Option<Waker>,
}

/// A state for the next holder of the turn to decide on.
pub(super) struct Handed {
    pub(super) state: Box<dyn Any + Send>,
    /// The load that it goes back to.
    pub(super) load: u64,
}

/// What a holder of the turn finds.
pub(super) enum FoundTurn {
    /// A state that nothing is known against.
    State(Handed),
    /// None: it loads one.
    Nothing {
        load: Load,
        /// One of which the commits before it were not stored; to be dropped outside the lock.
        _outdated: Option<Handed>,
    },
}

/// A load that is to begin.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) number: u64,
    /// Whether what was sent before may be unanswered: what is loaded may then be older than that.
    pub(super) has_sent: bool,
}

/// Where a caller stands.
pub(super) enum Standing {
    Holds(FoundTurn),
    Waits,
    /// The turn is held by a caller that was not heard of for too long.
    Stuck,
}

impl Slot {
    /// Takes a place; and the turn if it is free.
    pub(super) fn enter(&mut self) -> (u64, Option<FoundTurn>) {
        self.places += 1;
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        if self.holder.is_none() {
            self.holder = Some(ticket);
            self.moves += 1;
            return (ticket, Some(self.take()));
        }
        self.waiting.push_back(Waiting { ticket, waker: None });
        (ticket, None)
    }

    /// Leaves a waker where the turn is not the caller's yet; gives the one that was there.
    pub(super) fn poll(&mut self, ticket: u64, waker: Waker) -> (Standing, Option<Waker>) {
        if self.holder == Some(ticket) {
            return (Standing::Holds(self.take()), Some(waker));
        }
        if self.stuck == Some(self.moves) {
            return (Standing::Stuck, Some(waker));
        }
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.ticket == ticket);
        (Standing::Waits, waiting.and_then(|waiting| waiting.waker.replace(waker)))
    }

    /// Whether the turn is where it was at so many moves: its holder is then not waited for any more. Gives the number of moves now.
    pub(super) fn is_stuck_since(&mut self, moves: u64) -> Result<(), u64> {
        if self.moves != moves {
            return Err(self.moves);
        }
        self.stuck = Some(moves);
        Ok(())
    }

    pub(super) const fn moves(&self) -> u64 {
        self.moves
    }

    /// Whether others wait for the turn.
    pub(super) fn is_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Begins to count another load.
    pub(super) const fn begin_load(&mut self) -> Load {
        self.last_load += 1;
        Load { number: self.last_load, has_sent: std::mem::replace(&mut self.has_sent, false) }
    }

    pub(super) const fn sent(&mut self) {
        self.has_sent = true;
    }

    /// Notes that a commit which goes back to this load was not stored: nor is what was decided on it.
    pub(super) fn fail(&mut self, load: u64) {
        self.failed = self.failed.max(load);
    }

    /// Gives the turn to the next, with a state if there is one; gives the waker to call, and the state that was left over.
    pub(super) fn hand_on(&mut self, handed: Option<Handed>) -> (Option<Waker>, Option<Handed>) {
        let before = std::mem::replace(&mut self.handed, handed);
        let next = self.waiting.pop_front();
        self.holder = next.as_ref().map(|next| next.ticket);
        self.moves += 1;
        (next.and_then(|next| next.waker), before)
    }

    /// Gives the place up, and the turn with it, with a state if there is one; gives the waker to call, and what is to be dropped.
    pub(super) fn leave(
        &mut self,
        ticket: u64,
        handed: Option<Handed>,
    ) -> (Option<Waker>, (Option<Waker>, Option<Handed>)) {
        self.places -= 1;
        if self.holder == Some(ticket) {
            // Without one, the state stays: a holder that has taken it has left none, and one that has not leaves it to the next.
            let handed = handed.or_else(|| self.handed.take());
            let (next, before) = self.hand_on(handed);
            return (next, (None, before));
        }
        let waits = self.waiting.iter().position(|waiting| waiting.ticket == ticket);
        let left = waits.and_then(|place| self.waiting.remove(place));
        (None, (left.and_then(|left| left.waker), None))
    }

    pub(super) const fn is_unused(&self) -> bool {
        self.places == 0
    }

    fn take(&mut self) -> FoundTurn {
        match self.handed.take() {
            Some(handed) if handed.load > self.failed => FoundTurn::State(handed),
            outdated => FoundTurn::Nothing { load: self.begin_load(), _outdated: outdated },
        }
    }
}
