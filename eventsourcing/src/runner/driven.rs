//! A view that a runner drives: which of its generations are kept up to date.

use std::sync::Arc;
use std::time::Instant;

use crate::error::{StopReason, ViewError};
use crate::runner::driving::{Bound, Driving, Stage};
use crate::runner::kept::AnyKept;
use crate::runner::pause::{Pause, may_go_by};
use crate::runner::progress::Progress;
use crate::stream::Position;
use crate::view::{Batch, FoldLimits, Role};

/// A view that a runner drives.
pub(super) struct Driven {
    pub(super) view: Arc<dyn AnyKept>,
    pub(super) works: Vec<Driving>,
    /// After what it was last asked which generations there are has failed.
    pause: Pause,
    is_over: bool,
}

impl Driven {
    pub(super) const fn new(view: Arc<dyn AnyKept>) -> Self {
        Self { view, works: Vec::new(), pause: Pause::NONE, is_over: false }
    }

    /// Whether nothing is left to do for it.
    pub(super) fn is_over(&self) -> bool {
        self.is_over || !self.works.is_empty() && self.works.iter().all(|work| work.stage == Stage::Stopped)
    }

    /// Looks which generations are to be kept up to date, begins with those that are new, and ends with those that are no longer.
    /// False if that is to be tried again.
    pub(super) fn look(&mut self, batch: &mut Batch, limits: FoldLimits) -> bool {
        if self.is_over {
            return true;
        }
        if !self.pause.is_over() {
            return false;
        }
        match self.try_look(batch, limits) {
            Ok(()) => self.pause = Pause::NONE,
            Err(error) if may_go_by(&error) => {
                self.pause.begin();
                self.tell(Progress::retry, error.into());
                return false;
            }
            Err(error) => self.stop(error.into()),
        }
        true
    }

    /// Has what is built come to where it is compared, or stay where what is shown is if it is held.
    pub(super) fn set_bounds(&mut self, holds_swaps: bool, head: Position) {
        for work in &mut self.works {
            let bound = match (work.role, self.view.goal().get()) {
                (Role::Built { .. }, Some(goal)) => Some(Bound(Some(goal))),
                // Where that cannot be found out, it stays where it is.
                (Role::Built { is_held }, None) if holds_swaps || is_held => {
                    Some(self.view.active_checkpoint().map_or(Bound(None), Bound))
                }
                (Role::Shown | Role::Built { .. }, _) => None,
            };
            work.set_bound(bound, head);
        }
    }

    /// Until when it, or the first of its generations that do, pauses.
    pub(super) fn pauses_until(&self, now: Instant) -> Option<Instant> {
        let works = self.works.iter().filter(|work| work.stage != Stage::Stopped);
        let pauses = works.flat_map(|work| [work.pause.until, work.swaps_at()]);
        pauses.chain([self.pause.until]).flatten().filter(|until| *until > now).min()
    }

    /// Ends it, for a reason of its own.
    pub(super) fn stop(&mut self, reason: StopReason) {
        self.is_over = true;
        self.works.iter_mut().for_each(|work| work.stage = Stage::Stopped);
        self.tell(Progress::stop, reason);
    }

    fn try_look(&mut self, batch: &mut Batch, limits: FoldLimits) -> Result<(), ViewError> {
        let to_keep = self.view.to_keep()?;
        let role = |generation| to_keep.iter().find(|(kept, _)| *kept == generation).map(|(_, role)| *role);
        let before: Vec<_> = self.works.iter().map(|work| (work.generation, work.role)).collect();
        if before == to_keep {
            return Ok(());
        }
        let mut begun = Vec::new();
        for &(generation, role) in &to_keep {
            if self.works.iter().all(|work| work.generation != generation) {
                begun.push(Driving::new(
                    generation,
                    role,
                    self.view.begin(generation, batch, limits)?,
                    self.view.name(),
                ));
            }
        }
        let mut ended = Vec::new();
        self.works.retain_mut(|work| {
            let kept = role(work.generation);
            match kept {
                Some(role) => work.role = role,
                None => ended.push(Arc::clone(&work.progress)),
            }
            kept.is_some()
        });
        self.works.extend(begun);
        self.works.sort_by_key(|work| to_keep.iter().position(|(kept, _)| *kept == work.generation));
        self.view.generations().set(self.works.iter().map(Driving::of_runner).collect());
        // After that: who waits for one that has ended finds the others.
        for progress in ended {
            progress.end();
        }
        Ok(())
    }

    /// Tells those who wait for it, before and after it has begun with a generation.
    fn tell(&self, tell: impl Fn(&Progress, Arc<StopReason>), reason: StopReason) {
        let reason = Arc::new(reason);
        self.view.generations().all().iter().for_each(|one| tell(&one.progress, Arc::clone(&reason)));
    }
}
