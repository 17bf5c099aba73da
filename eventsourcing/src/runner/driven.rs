//! The views that a runner drives, and the generations of each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{StopReason, StoreErrorKind, ViewError};
use crate::runner::checkpoint::of_other_store;
use crate::runner::folding::Work;
use crate::runner::generations::OfRunner;
use crate::runner::kept::AnyKept;
use crate::runner::progress::{Progress, Reached};
use crate::runner::reading::End;
use crate::runner::status::ViewState;
use crate::stream::{Position, StoreId};
use crate::view::{Batch, Checkpoint, FoldLimits, Generation, Role, position_of};

/// The pauses after failures that may go by: each twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(5));

/// How often it is tried to show one that has more rows set aside than the one that is shown.
const SWAP: Duration = Duration::from_secs(1);

/// A view that a runner drives.
pub(super) struct Driven {
    pub(super) view: Arc<dyn AnyKept>,
    pub(super) works: Vec<Driving>,
    /// After what it was last asked which generations there are has failed.
    pause: Pause,
    is_over: bool,
}

/// A generation that a runner drives.
pub(super) struct Driving {
    pub(super) generation: Generation,
    pub(super) role: Role,
    pub(super) stage: Stage,
    pub(super) work: Box<dyn Work>,
    progress: Arc<Progress>,
    pause: Pause,
    tried_to_swap: Option<Instant>,
}

/// How far a generation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Another runner may have it.
    Unclaimed,
    /// It may have been made of another log.
    Unchecked,
    Behind,
    Live,
    Stopped,
}

/// When to try again.
#[derive(Clone, Copy, Debug)]
struct Pause {
    next: Duration,
    until: Option<Instant>,
}

impl Pause {
    const NONE: Self = Self { next: PAUSES.0, until: None };

    fn begin(&mut self) {
        self.until = Some(Instant::now() + self.next);
        self.next = (self.next * 2).min(PAUSES.1);
    }

    fn is_over(self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }
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

    /// Until when it, or the first of its generations that do, pauses.
    pub(super) fn pauses_until(&self, now: Instant) -> Option<Instant> {
        let works = self.works.iter().filter(|work| work.stage != Stage::Stopped);
        let pauses = works.flat_map(|work| [work.pause.until, work.tried_to_swap.map(|since| since + SWAP)]);
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
        ended.iter().for_each(|progress| progress.end());
        Ok(())
    }

    /// Tells those who wait for it, before and after it has begun with a generation.
    fn tell(&self, tell: impl Fn(&Progress, Arc<StopReason>), reason: StopReason) {
        let reason = Arc::new(reason);
        self.view.generations().all().iter().for_each(|one| tell(&one.progress, Arc::clone(&reason)));
    }
}

impl Driving {
    fn new(generation: Generation, role: Role, work: Box<dyn Work>, view: &'static str) -> Self {
        let progress = Arc::new(Progress::started(view));
        Self { generation, role, stage: Stage::Unclaimed, work, progress, pause: Pause::NONE, tried_to_swap: None }
    }

    fn of_runner(&self) -> OfRunner {
        OfRunner {
            generation: self.generation,
            is_shown: self.role == Role::Shown,
            progress: Arc::clone(&self.progress),
        }
    }

    pub(super) fn position(&self) -> Position {
        position_of(self.work.checkpoint())
    }

    /// Whether it is at this stage, and does not pause.
    pub(super) fn is_at(&self, stage: Stage) -> bool {
        self.stage == stage && self.pause.is_over()
    }

    /// Whether it is to take the place of the one that is shown.
    pub(super) fn may_swap(&self) -> bool {
        self.role == Role::Built { is_held: false }
            && self.is_at(Stage::Live)
            && self.tried_to_swap.is_none_or(|since| since.elapsed() >= SWAP)
    }

    /// Takes note that this was tried.
    pub(super) fn tried_to_swap(&mut self) {
        self.tried_to_swap = Some(Instant::now());
    }

    /// Becomes the one that brings it up to date with the events of this store, if no other is.
    pub(super) fn claim(&mut self, store: StoreId) {
        match self.work.claim() {
            Ok(true) => (self.stage, self.pause) = (Stage::Unchecked, Pause::NONE),
            Ok(false) => match self.work.look() {
                Ok(checkpoint) => match checkpoint.and_then(|read| of_other_store(read, store)) {
                    Some(reason) => self.fail(reason),
                    None => self.progress.stand_by(position_of(checkpoint)),
                },
                Err(error) => self.fail(error.into()),
            },
            Err(reason) => self.fail(reason),
        }
    }

    /// Whether the runner of another process brings it up to date.
    pub(super) fn stands_by(&self) -> bool {
        self.stage == Stage::Unclaimed && matches!(self.progress.seen().state, ViewState::Standby)
    }

    /// Takes note that the log is another one than it was.
    pub(super) fn recheck(&mut self) {
        self.stage = Stage::Unchecked;
        self.pause.begin();
    }

    /// Goes on, after its checkpoint was found to be one of this log.
    pub(super) fn checked(&mut self) {
        self.stage = Stage::Behind;
        let (position, parked) = (self.position(), self.work.parked());
        self.progress.reach(Reached { position, events: 0, parked, recorded_at: None });
    }

    pub(super) fn apply(&mut self, batch: &Batch, to: Checkpoint, end: End) {
        if self.position() < to.position {
            match self.work.apply(batch, to) {
                Ok(()) => {
                    self.pause = Pause::NONE;
                    let (events, parked) = (batch.entries().len(), self.work.parked());
                    let (position, recorded_at) = (to.position, end.recorded_at);
                    self.progress.reach(Reached { position, events, parked, recorded_at });
                }
                Err(reason) => return self.fail(reason),
            }
        }
        self.arrive(end);
    }

    /// Takes note of where the log was read to.
    pub(super) fn arrive(&mut self, end: End) {
        if !end.more && self.position() >= end.position {
            (self.stage, self.pause) = (Stage::Live, Pause::NONE);
            self.progress.live();
        }
    }

    pub(super) fn beat(&mut self) {
        if matches!(self.stage, Stage::Behind | Stage::Live)
            && let Err(error) = self.work.beat()
        {
            self.fail(error.into());
        }
    }

    /// Takes note of what was done on request.
    pub(super) fn served(&self) {
        self.progress.parked(self.work.parked());
    }

    /// Tries again later, waits for the runner that has it now, or stops.
    pub(super) fn fail(&mut self, reason: StopReason) {
        if let StopReason::View(ViewError::Fenced { .. }) = reason {
            self.stage = Stage::Unclaimed;
            self.progress.stand_by(Position::default());
        } else if matches!(&reason, StopReason::View(error) if may_go_by(error)) {
            self.pause.begin();
            self.stage = if self.stage == Stage::Live { Stage::Behind } else { self.stage };
            self.progress.retry(Arc::new(reason));
        } else {
            self.stage = Stage::Stopped;
            self.progress.stop(Arc::new(reason));
        }
    }
}

/// Whether trying again may help: what keeps the rows has failed, and not what is made of the events.
fn may_go_by(error: &ViewError) -> bool {
    match error {
        // A file that is damaged or not ours stays so.
        ViewError::Rows(error) => !matches!(error.kind(), StoreErrorKind::Corrupt | StoreErrorKind::Unsupported),
        ViewError::Log(_) | ViewError::Store(_) => true,
        _ => false,
    }
}
