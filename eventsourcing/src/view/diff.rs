//! What differs between two generations of a view.

use std::cmp::Ordering;

use serde_json::Value;

use crate::error::ViewError;
use crate::stream::Position;
use crate::view::cell_json::to_json;
use crate::view::{Cell, Checkpoint, position_of};

/// How many differences are shown.
const SAMPLES: usize = 20;

/// What differs between the rows that are shown and those that are built beside them, at the same position of the log.
///
/// Columns are compared by their names; those that only one of the two has are named, and not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewDiff {
    /// The position of both.
    pub position: Position,
    /// How many rows are the same.
    pub same: u64,
    /// How many rows have the same key and differ.
    pub different: u64,
    /// How many rows are only among those that are shown.
    pub only_shown: u64,
    /// How many rows are only among those that are built.
    pub only_built: u64,
    /// The columns that only the rows have which are shown.
    pub columns_only_shown: Vec<String>,
    /// The columns that only the rows have which are built.
    pub columns_only_built: Vec<String>,
    /// The first 20 rows that differ, in the order of their keys.
    pub samples: Vec<RowDiff>,
}

/// A row that differs. Both sides are JSON objects of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowDiff {
    /// The row that is shown, if there is one.
    pub shown: Option<String>,
    /// The row that is built, if there is one.
    pub built: Option<String>,
}

impl ViewDiff {
    /// Whether all rows are the same, as far as both have their columns.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.different == 0 && self.only_shown == 0 && self.only_built == 0
    }
}

/// The rows of a generation at one moment.
pub(crate) trait RowSnapshot {
    fn checkpoint(&self) -> Option<Checkpoint>;

    /// Its columns, those of the key first.
    fn columns(&self) -> &[SnapshotColumn];

    /// The next row in the order of the keys: its cells, in the order of the columns.
    fn next(&mut self) -> Result<Option<Vec<Cell<'static>>>, ViewError>;
}

/// A column of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotColumn {
    pub(crate) name: String,
    pub(crate) is_key: bool,
}

/// Compares two generations, which stand at the same position.
pub(crate) fn diff(shown: &mut dyn RowSnapshot, built: &mut dyn RowSnapshot) -> Result<ViewDiff, ViewError> {
    let (columns, other) = (shown.columns().to_vec(), built.columns().to_vec());
    let missing = |these: &[SnapshotColumn], those: &[SnapshotColumn]| {
        let missing = these.iter().filter(|one| those.iter().all(|other| other.name != one.name));
        missing.map(|column| column.name.clone()).collect()
    };
    let mut diff = ViewDiff {
        position: position_of(shown.checkpoint()),
        columns_only_shown: missing(&columns, &other),
        columns_only_built: missing(&other, &columns),
        ..ViewDiff::default()
    };
    let keys = columns.iter().filter(|column| column.is_key).count();
    // Rows of another kind of key have nothing to do with each other.
    let have_same_key = keys > 0
        && columns.iter().take_while(|column| column.is_key).eq(other.iter().take_while(|column| column.is_key));
    let common: Vec<(usize, usize)> = columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| {
            let of_other = other.iter().position(|other| other.name == column.name)?;
            Some((index, of_other))
        })
        .collect();
    let (mut one, mut two) = (shown.next()?, built.next()?);
    loop {
        let order = match (&one, &two) {
            (None, None) => return Ok(diff),
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(two)) if have_same_key => compare(one, two, keys),
            (Some(_), _) => Ordering::Less,
        };
        let row = one.take_if(|_| order != Ordering::Greater);
        let other_row = two.take_if(|_| order != Ordering::Less);
        one = if row.is_some() { shown.next()? } else { one };
        two = if other_row.is_some() { built.next()? } else { two };
        let is_same = match (&row, &other_row) {
            (Some(row), Some(other)) => common.iter().all(|(at, of_other)| row.get(*at) == other.get(*of_other)),
            _ => false,
        };
        *match (is_same, &row, &other_row) {
            (true, ..) => &mut diff.same,
            (false, Some(_), Some(_)) => &mut diff.different,
            (false, Some(_), None) => &mut diff.only_shown,
            (false, None, _) => &mut diff.only_built,
        } += 1;
        if !is_same && diff.samples.len() < SAMPLES {
            let shown = row.map(|row| text_of(&columns, &row));
            diff.samples.push(RowDiff { shown, built: other_row.map(|row| text_of(&other, &row)) });
        }
    }
}

fn text_of(columns: &[SnapshotColumn], row: &[Cell<'_>]) -> String {
    let values = columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), to_json(cell)));
    Value::Object(values.collect()).to_string()
}

/// The order of two keys.
fn compare(one: &[Cell<'_>], other: &[Cell<'_>], keys: usize) -> Ordering {
    let mut orders = one.iter().zip(other).take(keys).map(|(one, other)| one.order(other));
    orders.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
}
