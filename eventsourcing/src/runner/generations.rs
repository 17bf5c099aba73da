//! The generations of a view that its runner keeps up to date, for those who wait for the view.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{StopReason, ViewError};
use crate::runner::progress::Progress;
use crate::runner::status::ViewStatus;
use crate::signal::Counter;
use crate::store::{First, select};
use crate::stream::Position;
use crate::view::Generation;

/// The generations of a view that a runner keeps up to date.
#[derive(Debug)]
pub(super) struct Generations {
    view: &'static str,
    in_progress: Mutex<Vec<GenerationProgress>>,
    /// How often they have changed.
    changes: Counter,
    /// Whether the runner looks no longer which there are.
    is_over: AtomicBool,
}

/// A generation that a runner keeps up to date.
#[derive(Clone, Debug)]
pub(super) struct GenerationProgress {
    pub(super) generation: Generation,
    pub(super) is_shown: bool,
    pub(super) progress: Arc<Progress>,
}

impl Generations {
    /// Those of a view which no runner has.
    pub(super) fn stopped(view: &'static str) -> Self {
        let in_progress = Mutex::new(vec![unnoticed(Progress::stopped(view))]);
        Self { view, in_progress, changes: Counter::default(), is_over: AtomicBool::new(false) }
    }

    /// Takes note that a runner begins, which does not know yet what it keeps up to date.
    pub(super) fn restart(&self) {
        self.set(vec![unnoticed(Progress::started(self.view))]);
    }

    /// Takes note of what the runner keeps up to date.
    pub(super) fn set(&self, in_progress: Vec<GenerationProgress>) {
        *self.lock() = in_progress;
        self.is_over.store(false, Ordering::Release);
        self.changes.increment();
    }

    /// Takes note that the runner notices no others.
    pub(super) fn give_up(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// Whether others are not noticed by the runner.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    pub(super) fn all(&self) -> Vec<GenerationProgress> {
        self.lock().clone()
    }

    /// The one that is shown, or without one that which is to be.
    pub(super) fn current(&self) -> Option<GenerationProgress> {
        let in_progress = self.lock();
        in_progress.iter().find(|one| one.is_shown).or_else(|| in_progress.first()).cloned()
    }

    pub(super) fn end(&self) {
        self.all().iter().for_each(|one| one.progress.end());
    }

    /// Why the view has stopped, if it has.
    pub(super) fn stop_reason(&self) -> Option<Arc<StopReason>> {
        self.current().and_then(|current| current.progress.stop_reason())
    }

    /// Whether a runner keeps up to date what is shown, or shows what it builds as soon as that is up to date.
    pub(super) fn is_going_on(&self) -> bool {
        self.current().is_some_and(|one| one.progress.stop_reason().is_none() && !one.progress.report().is_withheld)
    }

    /// Waits until the rows that are shown are made up to a position.
    pub(super) async fn wait_for(&self, position: Position) -> Result<(), ViewError> {
        loop {
            // Before they are looked at: a change that comes between the two is not missed.
            let changes = self.changes.count();
            let Some(current) = self.current() else { return Ok(()) };
            if let First::One(reached) = select(current.wait_for(position), self.changes.wait_past(changes)).await
                // One that has ended since another has taken its place is waited for no more.
                && (reached.is_ok() || self.changes.count() == changes)
            {
                return reached;
            }
        }
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<GenerationProgress>> {
        self.in_progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GenerationProgress {
    /// Whether it is one that the runner has found, and not what stands for all of them before that.
    pub(super) const fn is_noticed(&self) -> bool {
        self.generation.0 > 0
    }

    /// Waits until its rows are made up to a position. One that is not shown yet is waited for until another is, or it has stopped, or is shown only
    /// by a call.
    async fn wait_for(&self, position: Position) -> Result<(), ViewError> {
        if self.is_shown {
            return self.progress.wait_for(position).await;
        }
        // In a box, which is seldom made: else all who wait would have room for it.
        Box::pin(self.wait_unshown(position)).await
    }

    /// The generation as it is at this moment, of a projection of this version; the log ends at `head`.
    pub(super) fn status(&self, version: u32, head: Position) -> ViewStatus {
        let report = self.progress.report();
        let recorded_at = report.recorded_at.filter(|_| report.checkpoint < head);
        ViewStatus {
            view: self.progress.view(),
            version,
            generation: self.generation.0,
            is_shown: self.is_shown,
            waits_for_swap: report.is_withheld && !self.is_shown,
            state: report.state,
            checkpoint: report.checkpoint,
            // Another runner may have read what this one has not.
            head: head.max(report.checkpoint),
            // A clock that was set back shows no lag.
            lag: recorded_at.and_then(|at| at.elapsed().ok()).unwrap_or_default(),
            parked: report.parked,
            events_per_second: report.events_per_second,
        }
    }

    async fn wait_unshown(&self, position: Position) -> Result<(), ViewError> {
        let withheld = select(self.progress.wait_until_withheld(), self.progress.wait_until_left(position));
        match select(self.progress.wait_for(Position::new(u64::MAX)), withheld).await {
            First::One(stopped) => stopped,
            First::Other(_) => Err(ViewError::NotShown { view: self.progress.view() }),
        }
    }
}

/// What stands for all generations of a view before its runner has found any.
fn unnoticed(progress: Progress) -> GenerationProgress {
    GenerationProgress { generation: Generation(0), is_shown: false, progress: Arc::new(progress) }
}
