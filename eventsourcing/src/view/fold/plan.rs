//! Which deliveries a batch has for a view, in order, and how one is made.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{StopReason, panic_message};
use crate::stream::Position;
use crate::view::deliveries::{self, DeliveryContent};
use crate::view::fold::rows::Rows;
use crate::view::parked::DeliveryPlace;
use crate::view::{Batch, FoldState, MissingRow, Projection, Source};

/// What a batch is to a view.
pub(super) struct Plan<P: Projection> {
    pub(super) deliveries: Vec<Planned<P>>,
    /// The rows that they are for, each once, in the order of the keys.
    pub(super) touched: Vec<usize>,
    /// Deliveries to rows that are parked already.
    pub(super) waiting: Vec<(P::Key, DeliveryPlace)>,
}

/// One delivery.
pub(super) struct Planned<P: Projection> {
    source: &'static Source<P>,
    partition: usize,
    of: DeliveryContent,
    handler: u16,
    pub(super) slot: usize,
    pub(super) place: DeliveryPlace,
}

impl<P: Projection> Plan<P> {
    /// The deliveries of the events after a position and up to another. Each row that they are for has a slot from then on.
    ///
    /// # Errors
    ///
    /// [`StopReason::Unreadable`] at an event of which it is not known to which rows it goes, or that a later release stored.
    pub(super) fn of(
        batch: &Batch,
        partitions: &[usize],
        range: (Position, Position),
        state: &FoldState<P::Key>,
        rows: &mut Rows<P>,
    ) -> Result<Self, StopReason> {
        let mut plan =
            Self { deliveries: Vec::with_capacity(batch.entries().len()), touched: Vec::new(), waiting: Vec::new() };
        rows.begin();
        deliveries::each(batch, partitions, P::SOURCES, range, |(source, partition), of, delivery, place| {
            if state.is_parked(&delivery.key) {
                plan.waiting.push((delivery.key, place));
                return;
            }
            let handler = delivery.handler;
            let (slot, is_first) = rows.slot(delivery.key, delivery.replaces);
            if is_first {
                plan.touched.push(slot);
            }
            plan.deliveries.push(Planned { source, partition, of, handler, slot, place });
        })?;
        rows.sort_by_key(&mut plan.touched);
        Ok(plan)
    }
}

/// Makes a delivery to a row of this key, and says why it failed if it did; the row is then whatever the handler has left.
pub(super) fn run<P: Projection>(
    batch: &Batch,
    delivery: &Planned<P>,
    key: &P::Key,
    row: &mut Option<P>,
) -> Result<(), String> {
    let index = match &delivery.of {
        DeliveryContent::Event(index) => *index,
        DeliveryContent::Unreadable(error) => return Err(error.to_string()),
    };
    let Some(events) = batch.events(delivery.partition) else { return Ok(()) };
    // A handler changes nothing but its row, which is not used after a panic.
    let ran = catch_unwind(AssertUnwindSafe(|| (delivery.source.run)(delivery.handler, events, index, row)));
    match ran {
        Ok(Ok(())) => check(key, row.as_ref()),
        Ok(Err(MissingRow)) => Err("there is no row for the event to change".to_owned()),
        Err(panic) => Err(format!("the handler panicked: {}", panic_message(&*panic))),
    }
}

/// A handler keeps its row's key, and what it makes of the columns can be kept.
fn check<P: Projection>(key: &P::Key, row: Option<&P>) -> Result<(), String> {
    let Some(row) = row else { return Ok(()) };
    if row.key() != *key {
        return Err("the handler has changed the key of its row".to_owned());
    }
    if P::MAY_REFUSE { row.write(&mut |_| ()).map_err(|error| error.to_string()) } else { Ok(()) }
}
