//! A row that is parked: the deliveries that wait for it, made again.

use crate::error::StopReason;
use crate::stream::Position;
use crate::view::fold::Fold;
use crate::view::fold::plan::Plan;
use crate::view::fold::rows::Rows;
use crate::view::fold::singly::run_up_to_failure;
use crate::view::parked::DeliveryPlace;
use crate::view::{Batch, FoldLimits, FoldState, Projection, Retried, Table};

impl<P: Projection> Fold<P> {
    pub(super) fn try_retry(
        &self,
        batch: &Batch,
        key: &P::Key,
        places: &[DeliveryPlace],
        table: &mut dyn Table<P>,
    ) -> Result<Retried, StopReason> {
        let mut rows = Rows::default();
        let partitions: Vec<usize> = (0..P::SOURCES.len()).collect();
        let all = (Position::default(), Position::new(u64::MAX));
        let none_parked = FoldState::new(FoldLimits { parked: 0 });
        let plan = Plan::of(batch, &partitions, all, &none_parked, &mut rows)?;
        let of_row = |slot| rows.key_of(slot).is_some_and(|of_slot| of_slot == *key);
        let waiting: Vec<_> = plan
            .deliveries
            .iter()
            .filter(|delivery| delivery.place.is_among(places) && of_row(delivery.slot))
            .collect();
        table.begin()?;
        let mut row = table.load(key)?;
        let existed = row.is_some();
        let failed = run_up_to_failure(batch, &waiting, key, &mut row);
        match &row {
            Some(row) => table.put(row, existed)?,
            None => table.delete(key)?,
        }
        let failed = failed.map(|(index, error)| (error, waiting.iter().skip(index).map(|delivery| delivery.place)));
        Ok(self.state.commit_retry(key, places, failed, table)?)
    }
}
