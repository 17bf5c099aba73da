//! Reading a batch for some of the views that a runner drives, and having them apply it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::Drive;
use crate::error::{ReadError, StopReason, ViewError};
use crate::runner::checkpoint;
use crate::runner::driven::Driven;
use crate::runner::driving::{Driving, Stage};
use crate::runner::kinds::ToRead;
use crate::stream::Position;
use crate::view::{Checkpoint, LaneKind};

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
    fn has(self, work: &Driving) -> bool {
        let is_new = work.pause.until.is_some_and(|until| until > self.moment);
        !is_new && work.may_go_on(self.stage) && work.position() >= self.after.position
    }
}

impl Drive<'_> {
    /// Those that are behind: the ones that are nearest to the end of the log, and the ones that have more than twice as far to go.
    pub(super) fn behind(&mut self) -> [Option<Readers>; 2] {
        let head = self.head;
        let left = |position: Position| head.get().saturating_sub(position.get());
        let behind = self.works_mut().filter(|work| work.may_go_on(Stage::Behind));
        let Some(least) = behind.map(|work| left(work.position())).min() else { return [None; 2] };
        let is_near = |position| left(position) <= least.saturating_mul(2);
        [self.readers(Stage::Behind, is_near), self.readers(Stage::Behind, |position| !is_near(position))]
    }

    /// Those at a stage, and at such a position: they are read for from the first of these positions on.
    pub(super) fn readers(&mut self, stage: Stage, is_at: impl Fn(Position) -> bool) -> Option<Readers> {
        let beginning = Checkpoint::beginning(self.store.id());
        let works = self.works_mut().filter(|work| work.may_go_on(stage) && is_at(work.position()));
        let first = works.min_by_key(|work| work.position())?;
        let after = first.work.checkpoint().unwrap_or(beginning);
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
        let has_live = self.works_mut().any(|work| work.stage == Stage::Live);
        let kinds = self.kinds_for(readers);
        let size = if has_live { &mut self.small } else { &mut self.large };
        let to_read = ToRead { store: self.store, batch: &mut self.batch, size, from: readers.after };
        let end = if readers.stage == Stage::Behind {
            self.kinds.read_behind(to_read, &kinds).await?
        } else {
            self.kinds.read(to_read).await?
        };
        self.head = if end.more { self.head.max(end.position) } else { end.position };
        self.shown_head.fetch_max(end.position.get(), Ordering::Relaxed);
        let has_read = end.position > readers.after.position;
        let to_end = if has_read { Some(checkpoint::at(self.store, end).await?) } else { None };
        let works = self.views.iter_mut().flat_map(|view| &mut view.works);
        for work in works.filter(|work| readers.has(work)) {
            if let Some(to_end) = to_end {
                let to = match work.stops_before(end.position) {
                    Some(bound) => Checkpoint::at(self.store, bound).await?,
                    None => to_end,
                };
                if let Err(reason) = work.apply(&self.batch, to, end) {
                    // What precedes the event that stops it is kept.
                    if let StopReason::Failed { position, .. } = reason {
                        let before = Checkpoint::at(self.store, position.previous()).await?;
                        work.apply(&self.batch, before, end).ok();
                    }
                    work.fail(reason);
                    continue;
                }
            }
            work.arrive(end);
        }
        Ok(())
    }

    /// Takes note that the log could not be read for those that are farthest behind: others may be past what cannot be read.
    fn fail_reading(&mut self, readers: Readers, error: ReadError) {
        let is_other_log = matches!(error, ReadError::Ahead { .. });
        let error = Arc::new(error);
        let after = readers.after.position;
        for work in self.works_mut().filter(|work| readers.has(work) && work.position() == after) {
            if is_other_log {
                work.recheck();
            } else {
                work.fail(StopReason::from(ViewError::Log(Arc::clone(&error))));
            }
        }
    }

    /// The kinds of events that these handle.
    fn kinds_for(&self, readers: Readers) -> Vec<LaneKind> {
        let has_readers = |view: &&Driven| view.works.iter().any(|work| readers.has(work));
        self.views.iter().filter(has_readers).flat_map(|view| view.view.kinds()).collect()
    }
}
