//! A view that a runner drives: which of its generations are kept up to date.

use std::sync::Arc;
use std::time::Instant;

use crate::error::{StopReason, ViewError};
use crate::runner::generation_run::{GenerationRun, Stage};
use crate::runner::generations::GenerationProgress;
use crate::runner::pause::{Pause, is_transient};
use crate::runner::progress::Progress;
use crate::runner::registered_view::AnyView;
use crate::stream::Position;
use crate::view::{Batch, FoldLimits, Generation, Role, position_of};

/// A view that a runner drives.
pub(super) struct ViewRun {
    pub(super) view: Arc<dyn AnyView>,
    limits: FoldLimits,
    pub(super) runs: Vec<GenerationRun>,
    broken: Vec<BrokenGeneration>,
    /// After what it was last asked which generations there are has failed.
    pause: Pause,
    is_over: bool,
}

/// A generation that is built and cannot be brought up to date, as its file is damaged: what is shown does not stop for it.
struct BrokenGeneration {
    generation: Generation,
    role: Role,
    progress: Arc<Progress>,
}

impl ViewRun {
    pub(super) const fn new(view: Arc<dyn AnyView>, limits: FoldLimits) -> Self {
        Self { view, limits, runs: Vec::new(), broken: Vec::new(), pause: Pause::NONE, is_over: false }
    }

    /// Whether nothing is left to do for it.
    pub(super) fn is_over(&self) -> bool {
        self.is_over || !self.runs.is_empty() && self.runs.iter().all(|run| run.stage == Stage::Stopped)
    }

    /// Finds out which generations are to be kept up to date, begins with those that are new, and ends with those that are no longer.
    /// False if that is to be tried again.
    pub(super) fn refresh_generations(&mut self, batch: &mut Batch) -> bool {
        if self.is_over {
            return true;
        }
        if !self.pause.is_over() {
            return false;
        }
        match self.try_refresh_generations(batch) {
            Ok(()) => self.pause = Pause::NONE,
            Err(error) if is_transient(&error) => {
                self.pause.begin();
                self.tell(Progress::retry, error.into());
                return false;
            }
            Err(error) => self.stop(error.into()),
        }
        true
    }

    /// Has what is built come to where it is compared, or stay where what is shown is if it is held. What is shown and has stopped holds up nothing.
    pub(super) fn set_bounds(&mut self, holds_swaps: bool, head: Position) {
        let is_stopped = |run: &GenerationRun| run.role == Role::Shown && run.stage == Stage::Stopped;
        let has_stopped = self.runs.iter().any(is_stopped);
        for run in &mut self.runs {
            let bound = match (run.role, self.view.goal().get()) {
                (Role::Built { .. }, Some(goal)) => Some(goal.position),
                (Role::Built { is_held }, None) if (holds_swaps || is_held) && !has_stopped => {
                    // Where that cannot be found out, it stays where it is.
                    Some(self.view.active_checkpoint().map_or(Position::default(), position_of))
                }
                (Role::Shown | Role::Built { .. }, _) => None,
            };
            run.set_bound(bound, head);
        }
    }

    /// Until when it, or the first of its generations that do, pauses: what was over at this moment counts no more.
    pub(super) fn pauses_until(&self, moment: Instant) -> Option<Instant> {
        let runs = self.runs.iter().filter(|run| run.stage != Stage::Stopped);
        let pauses = runs.flat_map(|run| [run.pause.until, run.swaps_at()]);
        pauses.chain([self.pause.until]).flatten().filter(|until| *until > moment).min()
    }

    /// Ends it, for a reason of its own.
    pub(super) fn stop(&mut self, reason: StopReason) {
        self.is_over = true;
        self.view.generations().give_up();
        self.runs.iter_mut().for_each(|run| run.stage = Stage::Stopped);
        self.tell(Progress::stop, reason);
    }

    fn try_refresh_generations(&mut self, batch: &mut Batch) -> Result<(), ViewError> {
        let to_keep = self.view.to_keep()?;
        let role = |generation| to_keep.iter().find(|(kept, _)| *kept == generation).map(|(_, role)| *role);
        let keeps = self.keeps();
        if keeps.len() == to_keep.len() && to_keep.iter().all(|kept| keeps.contains(kept)) {
            return Ok(());
        }
        self.broken.retain(|broken| role(broken.generation) == Some(broken.role));
        let mut begun = Vec::new();
        for &(generation, role) in &to_keep {
            if self.keeps().iter().any(|(kept, _)| *kept == generation) {
                continue;
            }
            match self.view.begin(generation, batch, self.limits) {
                Ok(writer) => begun.push(GenerationRun::new(generation, role, writer, self.view.name())),
                Err(error) if role == Role::Shown || is_transient(&error) => return Err(error),
                Err(error) => self.broken.push(BrokenGeneration::new(generation, role, self.view.name(), error)),
            }
        }
        let mut ended = Vec::new();
        self.runs.retain_mut(|run| {
            let kept = role(run.generation);
            match kept {
                Some(role) => run.role = role,
                None => ended.push(Arc::clone(&run.progress)),
            }
            kept.is_some()
        });
        self.runs.extend(begun);
        self.runs.sort_by_key(|run| to_keep.iter().position(|(kept, _)| *kept == run.generation));
        let progress = self
            .runs
            .iter()
            .map(GenerationRun::shared_progress)
            .chain(self.broken.iter().map(BrokenGeneration::shared_progress));
        self.view.generations().set(progress.collect());
        // After that: who waits for one that has ended finds the others.
        for progress in ended {
            progress.end();
        }
        Ok(())
    }

    /// The generations that it has begun with, and as what.
    fn keeps(&self) -> Vec<(Generation, Role)> {
        let runs = self.runs.iter().map(|run| (run.generation, run.role));
        runs.chain(self.broken.iter().map(|broken| (broken.generation, broken.role))).collect()
    }

    /// Tells those who wait for it, before and after it has begun with a generation.
    fn tell(&self, tell: impl Fn(&Progress, Arc<StopReason>), reason: StopReason) {
        let reason = Arc::new(reason);
        self.view.generations().all().iter().for_each(|one| tell(&one.progress, Arc::clone(&reason)));
    }
}

impl BrokenGeneration {
    fn new(generation: Generation, role: Role, view: &'static str, error: ViewError) -> Self {
        let progress = Arc::new(Progress::started(view));
        progress.stop(Arc::new(error.into()));
        Self { generation, role, progress }
    }

    fn shared_progress(&self) -> GenerationProgress {
        GenerationProgress { generation: self.generation, is_shown: false, progress: Arc::clone(&self.progress) }
    }
}
