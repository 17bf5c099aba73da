//! What one view does with a batch: find the rows, run the handlers on them in memory, keep what is changed.
//!
//! A handler sees one row, so a view is a product of independent folds, one for each key: the rows come out the same in whatever batches the
//! events come. A row whose delivery fails is run again alone (`singly`), and set aside with all that follows for it.

mod plan;
mod retry;
mod rows;
mod singly;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use self::plan::{Plan, Planned};
pub(crate) use self::retry::Retried;
use self::rows::{Rows, Slot};
use crate::error::{StopReason, ViewError};
use crate::view::parked::Place;
use crate::view::table::position_of;
use crate::view::{Batch, Checkpoint, Projection, Table};

/// How many rows are kept in memory between batches.
const CACHED: usize = 65_536;

/// The state of one view between batches: the rows that it has seen, and the keys of those that are set aside.
pub(crate) struct Fold<P: Projection> {
    /// For each source of the projection, its lane in the batches.
    lanes: Vec<usize>,
    rows: Rows<P>,
    parked: HashSet<P::Key>,
    checkpoint: Option<Checkpoint>,
    limits: FoldLimits,
}

/// When a view stops instead of going on without some of its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FoldLimits {
    /// The most rows that may be set aside; none means that the first failure stops the view.
    pub(crate) parked: usize,
}

impl<P: Projection> Fold<P> {
    /// The fold of a view that is new; [`reopen`](Self::reopen) makes it that of a table. The batch gets a lane for each source.
    pub(crate) fn new(batch: &mut Batch, limits: FoldLimits) -> Self {
        let lanes = P::SOURCES.iter().map(|source| batch.lane(source.kind)).collect();
        Self { lanes, rows: Rows::default(), parked: HashSet::new(), checkpoint: None, limits }
    }

    /// Goes on from where a table is.
    pub(crate) fn reopen(&mut self, table: &mut dyn Table<P>) -> Result<(), ViewError> {
        self.rows = Rows::default();
        self.parked = table.parked_keys()?.into_iter().collect();
        self.checkpoint = table.checkpoint()?;
        Ok(())
    }

    /// How many rows are set aside.
    pub(crate) fn parked_len(&self) -> usize {
        self.parked.len()
    }

    /// Up to where the rows are made.
    pub(crate) const fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    /// Brings the rows up to date with the events of a batch that are after the checkpoint and up to `to`, and moves it there.
    ///
    /// # Errors
    ///
    /// [`StopReason`] by which the view is to stop; [`StopReason::View`] if the table failed, and trying again may help. In both cases
    /// nothing of the batch is kept.
    pub(crate) fn apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut dyn Table<P>) -> Result<(), StopReason> {
        if self.rows.len() > CACHED {
            self.rows = Rows::default();
        }
        let applied = self.try_apply(batch, to, table);
        if applied.is_err() {
            table.rollback();
            // What is in memory is further than what is kept.
            self.rows = Rows::default();
        }
        applied
    }

    fn try_apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut dyn Table<P>) -> Result<(), StopReason> {
        let after = position_of(self.checkpoint);
        let plan = Plan::of(batch, &self.lanes, (after, to.position), &self.parked, &mut self.rows)?;
        table.begin()?;
        self.rows.load(&plan.touched, table)?;
        run_all(batch, &plan, &mut self.rows);
        let mut parked = Vec::new();
        for (slot, deliveries) in faulty(&plan, &self.rows) {
            parked.extend(singly::run(batch, &deliveries, slot, &mut self.rows, table)?);
        }
        self.check_limit(&parked)?;
        self.rows.store(&plan.touched, table)?;
        for aside in &parked {
            table.park(&aside.key, aside.place, &aside.error)?;
            aside.waiting.iter().try_for_each(|place| table.enqueue(&aside.key, *place))?;
        }
        plan.waiting.iter().try_for_each(|(key, place)| table.enqueue(key, *place))?;
        table.commit(self.checkpoint, to)?;
        self.checkpoint = Some(to);
        self.parked.extend(parked.into_iter().map(|aside| aside.key));
        Ok(())
    }

    fn check_limit(&self, parked: &[Aside<P::Key>]) -> Result<(), StopReason> {
        let Some(last) = parked.last() else { return Ok(()) };
        let limit = self.limits.parked;
        if limit == 0 {
            return Err(StopReason::Failed { position: last.place.position, error: last.error.clone() });
        }
        if self.parked.len() + parked.len() > limit {
            return Err(StopReason::TooManyParked { limit, error: last.error.clone() });
        }
        Ok(())
    }
}

/// A row that is set aside by this batch.
#[derive(Debug)]
struct Aside<K> {
    key: K,
    place: Place,
    error: String,
    /// The deliveries behind the one that failed.
    waiting: Vec<Place>,
}

/// Runs each delivery on its row, up to the first of each row that fails.
fn run_all<P: Projection>(batch: &Batch, plan: &Plan<P>, rows: &mut Rows<P>) {
    for delivery in &plan.deliveries {
        rows.change(delivery.slot, |slot: &mut Slot<P>| {
            if !slot.is_faulty {
                slot.is_faulty = plan::run(batch, delivery, &slot.key, &mut slot.row).is_err();
            }
        });
    }
}

/// The rows to which a delivery has failed, with all deliveries to each.
fn faulty<'p, P: Projection>(plan: &'p Plan<P>, rows: &Rows<P>) -> BTreeMap<usize, Vec<&'p Planned<P>>> {
    let mut faulty: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for delivery in plan.deliveries.iter().filter(|delivery| rows.is_faulty(delivery.slot)) {
        faulty.entry(delivery.slot).or_default().push(delivery);
    }
    faulty
}

impl<P: Projection> fmt::Debug for Fold<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Fold");
        shown.field("view", &P::NAME).field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}
