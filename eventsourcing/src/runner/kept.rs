//! One view of a set, without its type.

use std::any::{Any, TypeId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::ViewError;
use crate::runner::folding::{Folding, Work};
use crate::runner::generations::Generations;
use crate::runner::goal::Goal;
use crate::runner::requests::Requests;
use crate::runner::rows::RowsBuild;
use crate::view::{Batch, Checkpoint, FoldLimits, Generation, Home, LaneKind, Look, Projection, Role};

/// A view of a set, and where its rows are.
pub(super) struct Kept<P: Projection> {
    home: Box<dyn Home<P>>,
    requests: Arc<Requests<P::Key>>,
    generations: Generations,
    goal: Goal,
    stops_on_failure: AtomicBool,
}

/// A view of a set.
pub(super) trait AnyKept: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn row_type(&self) -> TypeId;
    /// What it handles of which kinds of aggregates.
    fn kinds(&self) -> Vec<LaneKind>;
    /// What its runner keeps up to date.
    fn generations(&self) -> &Generations;
    /// What a runner is to keep up to date.
    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError>;
    /// Begins to bring a generation up to date, with batches that this one is the first of.
    fn begin(&self, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError>;
    /// Shows a generation that was built, unless it has more rows set aside than the one that is shown.
    fn swap(&self, to: Generation) -> Result<bool, ViewError>;
    /// Has it stop at the first delivery that fails.
    fn stop_on_failure(&self);
    /// Where what is built is to come to, while others compare it.
    fn goal(&self) -> &Goal;
    /// Where the active generation stands, whatever code has made it.
    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;
    /// Where the rows stand that are read, also of a generation that another process has swapped in.
    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError>;
    /// Answers all requests with an error.
    fn refuse_requests(&self, error: &ViewError);
    /// Takes note that its runner has ended, unless it has stopped before for a reason of its own.
    fn end(&self);
    fn as_any(&self) -> &dyn Any;
}

impl<P: Projection> Kept<P> {
    pub(super) fn new(home: Box<dyn Home<P>>) -> Self {
        Self {
            home,
            requests: Arc::default(),
            generations: Generations::stopped(P::NAME),
            goal: Goal::default(),
            stops_on_failure: AtomicBool::new(false),
        }
    }

    pub(super) fn home(&self) -> &dyn Home<P> {
        &*self.home
    }

    pub(super) const fn requests(&self) -> &Arc<Requests<P::Key>> {
        &self.requests
    }
}

impl<P: Projection> AnyKept for Kept<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn version(&self) -> u32 {
        P::VERSION
    }

    fn row_type(&self) -> TypeId {
        TypeId::of::<P>()
    }

    fn kinds(&self) -> Vec<LaneKind> {
        P::SOURCES.iter().map(|source| source.kind).collect()
    }

    fn generations(&self) -> &Generations {
        &self.generations
    }

    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError> {
        self.home.generations()
    }

    fn begin(&self, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError> {
        let limits = if self.stops_on_failure.load(Ordering::Relaxed) { FoldLimits { parked: 0 } } else { limits };
        let build = RowsBuild::new(self.home.table(generation)?, batch, limits);
        Ok(Box::new(Folding::new(build, Arc::clone(&self.requests))))
    }

    fn swap(&self, to: Generation) -> Result<bool, ViewError> {
        self.home.swap(to, false)
    }

    fn stop_on_failure(&self) {
        self.stops_on_failure.store(true, Ordering::Relaxed);
    }

    fn goal(&self) -> &Goal {
        &self.goal
    }

    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.home.active_checkpoint()
    }

    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.home.shown(Look::Now)?.checkpoint()
    }

    fn refuse_requests(&self, error: &ViewError) {
        self.requests.refuse(error);
    }

    fn end(&self) {
        self.generations.end();
        self.requests.clear();
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
