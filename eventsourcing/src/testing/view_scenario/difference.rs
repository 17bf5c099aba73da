//! What differs between rows, in words.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

use super::outcome::{Outcome, Way};
use crate::error::{CellError, with_sources};
use crate::view::{Cell, Key as _, Projection, RowCells};

const WHY: &str =
    "a handler depends on more than its row and its event, such as a clock, or what another event has left";

/// Panics if a view has something else when its events come in one way than in another; `rows` says what differs between the rows, if they do.
#[track_caller]
pub(super) fn compare<R, K: Ord + Clone + Debug>(
    name: &str,
    (one, way): (&Outcome<R, K>, Way),
    (other, other_way): (&Outcome<R, K>, Way),
    rows: impl FnOnce(&R, &R) -> Option<String>,
) {
    let (way, other_way) = (way.describe(), other_way.describe());
    match (&one.stopped, &other.stopped) {
        // How much it has kept before depends on the batches.
        (Some(_), Some(_)) => return,
        (Some(reason), None) => panic!(
            "`{name}` stops when its events come {way}, and not when they come {other_way}: {WHY}. It stops because {}",
            with_sources(&**reason)
        ),
        (None, Some(reason)) => panic!(
            "`{name}` stops when its events come {other_way}, and not when they come {way}: {WHY}. It stops because {}",
            with_sources(&**reason)
        ),
        (None, None) => {}
    }
    if let Some(between) = rows(&one.rows, &other.rows) {
        panic!("`{name}` has other rows when its events come {way} (`-`) than {other_way} (`+`): {WHY}{between}");
    }
    let parked = |of: &Outcome<R, K>| {
        let each = of.parked.iter();
        let each = each.map(|(key, parked)| (key.clone(), (parked.position, parked.waiting)));
        each.collect::<BTreeMap<_, _>>()
    };
    assert!(
        parked(one) == parked(other),
        "`{name}` parks other rows when its events come {way} than {other_way}: {WHY}\n {way}:{}\n {other_way}:{}",
        parked_rows(one),
        parked_rows(other)
    );
}

/// The rows of each key: those that are only on the left or other there (`-`), and those that are only on the right or other there (`+`).
pub(super) fn rows_between<K: Ord, P: PartialEq + Debug>(left: &BTreeMap<K, P>, right: &BTreeMap<K, P>) -> String {
    let mut text = String::new();
    for key in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
        let (left, right) = (left.get(key), right.get(key));
        // Writing to a `String` does not fail.
        let _ = match (left, right) {
            (Some(left), Some(right)) if left == right => write!(text, "\n  {left:?}"),
            _ => left
                .map_or(Ok(()), |row| write!(text, "\n- {row:?}"))
                .and(right.map_or(Ok(()), |row| write!(text, "\n+ {row:?}"))),
        };
    }
    text
}

/// Rows one below the other.
pub(super) fn rows_listed<K: Ord, P: PartialEq + Debug>(rows: &BTreeMap<K, P>) -> String {
    if rows.is_empty() { "\n  (no rows)".to_owned() } else { rows_between(rows, rows) }
}

/// The rows that are parked, one below the other.
pub(super) fn parked_rows<R, K: Debug>(outcome: &Outcome<R, K>) -> String {
    if outcome.parked.is_empty() {
        return "\n  (no rows)".to_owned();
    }
    let mut text = String::new();
    for (key, parked) in &outcome.parked {
        let _ = write!(
            text,
            "\n  {key:?}, with {} from position {} on, because {}",
            parked.waiting, parked.position, parked.error
        );
    }
    text
}

/// Panics if a row is not read from its columns as it was written.
#[track_caller]
pub(super) fn check_columns<P: Projection + PartialEq + Debug>(row: &P) {
    let (mut cells, name) = (Vec::new(), P::NAME);
    if let Err(error) = row.write(&mut |cell| cells.push(cell.into_owned())) {
        panic!("a row of `{name}` cannot be kept: {error}\n  {row:?}");
    }
    let columns = P::COLUMNS.len();
    assert!(cells.len() == columns, "`{name}` has {columns} columns, and a row is written with {} cells", cells.len());
    let mut key = Vec::new();
    row.key().cells(&mut |cell| key.push(cell.into_owned()));
    let of_row = P::COLUMNS.iter().zip(&cells).filter(|(column, _)| column.is_key).map(|(_, cell)| cell);
    assert!(
        of_row.eq(&key),
        "the key of a row of `{name}` is not what its key columns are written with\n  {row:?}\n  key: {key:?}"
    );
    match P::read(&Cells(cells)) {
        Ok(read) => assert!(
            read == *row,
            "a row of `{name}` is read from its columns as another (`-` is written, `+` is read)\n- {row:?}\n+ {read:?}"
        ),
        Err(error) => panic!("a row of `{name}` cannot be read from its columns: {error}\n  {row:?}"),
    }
}

struct Cells(Vec<Cell<'static>>);

impl RowCells for Cells {
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError> {
        self.0.get(column).cloned().ok_or_else(|| CellError::new(format!("there is no column {column}")))
    }
}
