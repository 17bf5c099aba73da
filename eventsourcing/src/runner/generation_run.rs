//! A generation that a runner drives: its stages, and what it does when it fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{StopReason, ViewError};
use crate::runner::checkpoint::of_other_store;
use crate::runner::generation_writer::GenerationWriter;
use crate::runner::generations::GenerationProgress;
use crate::runner::pause::{Pause, is_transient};
use crate::runner::progress::{Progress, Reached};
use crate::runner::reading::End;
use crate::runner::status::ViewState;
use crate::store::EventStore;
use crate::stream::{Position, StoreId};
use crate::view::{Batch, Checkpoint, Generation, Role, position_of};

/// How often it is tried to show one that has more rows parked than the one that is shown.
const SWAP: Duration = Duration::from_secs(1);

/// A generation that a runner drives.
pub(super) struct GenerationRun {
    pub(super) generation: Generation,
    pub(super) role: Role,
    pub(super) stage: Stage,
    pub(super) writer: Box<dyn GenerationWriter>,
    /// Where it is to come to, and not beyond; of one that is built.
    bound: Option<Position>,
    pub(super) progress: Arc<Progress>,
    pub(super) pause: Pause,
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

impl GenerationRun {
    pub(super) fn new(
        generation: Generation,
        role: Role,
        writer: Box<dyn GenerationWriter>,
        view: &'static str,
    ) -> Self {
        let progress = Arc::new(Progress::started(view));
        Self {
            generation,
            role,
            stage: Stage::Unclaimed,
            writer,
            bound: None,
            progress,
            pause: Pause::NONE,
            tried_to_swap: None,
        }
    }

    pub(super) fn shared_progress(&self) -> GenerationProgress {
        GenerationProgress {
            generation: self.generation,
            is_shown: self.role == Role::Shown,
            progress: Arc::clone(&self.progress),
        }
    }

    pub(super) fn position(&self) -> Position {
        position_of(self.writer.checkpoint())
    }

    /// Whether it is at this stage, and does not pause.
    pub(super) fn is_at(&self, stage: Stage) -> bool {
        self.stage == stage && self.pause.is_over()
    }

    /// Has it come to a bound and not beyond; the log ends at `head`, or after it.
    pub(super) fn set_bound(&mut self, bound: Option<Position>, head: Position) {
        self.bound = bound;
        if self.stage == Stage::Live && self.position() < head && self.may_go_on(Stage::Live) {
            self.stage = Stage::Behind;
        }
        // What it is kept from is not read for it, so that it would not arrive.
        if self.is_at(Stage::Behind) && !self.may_go_on(Stage::Behind) {
            self.stage = Stage::Live;
            self.progress.live();
        }
    }

    /// Whether it is at this stage, and has more to read than it is kept from.
    pub(super) fn may_go_on(&self, stage: Stage) -> bool {
        self.is_at(stage) && self.bound.is_none_or(|bound| bound > self.position())
    }

    /// Whether it is to take the place of the one that is shown.
    pub(super) fn may_swap(&self) -> bool {
        self.role == Role::Built { is_held: false }
            && self.is_at(Stage::Live)
            && self.tried_to_swap.is_none_or(|since| since.elapsed() >= SWAP)
    }

    /// Takes note that this was tried, and has come to this.
    pub(super) fn tried_to_swap(&mut self, is_swapped: bool) {
        self.tried_to_swap = Some(Instant::now());
        if !is_swapped {
            self.progress.withhold();
        }
    }

    /// Takes note that it is up to date and not to be shown, if it is held or all are, whichever runner has it.
    pub(super) fn withhold(&self, holds_swaps: bool) {
        let is_held = matches!(self.role, Role::Built { is_held } if is_held || holds_swaps);
        let is_by_other = self.stands_by() && self.bound.is_some_and(|bound| bound <= self.progress.reached());
        if is_held && (self.stage == Stage::Live || is_by_other) {
            self.progress.withhold();
        }
    }

    /// When that is to be tried again.
    pub(super) fn swaps_at(&self) -> Option<Instant> {
        self.tried_to_swap.map(|since| since + SWAP)
    }

    /// Becomes the one that brings it up to date with the events of this store, if no other is.
    pub(super) fn claim(&mut self, store: StoreId) {
        match self.writer.claim() {
            Ok(true) => (self.stage, self.pause) = (Stage::Unchecked, Pause::NONE),
            Ok(false) => match self.writer.stored_checkpoint() {
                Ok(checkpoint) => match checkpoint.and_then(|read| of_other_store(read, store)) {
                    Some(reason) => self.fail(reason),
                    None => self.progress.stand_by(position_of(checkpoint)),
                },
                Err(error) => self.fail(StopReason::from(error)),
            },
            Err(reason) => self.fail(reason),
        }
    }

    /// Whether the runner of another process brings it up to date.
    pub(super) fn stands_by(&self) -> bool {
        self.stage == Stage::Unclaimed && matches!(self.progress.report().state, ViewState::Standby)
    }

    /// Takes note that the log is another one than it was.
    pub(super) fn recheck(&mut self) {
        self.stage = Stage::Unchecked;
        self.pause.begin();
    }

    /// Goes on, after its checkpoint was found to be one of this log.
    pub(super) fn checked(&mut self) {
        self.stage = Stage::Behind;
        let (position, parked) = (self.position(), self.writer.parked());
        self.progress.reach(Reached { position, events: 0, parked, recorded_at: None });
    }

    /// Where it is to stop before this position, if it is.
    pub(super) fn stops_before(&self, position: Position) -> Option<Position> {
        self.bound.filter(|bound| *bound < position)
    }

    /// Has it apply a batch up to a checkpoint, unless it is past that.
    pub(super) fn apply(&mut self, batch: &Batch, to: Checkpoint, end: End) -> Result<(), StopReason> {
        if self.position() < to.position {
            self.writer.apply(batch, to)?;
            self.pause = Pause::NONE;
            let (events, parked) = (batch.entries().len(), self.writer.parked());
            let (position, recorded_at) = (to.position, end.recorded_at);
            self.progress.reach(Reached { position, events, parked, recorded_at });
        }
        Ok(())
    }

    /// Takes note of where the log was read to.
    pub(super) fn arrive(&mut self, end: End) {
        if !end.more && self.position() >= end.position || !self.may_go_on(self.stage) {
            (self.stage, self.pause) = (Stage::Live, Pause::NONE);
            self.progress.live();
        }
    }

    pub(super) fn beat(&mut self) {
        if matches!(self.stage, Stage::Behind | Stage::Live)
            && let Err(error) = self.writer.beat()
        {
            self.fail(StopReason::from(error));
        }
    }

    /// Does a part of what was asked for; says whether there is more to do.
    pub(super) async fn serve(&mut self, store: &dyn EventStore) -> bool {
        match self.writer.serve(store, &self.progress).await {
            Ok(is_more) => is_more,
            Err(reason) => {
                self.fail(reason);
                false
            }
        }
    }

    /// Tries again later, waits for the runner that has it now, or stops.
    pub(super) fn fail(&mut self, reason: impl Into<Arc<StopReason>>) {
        let reason = reason.into();
        if let StopReason::View(ViewError::Fenced { .. }) = *reason {
            self.stage = Stage::Unclaimed;
            self.progress.stand_by(Position::default());
        } else if matches!(&*reason, StopReason::View(error) if is_transient(error)) {
            self.pause.begin();
            self.stage = if self.stage == Stage::Live { Stage::Behind } else { self.stage };
            self.progress.retry(reason);
        } else {
            self.stage = Stage::Stopped;
            self.progress.stop(reason);
        }
    }
}
