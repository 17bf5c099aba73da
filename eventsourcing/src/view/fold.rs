//! What one view does with a batch: find the rows, run the handlers on them in memory, keep what is changed.
//!
//! A handler sees one row, so a view is a product of independent folds, one for each key: the rows come out the same in whatever batches the
//! events come. A row whose delivery fails is run again alone (`singly`), and parked with all that follows for it.

mod plan;
mod retry;
mod rows;
mod singly;

use std::collections::BTreeMap;
use std::fmt;

use self::plan::{Plan, Planned};
use self::rows::{Rows, Slot};
use crate::error::{StopReason, ViewError};
use crate::view::parked::DeliveryPlace;
use crate::view::partition::SourceKind;
use crate::view::view_fold::partitions_in;
use crate::view::{Batch, Checkpoint, FoldLimits, FoldState, Projection, Retried, Table, ViewFold, position_of};

/// How many rows are kept in memory between batches.
const CACHED: usize = 65_536;

/// The state of one view between batches: the rows that it has seen, and the keys of those that are set row.
pub(crate) struct Fold<P: Projection> {
    /// For each source of the projection, its partition in the batches.
    partitions: Vec<usize>,
    rows: Rows<P>,
    state: FoldState<P::Key>,
}

impl<P: Projection> Fold<P> {
    /// The fold of a view that is new; [`reopen`](ViewFold::reopen) makes it that of a table. The batch gets a partition for each source.
    pub(crate) fn new(batch: &mut Batch, limits: FoldLimits) -> Self {
        Self { partitions: partitions_in::<Self>(batch), rows: Rows::default(), state: FoldState::new(limits) }
    }

    fn try_apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut dyn Table<P>) -> Result<(), StopReason> {
        let after = position_of(self.state.checkpoint());
        let plan = Plan::of(batch, &self.partitions, (after, to.position), &self.state, &mut self.rows)?;
        table.begin()?;
        self.rows.load(&plan.touched, table)?;
        run_all(batch, &plan, &mut self.rows);
        let mut parked = Vec::new();
        for (slot, deliveries) in faulty(&plan, &self.rows) {
            parked.extend(singly::run(batch, &deliveries, slot, &mut self.rows, table)?);
        }
        if let Some(last) = parked.last() {
            self.state.check_limit(parked.len(), last.place.position, &last.error)?;
        }
        self.rows.store(&plan.touched, table)?;
        for row in &parked {
            table.park(&row.key, row.place, &row.error)?;
            row.waiting.iter().try_for_each(|place| table.enqueue(&row.key, *place))?;
        }
        plan.waiting.iter().try_for_each(|(key, place)| table.enqueue(key, *place))?;
        table.commit(self.state.checkpoint(), to)?;
        self.state.reached(to, parked.into_iter().map(|row| row.key));
        Ok(())
    }
}

impl<P: Projection> ViewFold for Fold<P> {
    const VIEW: &'static str = P::NAME;

    type Key = P::Key;
    type Table = dyn Table<P>;

    fn kinds() -> impl Iterator<Item = SourceKind> {
        P::SOURCES.iter().map(|source| source.kind)
    }

    fn state(&self) -> &FoldState<P::Key> {
        &self.state
    }

    fn state_mut(&mut self) -> &mut FoldState<P::Key> {
        &mut self.state
    }

    fn reopen(&mut self, table: &mut Self::Table) -> Result<(), ViewError> {
        self.rows = Rows::default();
        self.state.read(table)
    }

    fn apply(&mut self, batch: &Batch, to: Checkpoint, table: &mut Self::Table) -> Result<(), StopReason> {
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

    fn retry(
        &mut self,
        batch: &Batch,
        key: &P::Key,
        places: &[DeliveryPlace],
        table: &mut Self::Table,
    ) -> Result<Retried, StopReason> {
        let retried = self.try_retry(batch, key, places, table);
        if retried.is_err() {
            table.rollback();
        }
        // The row in memory is not the one that is kept now.
        self.rows = Rows::default();
        retried
    }
}

/// A row that this batch parks.
#[derive(Debug)]
struct NewlyParked<K> {
    key: K,
    place: DeliveryPlace,
    error: String,
    /// The deliveries behind the one that failed.
    waiting: Vec<DeliveryPlace>,
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
        shown.field("view", &P::NAME).field("checkpoint", &self.state.checkpoint()).finish_non_exhaustive()
    }
}
