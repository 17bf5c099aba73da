//! The columns of a view.

use crate::view::{ColumnDef, ColumnType, Key};

/// A column.
#[must_use]
pub const fn column(
    name: &'static str,
    column_type: ColumnType,
    is_optional: bool,
    is_key: bool,
    is_indexed: bool,
) -> ColumnDef {
    ColumnDef { name, column_type, is_optional: is_optional && !is_key, is_key, is_indexed }
}

/// A part of a key of several columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key of a view",
    label = "cannot be the key of a row",
    note = "a key is an id, a UUID, a whole number up to `i64::MAX`, a bool or text, or a tuple of up to four of these"
)]
pub trait KeyPart {
    type Itself: Key;
}

#[diagnostic::do_not_recommend]
impl<T: Key> KeyPart for T {
    type Itself = Self;
}
