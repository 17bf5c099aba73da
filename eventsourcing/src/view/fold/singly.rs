//! One row, a delivery to which has failed: its deliveries again, one by one, on the row that is kept.

use crate::error::ViewError;
use crate::view::fold::NewlyParked;
use crate::view::fold::plan::{self, Planned};
use crate::view::fold::rows::Rows;
use crate::view::{Batch, Projection, Table};

/// Leaves the row as the deliveries before the first that fails make it, and says what is to be parked.
pub(super) fn run<P: Projection>(
    batch: &Batch,
    deliveries: &[&Planned<P>],
    slot: usize,
    rows: &mut Rows<P>,
    table: &mut dyn Table<P>,
) -> Result<Option<NewlyParked<P::Key>>, ViewError> {
    let Some(key) = rows.key_of(slot) else { return Ok(None) };
    let mut row = rows.reload(slot, table)?;
    let made = run_up_to_failure(batch, deliveries, &key, &mut row);
    rows.change(slot, |slot| (slot.row, slot.is_faulty) = (row, false));
    let Some((failed, error)) = made else { return Ok(None) };
    let mut places = deliveries.iter().skip(failed).map(|delivery| delivery.place);
    Ok(places.next().map(|place| NewlyParked { key, place, error, waiting: places.collect() }))
}

/// Makes deliveries to a row, and says at which of them and why one has failed. The row is then as those before have made it.
pub(super) fn run_up_to_failure<P: Projection>(
    batch: &Batch,
    deliveries: &[&Planned<P>],
    key: &P::Key,
    row: &mut Option<P>,
) -> Option<(usize, String)> {
    deliveries.iter().enumerate().find_map(|(index, delivery)| {
        let mut next = row.clone();
        match plan::run(batch, delivery, key, &mut next) {
            Ok(()) => {
                *row = next;
                None
            }
            Err(error) => Some((index, error)),
        }
    })
}
