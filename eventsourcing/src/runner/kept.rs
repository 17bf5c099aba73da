//! One view of a set, without its type.

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::ViewError;
use crate::runner::folding::{Folding, Work};
use crate::runner::generations::Generations;
use crate::runner::goal::Goal;
use crate::runner::requests::Requests;
use crate::view::{Batch, Checkpoint, Fold, FoldLimits, Generation, Home, Lineage, Projection, Role, Table, ViewFold};

/// A kind of views: of rows, or in SQL.
pub(super) trait ViewKind: Send + Sync + 'static {
    /// The type by which callers name the view.
    type View: 'static;
    type Fold: ViewFold + 'static;
    /// Where its generations are.
    type Home: Send + Sync + ?Sized;

    const VERSION: u32;

    fn lineage(home: &Self::Home) -> &dyn Lineage;

    /// A generation for its writer, and the fold that keeps it up to date.
    fn begin(home: &Self::Home, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Begun<Self::Fold>;
}

/// A fold and its table.
pub(super) type Begun<F> = Result<(F, Box<<F as ViewFold>::Table>), ViewError>;

/// Views of rows.
pub(super) struct OfRows<P>(PhantomData<fn() -> P>);

impl<P: Projection> ViewKind for OfRows<P> {
    type View = P;
    type Fold = Fold<P>;
    type Home = dyn Home<P>;

    const VERSION: u32 = P::VERSION;

    fn lineage(home: &dyn Home<P>) -> &dyn Lineage {
        home.lineage()
    }

    fn begin(home: &dyn Home<P>, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Begun<Fold<P>> {
        let table: Box<dyn Table<P>> = home.table(generation)?;
        Ok((Fold::new(batch, limits), table))
    }
}

/// A view of a set, and where its generations are; nowhere if the set keeps none of its kind.
pub(super) struct Kept<K: ViewKind> {
    home: Option<Box<K::Home>>,
    requests: Arc<Requests<<K::Fold as ViewFold>::Key>>,
    generations: Generations,
    goal: Goal,
    stops_on_failure: AtomicBool,
}

/// A view of a set.
pub(super) trait AnyKept: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn row_type(&self) -> TypeId;
    /// What its runner keeps up to date.
    fn generations(&self) -> &Generations;
    /// All that is kept of it.
    fn lineage(&self) -> Result<&dyn Lineage, ViewError>;
    /// Begins to bring a generation up to date, with batches that this one is the first of.
    fn begin(&self, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError>;
    /// Has it stop at the first delivery that fails.
    fn stop_on_failure(&self);
    /// Where what is built is to come to, while others compare it.
    fn goal(&self) -> &Goal;
    /// Answers all requests with an error.
    fn refuse_requests(&self, error: &ViewError);
    /// Takes note that its runner has ended, unless it has stopped before for a reason of its own.
    fn end(&self);
    fn as_any(&self) -> &dyn Any;

    /// What a runner is to keep up to date.
    fn to_keep(&self) -> Result<Vec<(Generation, Role)>, ViewError> {
        self.lineage()?.to_keep()
    }

    /// Shows a generation that was built, unless it has more rows set aside than the one that is shown.
    fn swap(&self, to: Generation) -> Result<bool, ViewError> {
        self.lineage()?.swap(to, false)
    }

    /// Where the active generation stands, whatever code has made it.
    fn active_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.lineage()?.active_checkpoint()
    }

    /// Where the rows stand that are read, also of a generation that another process has swapped in.
    fn shown_checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.lineage()?.shown_checkpoint()
    }
}

/// The view of this kind.
pub(super) fn kept<K: ViewKind>(view: &dyn AnyKept) -> Result<&Kept<K>, ViewError> {
    view.as_any().downcast_ref().ok_or(ViewError::Unknown { view: K::Fold::VIEW })
}

impl<K: ViewKind> Kept<K> {
    pub(super) fn new(home: Option<Box<K::Home>>) -> Self {
        Self {
            home,
            requests: Arc::default(),
            generations: Generations::stopped(K::Fold::VIEW),
            goal: Goal::default(),
            stops_on_failure: AtomicBool::new(false),
        }
    }

    pub(super) fn home(&self) -> Result<&K::Home, ViewError> {
        self.home.as_deref().ok_or(ViewError::NoSql { view: K::Fold::VIEW })
    }

    pub(super) const fn requests(&self) -> &Arc<Requests<<K::Fold as ViewFold>::Key>> {
        &self.requests
    }
}

impl<K: ViewKind> AnyKept for Kept<K> {
    fn name(&self) -> &'static str {
        K::Fold::VIEW
    }

    fn version(&self) -> u32 {
        K::VERSION
    }

    fn row_type(&self) -> TypeId {
        TypeId::of::<K::View>()
    }

    fn generations(&self) -> &Generations {
        &self.generations
    }

    fn lineage(&self) -> Result<&dyn Lineage, ViewError> {
        Ok(K::lineage(self.home()?))
    }

    fn begin(&self, generation: Generation, batch: &mut Batch, limits: FoldLimits) -> Result<Box<dyn Work>, ViewError> {
        let limits = if self.stops_on_failure.load(Ordering::Relaxed) { FoldLimits { parked: 0 } } else { limits };
        let (fold, table) = K::begin(self.home()?, generation, batch, limits)?;
        Ok(Box::new(Folding::new(fold, table, Arc::clone(&self.requests))))
    }

    fn stop_on_failure(&self) {
        self.stops_on_failure.store(true, Ordering::Relaxed);
    }

    fn goal(&self) -> &Goal {
        &self.goal
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
