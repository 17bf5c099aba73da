//! Which deliveries a batch has for a view, in order, and how one is made.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{LoadError, StopReason, panic_message};
use crate::stream::Position;
use crate::view::batch::Content;
use crate::view::fold::rows::Rows;
use crate::view::parked::Place;
use crate::view::{Batch, Delivery, FoldState, MissingRow, Projection, Source};

/// What a batch is to a view.
pub(super) struct Plan<P: Projection> {
    pub(super) deliveries: Vec<Planned<P>>,
    /// The rows that they are for, each once, in the order of the keys.
    pub(super) touched: Vec<usize>,
    /// Deliveries to rows that are set aside already.
    pub(super) waiting: Vec<(P::Key, Place)>,
}

/// One delivery.
pub(super) struct Planned<P: Projection> {
    source: &'static Source<P>,
    lane: usize,
    what: What,
    pub(super) slot: usize,
    pub(super) place: Place,
}

enum What {
    /// The event of this index in the lane, to this handler.
    Event(usize, u16),
    /// An event that cannot be read, for this reason.
    Unreadable(Arc<LoadError>),
}

impl<P: Projection> Plan<P> {
    /// The deliveries of the events after a position and up to another. Each row that they are for has a slot from then on.
    ///
    /// # Errors
    ///
    /// [`StopReason::Unreadable`] at an event of which it is not known to which rows it goes, or that a later release stored.
    pub(super) fn of(
        batch: &Batch,
        lanes: &[usize],
        (after, up_to): (Position, Position),
        state: &FoldState<P::Key>,
        rows: &mut Rows<P>,
    ) -> Result<Self, StopReason> {
        let mut plan =
            Self { deliveries: Vec::with_capacity(batch.entries().len()), touched: Vec::new(), waiting: Vec::new() };
        rows.begin();
        let mut place = Place { position: after, nth: 0 };
        for (source, entry) in batch.entries_in(lanes, (after, up_to)) {
            let Some(source) = P::SOURCES.get(source) else { continue };
            if entry.position != place.position {
                place = Place { position: entry.position, nth: 0 };
            }
            match &entry.content {
                Content::Event(index) => {
                    let Some(events) = batch.events(entry.lane) else { continue };
                    (source.route)(events, *index, &mut |delivery| {
                        let what = What::Event(*index, delivery.handler);
                        plan.add(source, entry.lane, what, delivery, place, state, rows);
                        place.nth += 1;
                    });
                }
                // Another view handles it.
                Content::Unreadable(_, unreadable)
                    if (source.kind.is_unhandled)(&unreadable.name, unreadable.schema_version) => {}
                Content::Unreadable(id, unreadable) => {
                    let Some(own_row) = source.own_row.filter(|_| !unreadable.is_unknown) else {
                        return Err(StopReason::Unreadable(Arc::clone(&unreadable.error)));
                    };
                    let delivery = Delivery { key: own_row(*id), handler: 0, replaces: false };
                    let what = What::Unreadable(Arc::clone(&unreadable.error));
                    let place = Place { nth: Place::ALL, ..place };
                    plan.add(source, entry.lane, what, delivery, place, state, rows);
                }
            }
        }
        rows.sort_by_key(&mut plan.touched);
        Ok(plan)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one delivery, of one caller")]
    fn add(
        &mut self,
        source: &'static Source<P>,
        lane: usize,
        what: What,
        delivery: Delivery<P::Key>,
        place: Place,
        state: &FoldState<P::Key>,
        rows: &mut Rows<P>,
    ) {
        if state.is_parked(&delivery.key) {
            self.waiting.push((delivery.key, place));
            return;
        }
        let (slot, is_first) = rows.slot(delivery.key, delivery.replaces);
        if is_first {
            self.touched.push(slot);
        }
        self.deliveries.push(Planned { source, lane, what, slot, place });
    }
}

/// Makes a delivery to a row of this key, and says why it failed if it did; the row is then whatever the handler has left.
pub(super) fn run<P: Projection>(
    batch: &Batch,
    delivery: &Planned<P>,
    key: &P::Key,
    row: &mut Option<P>,
) -> Result<(), String> {
    let (index, handler) = match &delivery.what {
        What::Event(index, handler) => (*index, *handler),
        What::Unreadable(error) => return Err(error.to_string()),
    };
    let Some(events) = batch.events(delivery.lane) else { return Ok(()) };
    // A handler changes nothing but its row, which is not used after a panic.
    let ran = catch_unwind(AssertUnwindSafe(|| (delivery.source.run)(handler, events, index, row)));
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
