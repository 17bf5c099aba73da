//! Finding rows in memory.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::error::{CellError, ViewError};
use crate::view::{Cell, Filter, Select, View};

/// The rows that are asked for.
pub(super) fn select_from<V: View>(rows: &BTreeMap<V::Key, V>, select: &Select<V::Key>) -> Result<Vec<V>, ViewError> {
    let found = find(rows, &select.filter);
    let Some(column) = select.order else {
        return found.skip(select.skip).take(select.limit).map(|row| Ok(row?.clone())).collect();
    };
    let cells = found.map(|row| row.and_then(|row| Ok((cell_of(row, column)?, row))));
    let mut cells = cells.collect::<Result<Vec<_>, ViewError>>()?;
    // Rows of one value stay in the order of their keys.
    cells.sort_by(|(one, _), (other, _)| {
        let order = one.order(other);
        if select.filter.is_backward { order.reverse() } else { order }
    });
    Ok(cells.into_iter().skip(select.skip).take(select.limit).map(|(_, row)| row.clone()).collect())
}

/// The rows that are asked for, in the order of their keys.
pub(super) fn find<'r, V: View>(
    rows: &'r BTreeMap<V::Key, V>,
    filter: &'r Filter<V::Key>,
) -> Box<dyn Iterator<Item = Result<&'r V, ViewError>> + 'r> {
    let beyond = filter.after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
    let fulfils = |row: &'r V| match matches(row, &filter.cells) {
        Ok(true) => Some(Ok(row)),
        Ok(false) => None,
        Err(source) => Some(Err(unwritable::<V>(source))),
    };
    if filter.is_backward {
        Box::new(rows.range((Bound::Unbounded, beyond)).rev().filter_map(move |(_, row)| fulfils(row)))
    } else {
        Box::new(rows.range((beyond, Bound::Unbounded)).filter_map(move |(_, row)| fulfils(row)))
    }
}

/// Whether a row has in these columns what they are to hold.
fn matches<V: View>(row: &V, filters: &[(usize, Cell<'static>)]) -> Result<bool, CellError> {
    if filters.is_empty() {
        return Ok(true);
    }
    let (mut index, mut is_match) = (0, true);
    row.write(&mut |cell| {
        is_match &= filters.iter().all(|(column, value)| *column != index || *value == cell);
        index += 1;
    })?;
    Ok(is_match)
}

/// What a row has in a column.
fn cell_of<V: View>(row: &V, column: usize) -> Result<Cell<'static>, ViewError> {
    let (mut index, mut found) = (0, Cell::Null);
    let written = row.write(&mut |cell| {
        if index == column {
            found = cell.into_owned();
        }
        index += 1;
    });
    written.map(|()| found).map_err(unwritable::<V>)
}

fn unwritable<V: View>(source: CellError) -> ViewError {
    ViewError::Row { view: V::NAME, source }
}
