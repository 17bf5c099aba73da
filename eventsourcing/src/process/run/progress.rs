//! What the runner of a process shows of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::error::ProcessStop;
use crate::process::parking::Parking;
use crate::signal::Counter;
use crate::stream::Position;

/// A process as it is at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessStatus {
    /// The stored name of the process.
    pub process: &'static str,
    /// What it does.
    pub state: ProcessState,
    /// The position after which it began when it was first run: 0, unless [`process_starting`](crate::Views::process_starting) said otherwise, and as
    /// long as no runner has begun.
    pub start: Position,
    /// The position up to which it has reacted to all events.
    pub checkpoint: Position,
    /// The end of the log, when it was last looked at.
    pub head: Position,
    /// How many instances react at this moment.
    pub in_flight: usize,
    /// How many instances are parked.
    pub parked: usize,
    /// How many timers are set.
    pub timers: usize,
    /// When the first of them is due.
    pub next_due: Option<SystemTime>,
}

/// What a process does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProcessState {
    /// It reads what was stored before.
    CatchingUp,
    /// It has read all that was stored, and waits for more.
    Live,
    /// The runner of another process of the system has it; this one takes its place when that ends.
    Standby,
    /// The store has failed, or what keeps the checkpoint; it is tried again.
    #[non_exhaustive]
    Retrying {
        /// Since when.
        since: SystemTime,
        /// What failed.
        why: Arc<ProcessStop>,
    },
    /// It does not go on until a runner is started again.
    #[non_exhaustive]
    Stopped {
        /// Why.
        why: Arc<ProcessStop>,
    },
}

/// What the runner and those who ask share.
#[derive(Debug)]
pub(crate) struct Progress {
    seen: Mutex<Seen>,
    changes: Counter,
    pub(super) parking: Arc<Parking>,
}

/// What is shown.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) state: ProcessState,
    /// After which position it began.
    pub(crate) start: Position,
    pub(crate) done: Position,
    /// Up to where the log was read, with the journals.
    pub(crate) reached: Position,
    /// The last position that a reaction has stored.
    pub(crate) stored: Position,
    pub(crate) head: Position,
    pub(crate) in_flight: usize,
    pub(crate) timers: usize,
    /// When the first timer is due, or was if it is being fired.
    pub(crate) first_due: Option<SystemTime>,
    pub(crate) parked: usize,
    /// Whether all journals were read, so that it is known what is parked.
    pub(crate) has_begun: bool,
}

impl Seen {
    /// Nothing is known of what another runner has in flight, and of its timers.
    pub(super) fn stand_by(&mut self) {
        (self.state, self.has_begun) = (ProcessState::Standby, false);
        self.stored = Position::default();
        (self.in_flight, self.timers, self.first_due, self.parked) = (0, 0, None, 0);
    }

    /// Whether all timers are known that this runner is to fire: none while it stands by, and all once the journals were read.
    const fn knows_timers(&self) -> bool {
        self.has_begun || matches!(self.state, ProcessState::Standby)
    }
}

impl Default for Progress {
    fn default() -> Self {
        let seen = Seen {
            state: ProcessState::Stopped { why: Arc::new(ProcessStop::NotRunning) },
            start: Position::default(),
            done: Position::default(),
            reached: Position::default(),
            stored: Position::default(),
            head: Position::default(),
            in_flight: 0,
            timers: 0,
            first_due: None,
            parked: 0,
            has_begun: false,
        };
        Self { seen: Mutex::new(seen), changes: Counter::default(), parking: Arc::default() }
    }
}

impl Progress {
    pub(crate) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.lock());
        self.changes.increment();
    }

    /// Shows what has failed and is tried again.
    pub(super) fn note_failure(&self, why: ProcessStop) {
        self.change(|seen| {
            let since = if let ProcessState::Retrying { since, .. } = seen.state { since } else { SystemTime::now() };
            seen.state = ProcessState::Retrying { since, why: Arc::new(why) };
        });
    }

    /// Shows that what had failed works again.
    pub(super) fn note_recovery(&self) {
        self.change(|seen| {
            if matches!(seen.state, ProcessState::Retrying { .. }) {
                seen.state = ProcessState::CatchingUp;
            }
        });
    }

    /// Shows that the checkpoint is kept again.
    pub(super) fn note_kept(&self) {
        let is_kept_again = |state: &ProcessState| matches!(state, ProcessState::Retrying { why, .. } if matches!(**why, ProcessStop::Checkpoint(_)));
        if is_kept_again(&self.lock().state) {
            self.note_recovery();
        }
    }

    /// Before a runner has begun, so that who waits from now on waits for it.
    pub(crate) fn restart(&self) {
        self.change(|seen| {
            seen.stand_by();
            (seen.done, seen.reached) = <(Position, Position)>::default();
        });
    }

    pub(super) fn stop(&self, why: ProcessStop) {
        self.change(|seen| {
            if !matches!(seen.state, ProcessState::Stopped { .. }) {
                seen.state = ProcessState::Stopped { why: Arc::new(why) };
            }
            (seen.in_flight, seen.has_begun) = (0, false);
        });
    }

    /// Waits until all events up to a position are reacted to, and all timers that are due at a time, unless another runner has them; and until what
    /// these reactions have stored is shown.
    pub(crate) async fn wait_for(&self, position: Position, time: SystemTime) -> Result<(), Arc<ProcessStop>> {
        let is_shown = |stored: Position| move |seen: &Seen| seen.reached >= stored.min(seen.stored);
        let stored = self.wait_until(|seen| seen.done >= position).await?.stored;
        self.wait_until(is_shown(stored)).await?;
        let is_fired = |seen: &Seen| seen.knows_timers() && seen.first_due.is_none_or(|due| due > time);
        let stored = self.wait_until(is_fired).await?.stored;
        self.wait_until(is_shown(stored)).await.map(drop)
    }

    /// Waits until it has nothing to do: all events up to a position are reacted to, the timers that are due at a time have fired unless another runner
    /// has them, and no reaction runs.
    pub(crate) async fn wait_for_rest(&self, position: Position, time: SystemTime) -> Result<Seen, Arc<ProcessStop>> {
        let is_fired = |seen: &Seen| seen.knows_timers() && seen.first_due.is_none_or(|due| due > time);
        self.wait_until(|seen| seen.done >= position && is_fired(seen) && seen.in_flight == 0).await
    }

    /// Waits until what is parked is listed by all journals up to a position: by a runner that has read them, or by those who ask where there is none.
    pub(super) async fn wait_listed(&self, position: Position) {
        drop(self.wait_until(|seen| seen.reached >= position || !seen.has_begun).await);
    }

    async fn wait_until(&self, is_so: impl Fn(&Seen) -> bool) -> Result<Seen, Arc<ProcessStop>> {
        loop {
            // Before it is looked at: what changes meanwhile is not missed.
            let changes = self.changes.count();
            let seen = self.seen();
            if let ProcessState::Stopped { why } = seen.state {
                return Err(why);
            }
            if is_so(&seen) {
                return Ok(seen);
            }
            self.changes.wait_past(changes).await;
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
