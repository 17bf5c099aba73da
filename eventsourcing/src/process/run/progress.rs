//! How far a process is, for those who wait for it and those who ask.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::error::ProcessStop;
use crate::process::parking::Parking;
use crate::process::run::status::ProcessState;
use crate::signal::Counter;
use crate::stream::Position;

/// What the runner and those who ask share.
#[derive(Debug)]
pub(crate) struct Progress {
    report: Mutex<ProcessReport>,
    changes: Counter,
    pub(super) parking: Arc<Parking>,
}

/// What a runner shows of its process.
#[derive(Clone, Debug)]
pub(crate) struct ProcessReport {
    pub(crate) state: ProcessState,
    /// After which position it began.
    pub(crate) start: Position,
    /// Up to where all is reacted to.
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

impl ProcessReport {
    /// Nothing is known of what another runner has in flight, and of its timers.
    pub(super) fn stand_by(&mut self) {
        (self.state, self.has_begun) = (ProcessState::Standby, false);
        self.stored = Position::default();
        (self.in_flight, self.timers, self.first_due, self.parked) = (0, 0, None, 0);
    }

    /// Whether all timers have fired that are due at a time. They are known once the journals were read; one that stands by has none to fire.
    fn has_fired(&self, time: SystemTime) -> bool {
        let knows_timers = self.has_begun || matches!(self.state, ProcessState::Standby);
        knows_timers && self.first_due.is_none_or(|due| due > time)
    }
}

impl Default for Progress {
    fn default() -> Self {
        let report = ProcessReport {
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
        Self { report: Mutex::new(report), changes: Counter::default(), parking: Arc::default() }
    }
}

impl Progress {
    pub(crate) fn report(&self) -> ProcessReport {
        self.lock().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut ProcessReport)) {
        change(&mut self.lock());
        self.changes.increment();
    }

    /// Shows what has failed and is tried again.
    pub(super) fn note_failure(&self, why: ProcessStop) {
        self.change(|report| {
            let since = if let ProcessState::Retrying { since, .. } = report.state { since } else { SystemTime::now() };
            report.state = ProcessState::Retrying { since, why: Arc::new(why) };
        });
    }

    /// Shows that what had failed works again.
    pub(super) fn note_recovery(&self) {
        self.change(|report| {
            if matches!(report.state, ProcessState::Retrying { .. }) {
                report.state = ProcessState::CatchingUp;
            }
        });
    }

    /// Shows that the checkpoint is kept again.
    pub(super) fn note_kept(&self) {
        if let ProcessState::Retrying { why, .. } = self.report().state
            && matches!(*why, ProcessStop::Checkpoint(_))
        {
            self.note_recovery();
        }
    }

    /// Before a runner has begun, so that who waits from now on waits for it.
    pub(crate) fn restart(&self) {
        self.change(|report| {
            report.stand_by();
            (report.done, report.reached) = <(Position, Position)>::default();
        });
    }

    pub(super) fn stop(&self, why: ProcessStop) {
        self.change(|report| {
            if !matches!(report.state, ProcessState::Stopped { .. }) {
                report.state = ProcessState::Stopped { why: Arc::new(why) };
            }
            (report.in_flight, report.has_begun) = (0, false);
        });
    }

    /// Waits until all events up to a position are reacted to, and all timers that are due at a time, unless another runner has them; and until what
    /// these reactions have stored is shown.
    pub(crate) async fn wait_for(&self, position: Position, time: SystemTime) -> Result<(), Arc<ProcessStop>> {
        let is_shown = |stored: Position| move |report: &ProcessReport| report.reached >= stored.min(report.stored);
        let stored = self.wait_until(|report| report.done >= position).await?.stored;
        self.wait_until(is_shown(stored)).await?;
        let stored = self.wait_until(|report| report.has_fired(time)).await?.stored;
        self.wait_until(is_shown(stored)).await.map(drop)
    }

    /// Waits until it has nothing to do: all events up to a position are reacted to, the timers that are due at a time have fired unless another runner
    /// has them, and no reaction runs.
    pub(crate) async fn wait_for_rest(
        &self,
        position: Position,
        time: SystemTime,
    ) -> Result<ProcessReport, Arc<ProcessStop>> {
        self.wait_until(|report| report.done >= position && report.has_fired(time) && report.in_flight == 0).await
    }

    /// Waits until what is parked is listed by all journals up to a position: by a runner that has read them, or by those who ask where there is none.
    pub(super) async fn wait_listed(&self, position: Position) {
        drop(self.wait_until(|report| report.reached >= position || !report.has_begun).await);
    }

    async fn wait_until(&self, is_so: impl Fn(&ProcessReport) -> bool) -> Result<ProcessReport, Arc<ProcessStop>> {
        loop {
            // Before it is looked at: what changes meanwhile is not missed.
            let changes = self.changes.count();
            let report = self.report();
            if let ProcessState::Stopped { why } = report.state {
                return Err(why);
            }
            if is_so(&report) {
                return Ok(report);
            }
            self.changes.wait_past(changes).await;
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, ProcessReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
