//! One row of a batch, a delivery of which has failed: its deliveries again, one by one, on the row that is kept.

use crate::error::ViewError;
use crate::view::fold::Aside;
use crate::view::fold::plan::{self, Plan};
use crate::view::fold::rows::Rows;
use crate::view::{Batch, Projection, Table};

/// Leaves the row as the deliveries before the first that fails make it, and says what is to be set aside.
pub(super) fn run<P: Projection>(
    batch: &Batch,
    plan: &Plan<P>,
    slot: usize,
    rows: &mut Rows<P>,
    table: &mut impl Table<P>,
) -> Result<Option<Aside<P::Key>>, ViewError> {
    let Some(key) = rows.key_of(slot) else { return Ok(None) };
    let mut row = rows.reload(slot, table)?;
    let mut aside: Option<Aside<P::Key>> = None;
    for delivery in plan.deliveries.iter().filter(|delivery| delivery.slot == slot) {
        if let Some(aside) = &mut aside {
            aside.waiting.push(delivery.place);
            continue;
        }
        let mut next = row.clone();
        match plan::run(batch, delivery, &key, &mut next) {
            Ok(()) => row = next,
            Err(error) => {
                aside = Some(Aside { key: key.clone(), place: delivery.place, error, waiting: Vec::new() });
            }
        }
    }
    rows.change(slot, |slot| (slot.row, slot.is_faulty) = (row, false));
    Ok(aside)
}
