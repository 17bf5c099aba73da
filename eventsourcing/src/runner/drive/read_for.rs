//! Reading a batch for some of the views that a runner drives, and having them apply it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::Runner;
use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::checkpoint;
use crate::runner::generation_run::{GenerationRun, Stage};
use crate::runner::kinds::ToRead;
use crate::runner::view_run::ViewRun;
use crate::stream::Position;
use crate::view::{Checkpoint, SourceKind};

/// Those that a batch is read for: at a stage, and not before the checkpoint that it begins after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readers {
    stage: Stage,
    after: Checkpoint,
    /// When they were found.
    moment: Instant,
}

impl Readers {
    /// A batch has not what one handles whose pause has ended since.
    fn has(self, run: &GenerationRun) -> bool {
        let is_new = run.pause.until.is_some_and(|until| until > self.moment);
        !is_new && run.may_go_on(self.stage) && run.position() >= self.after.position
    }
}

/// The position of the event that has stopped a view, if it is one event.
fn stands_before(reason: &StopReason) -> Option<Position> {
    if let StopReason::Failed { position, .. } = reason {
        return Some(*position);
    }
    if let StopReason::Unreadable(error) = reason { error.unreadable_at() } else { None }
}

impl Runner<'_> {
    /// Those that are behind: the ones that are nearest to the end of the log, and the ones that have more than twice as far to go.
    pub(super) fn behind(&mut self) -> [Option<Readers>; 2] {
        let head = self.head;
        let left = |position: Position| head.get().saturating_sub(position.get());
        let behind = self.runs_mut().filter(|run| run.may_go_on(Stage::Behind));
        let Some(least) = behind.map(|run| left(run.position())).min() else { return [None; 2] };
        let is_near = |position| left(position) <= least.saturating_mul(2);
        [self.readers(Stage::Behind, is_near), self.readers(Stage::Behind, |position| !is_near(position))]
    }

    /// Those at a stage, and at such a position: they are read for from the first of these positions on.
    pub(super) fn readers(&mut self, stage: Stage, is_at: impl Fn(Position) -> bool) -> Option<Readers> {
        let beginning = Checkpoint::beginning(self.store.id());
        let runs = self.runs_mut().filter(|run| run.may_go_on(stage) && is_at(run.position()));
        let first = runs.min_by_key(|run| run.position())?;
        let after = first.writer.checkpoint().unwrap_or(beginning);
        Some(Readers { stage, after, moment: Instant::now() })
    }

    /// Reads a batch for these, and has them apply it.
    pub(super) async fn read_for(&mut self, readers: Option<Readers>) {
        let Some(readers) = readers else { return };
        if let Err(error) = self.try_read_for(readers).await {
            self.fail_reading(readers, error);
        }
    }

    async fn try_read_for(&mut self, readers: Readers) -> Result<(), ReadError> {
        let has_live = self.runs_mut().any(|run| run.stage == Stage::Live);
        let kinds = self.kinds_for(readers);
        let size = if has_live { &mut self.small } else { &mut self.large };
        let to_read = ToRead { store: self.store, batch: &mut self.batch, size, from: readers.after };
        let end = if readers.stage == Stage::Behind {
            self.kinds.read_behind(to_read, &kinds).await?
        } else {
            self.kinds.read(to_read).await?
        };
        self.head = if end.more { self.head.max(end.position) } else { end.position };
        self.claim.head().fetch_max(self.head.get(), Ordering::Relaxed);
        let has_read = end.position > readers.after.position;
        let to_end = if has_read { Some(checkpoint::at(self.store, end).await?) } else { None };
        let runs = self.views.iter_mut().flat_map(|view| &mut view.runs);
        for run in runs.filter(|run| readers.has(run)) {
            if self.stop.is_raised() {
                return Ok(());
            }
            if let Some(to_end) = to_end {
                let to = match run.stops_before(end.position) {
                    Some(bound) => Checkpoint::at(self.store, bound).await?,
                    None => to_end,
                };
                if let Err(reason) = run.apply(&self.batch, to, end) {
                    // What precedes the event that stops it is kept.
                    if let Some(position) = stands_before(&reason) {
                        let before = Checkpoint::at(self.store, position.previous()).await?;
                        run.apply(&self.batch, before, end).ok();
                    }
                    run.fail(reason);
                    continue;
                }
            }
            run.arrive(end);
        }
        Ok(())
    }

    /// Takes note that the log could not be read for those that are farthest behind: others may be past what cannot be read.
    fn fail_reading(&mut self, readers: Readers, error: ReadError) {
        let is_other_log = matches!(error, ReadError::Ahead { .. });
        let error = Arc::new(error);
        let after = readers.after.position;
        for run in self.runs_mut().filter(|run| readers.has(run) && run.position() == after) {
            if is_other_log {
                run.recheck();
            } else {
                run.fail(StopReason::from(ViewError::Log(Arc::clone(&error))));
            }
        }
    }

    /// The kinds of events that these handle.
    fn kinds_for(&self, readers: Readers) -> Vec<SourceKind> {
        let has_readers = |view: &&ViewRun| view.runs.iter().any(|run| readers.has(run));
        self.views.iter().filter(has_readers).flat_map(|view| view.view.kinds()).collect()
    }
}
