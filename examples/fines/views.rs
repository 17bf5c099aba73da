//! What is shown of the fines: a row for each, and totals by month.

mod months;
mod row;

use std::path::Path;

use eventsourcing::prelude::*;

use crate::Police;

pub(crate) use self::months::{Months, events, print as print_months, totals};
pub(crate) use self::row::{FineRow, Status, page, print as print_rows, top};

/// Brings the views of a database up to date and reads them; they are kept in a folder beside it.
pub(crate) fn read<T>(db: &Path, police: &Police, read: impl FnOnce(&Views) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let views = Views::sqlite(db.with_extension("views"))?.with::<FineRow>().with_sql::<Months>();
    let running = police.run(&views)?;
    views.blocking().caught_up()?;
    let found = read(&views)?;
    running.stop_blocking();
    Ok(found)
}
