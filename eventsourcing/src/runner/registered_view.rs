//! One view of a set, without its type.

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::ViewError;
use crate::runner::generation_writer::{FoldWriter, GenerationWriter};
use crate::runner::generations::Generations;
use crate::runner::goal::Goal;
use crate::runner::requests::{Requests, refuse};
use crate::view::cell_json::text_of;
use crate::view::{
    Batch, Checkpoint, Fold, FoldLimits, Freshness, Generation, Lineage, Parked, Projection, Role, RowStorage,
    SourceKind, Table, ViewFold,
};

/// A kind of views: of rows, or in SQL.
pub(super) trait ViewKind: Send + Sync + 'static {
    /// The type by which callers name the view.
    type View: 'static;
    type Fold: ViewFold + 'static;
    /// Where its generations are.
    type Storage: Send + Sync + ?Sized;

    const VERSION: u32;

    /// What its views handle of which kinds of aggregates.
    fn kinds() -> Vec<SourceKind>;

    fn lineage(storage: &Self::Storage) -> &dyn Lineage;

    /// The rows that are parked, of the generation that is shown.
    fn parked(storage: &Self::Storage) -> Result<Vec<Parked<String>>, ViewError>;

    /// A generation for its writer, and the fold that keeps it up to date.
    fn begin(
        storage: &Self::Storage,
        generation: Generation,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Begun<Self::Fold>;
}

/// A fold and its table.
pub(super) type Begun<F> = Result<(F, Box<<F as ViewFold>::Table>), ViewError>;

/// Views of rows.
pub(super) struct RowViewKind<P>(PhantomData<fn() -> P>);

impl<P: Projection> ViewKind for RowViewKind<P> {
    type View = P;
    type Fold = Fold<P>;
    type Storage = dyn RowStorage<P>;

    const VERSION: u32 = P::VERSION;

    fn kinds() -> Vec<SourceKind> {
        P::SOURCES.iter().map(|source| source.kind).collect()
    }

    fn lineage(storage: &dyn RowStorage<P>) -> &dyn Lineage {
        storage.lineage()
    }

    fn parked(storage: &dyn RowStorage<P>) -> Result<Vec<Parked<String>>, ViewError> {
        let parked = storage.shown(Freshness::Latest)?.parked()?;
        Ok(parked.into_iter().map(|row| row.with_key(text_of)).collect())
    }

    fn begin(
        storage: &dyn RowStorage<P>,
        generation: Generation,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Begun<Fold<P>> {
        let table: Box<dyn Table<P>> = storage.table(generation)?;
        Ok((Fold::new(batch, limits), table))
    }
}

/// A view of a set, and where its generations are; nowhere if the set keeps none of its kind.
pub(super) struct RegisteredView<K: ViewKind> {
    storage: Option<Box<K::Storage>>,
    requests: Arc<Requests<<K::Fold as ViewFold>::Key>>,
    generations: Generations,
    goal: Goal,
}

/// A view of a set.
pub(super) trait AnyView: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    /// The type by which callers name it.
    fn view_type(&self) -> TypeId;
    /// What it handles of which kinds of aggregates.
    fn kinds(&self) -> Vec<SourceKind>;
    /// What its runner keeps up to date.
    fn generations(&self) -> &Generations;
    /// All that is kept of it.
    fn lineage(&self) -> Result<&dyn Lineage, ViewError>;
    /// Begins to bring a generation up to date, with batches that this one is the first of.
    fn begin(
        &self,
        generation: Generation,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Result<Box<dyn GenerationWriter>, ViewError>;
    /// The rows that are parked, of the generation that is shown.
    fn parked(&self) -> Result<Vec<Parked<String>>, ViewError>;
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

    /// Shows a generation that was built, unless it has more rows parked than the one that is shown.
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
pub(super) fn downcast<K: ViewKind>(view: &dyn AnyView) -> Result<&RegisteredView<K>, ViewError> {
    view.as_any().downcast_ref().ok_or(ViewError::Unknown { view: K::Fold::VIEW })
}

impl<K: ViewKind> RegisteredView<K> {
    pub(super) fn new(storage: Option<Box<K::Storage>>) -> Self {
        Self {
            storage,
            requests: Arc::default(),
            generations: Generations::stopped(K::Fold::VIEW),
            goal: Goal::default(),
        }
    }

    pub(super) fn storage(&self) -> Result<&K::Storage, ViewError> {
        self.storage.as_deref().ok_or(ViewError::NoSql { view: K::Fold::VIEW })
    }

    pub(super) const fn requests(&self) -> &Arc<Requests<<K::Fold as ViewFold>::Key>> {
        &self.requests
    }
}

impl<K: ViewKind> AnyView for RegisteredView<K> {
    fn name(&self) -> &'static str {
        K::Fold::VIEW
    }

    fn version(&self) -> u32 {
        K::VERSION
    }

    fn view_type(&self) -> TypeId {
        TypeId::of::<K::View>()
    }

    fn kinds(&self) -> Vec<SourceKind> {
        K::kinds()
    }

    fn generations(&self) -> &Generations {
        &self.generations
    }

    fn lineage(&self) -> Result<&dyn Lineage, ViewError> {
        Ok(K::lineage(self.storage()?))
    }

    fn parked(&self) -> Result<Vec<Parked<String>>, ViewError> {
        K::parked(self.storage()?)
    }

    fn begin(
        &self,
        generation: Generation,
        batch: &mut Batch,
        limits: FoldLimits,
    ) -> Result<Box<dyn GenerationWriter>, ViewError> {
        let (fold, table) = K::begin(self.storage()?, generation, batch, limits)?;
        Ok(Box::new(FoldWriter::new(fold, table, Arc::clone(&self.requests))))
    }

    fn goal(&self) -> &Goal {
        &self.goal
    }

    fn refuse_requests(&self, error: &ViewError) {
        refuse(&self.requests, error);
    }

    fn end(&self) {
        self.generations.end();
        drop(self.requests.take());
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
