//! What differs between two generations of a view in SQL.

use crate::stream::Position;
use crate::view::ViewDiff;

/// What differs between the tables that are shown and those that are built beside them, at the same position of the log.
///
/// All tables are compared that the projection has made. Rows of two tables belong together by their primary key, if both have the same; else by all columns
/// that both have, so that none of these rows is different: it is on both sides, or on one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqlDiff {
    /// The position of both.
    pub position: Position,
    /// Each table of either, in the order of their names.
    pub tables: Vec<TableDiff>,
}

/// What differs between two tables of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableDiff {
    /// Its name.
    pub table: String,
    /// Its rows. All columns of a table that only one of the two has are columns of that one alone.
    pub rows: ViewDiff,
}

impl SqlDiff {
    /// Whether all rows are the same, as far as both have their columns.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.tables.iter().all(|table| table.rows.is_same())
    }
}
