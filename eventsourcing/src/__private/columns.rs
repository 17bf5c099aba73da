//! The columns of a view.

use crate::error::CellError;
use crate::view::{ColumnDef, ColumnType};

/// A column.
#[must_use]
#[expect(clippy::fn_params_excessive_bools, reason = "each is said of a column, in the order of its fields")]
pub const fn column(
    name: &'static str,
    column_type: ColumnType,
    is_optional: bool,
    is_key: bool,
    is_indexed: bool,
) -> ColumnDef {
    ColumnDef { name, column_type, is_optional: is_optional && !is_key, is_key, is_indexed }
}

/// Says in which column it is.
///
/// # Errors
///
/// The same, with the name of the column.
pub fn in_column<T>(name: &str, result: Result<T, CellError>) -> Result<T, CellError> {
    result.map_err(|error| CellError::new(format!("column `{name}`: {error}")))
}
