//! One view of a set, without its type.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::ViewError;
use crate::runner::folding::{Folding, Work};
use crate::runner::progress::Progress;
use crate::runner::requests::Requests;
use crate::stream::Position;
use crate::view::{Batch, FoldLimits, MemoryRows, MemoryTable, Projection, position_of};

/// A view whose rows are in memory.
pub(super) struct Kept<P: Projection> {
    rows: Arc<MemoryRows<P>>,
    requests: Arc<Requests<P::Key>>,
    /// That of the runner at hand, or of the last one.
    progress: Mutex<Arc<Progress>>,
}

/// A view of a set.
pub(super) trait AnyKept: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn row_type(&self) -> TypeId;
    fn progress(&self) -> Arc<Progress>;
    /// Makes a progress for a runner that begins: what was reached before counts again once it is found to be of the same log.
    fn restart(&self);
    /// The position up to which its rows are made.
    fn checkpoint(&self) -> Position;
    /// Takes note that its runner has ended, unless it has stopped before for a reason of its own.
    fn end(&self);
    fn parked(&self) -> usize;
    /// Begins to bring it up to date, with batches that this one is the first of.
    fn begin(&self, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError>;
    fn as_any(&self) -> &dyn Any;
}

impl<P: Projection> Kept<P> {
    pub(super) fn new() -> Self {
        Self {
            rows: Arc::default(),
            requests: Arc::default(),
            progress: Mutex::new(Arc::new(Progress::stopped(P::NAME))),
        }
    }

    pub(super) const fn rows(&self) -> &Arc<MemoryRows<P>> {
        &self.rows
    }

    pub(super) const fn requests(&self) -> &Arc<Requests<P::Key>> {
        &self.requests
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Arc<Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.lock())
    }

    fn restart(&self) {
        *self.lock() = Arc::new(Progress::started(P::NAME));
    }

    fn checkpoint(&self) -> Position {
        position_of(self.rows.checkpoint())
    }

    fn parked(&self) -> usize {
        self.rows.parked_len()
    }

    fn begin(&self, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError> {
        let table = MemoryTable::new(Arc::clone(&self.rows));
        Ok(Box::new(Folding::<P, _>::open(table, Arc::clone(&self.requests), batch, limits)?))
    }

    fn end(&self) {
        self.progress().end();
        self.requests.clear();
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
