//! A view in SQL of a set.

use std::any::{Any, TypeId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::ViewError;
use crate::runner::folding::{Folding, Work};
use crate::runner::generations::Generations;
use crate::runner::goal::Goal;
use crate::runner::kept::AnyKept;
use crate::runner::requests::Requests;
use crate::runner::sql::build::SqlBuild;
use crate::view::sqlite::SqlHome;
use crate::view::{Batch, Checkpoint, FoldLimits, Generation, LaneKind, Role, SqlKey, SqlProjection};

/// A view in SQL, and where its tables are; nowhere if the set is in memory.
pub(in crate::runner) struct KeptSql<P> {
    home: Option<SqlHome<P>>,
    requests: Arc<Requests<SqlKey>>,
    generations: Generations,
    goal: Goal,
    stops_on_failure: AtomicBool,
}

impl<P: SqlProjection> KeptSql<P> {
    pub(in crate::runner) fn new(home: Option<SqlHome<P>>) -> Self {
        Self {
            home,
            requests: Arc::default(),
            generations: Generations::stopped(P::NAME),
            goal: Goal::default(),
            stops_on_failure: AtomicBool::new(false),
        }
    }

    pub(in crate::runner) fn home(&self) -> Result<&SqlHome<P>, ViewError> {
        self.home.as_ref().ok_or(ViewError::NoSql { view: P::NAME })
    }

    pub(in crate::runner) const fn requests(&self) -> &Arc<Requests<SqlKey>> {
        &self.requests
    }
}

impl<P: SqlProjection> AnyKept for KeptSql<P> {
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
        self.home()?.generations()
    }

    fn begin(&self, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError> {
        let limits = if self.stops_on_failure.load(Ordering::Relaxed) { FoldLimits { parked: 0 } } else { limits };
        let build = SqlBuild::<P>::new(self.home()?.table(generation)?, batch, limits)?;
        Ok(Box::new(Folding::new(build, Arc::clone(&self.requests))))
    }

    fn swap(&self, to: Generation) -> Result<bool, ViewError> {
        self.home()?.swap(to, false)
    }

    fn stop_on_failure(&self) {
        self.stops_on_failure.store(true, Ordering::Relaxed);
    }

    fn goal(&self) -> &Goal {
        &self.goal
    }

    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.home()?.active_checkpoint()
    }

    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.home()?.shown_checkpoint()
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
