//! Types that are no columns of their own, and are kept as what serde makes of them.
//!
//! Numbers, text, bytes and `None` are kept as a column of their type would keep them, also in a newtype; so is a bool, as 0 or 1, and a variant without
//! fields, as its name. All else is JSON text. Text that begins with `{`, `[` or `"` is JSON, and any other is itself: a text that begins so, or has a NUL,
//! is kept as a JSON string. What does not come back as it was is refused.

mod reading;
mod scalar;

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::reading::FromCell;
use self::scalar::{Refusal, ToCell};
use crate::codec::verify_state;
use crate::error::CellError;
use crate::view::{Cell, Column, ColumnType};

/// How a type is kept: a function of `ColumnOf` itself, where the type is a [`Column`], stands before one of [`SerdeColumn`].
#[derive(Debug)]
pub struct ColumnOf<T>(PhantomData<T>);

impl<T: Column> ColumnOf<T> {
    /// What the column holds.
    pub const TYPE: ColumnType = T::TYPE;
    /// Whether it may hold nothing.
    pub const IS_OPTIONAL: bool = T::IS_OPTIONAL;
    /// Whether there are values of the type that it refuses.
    pub const MAY_REFUSE: bool = T::MAY_REFUSE;

    /// How a value is written and read.
    #[must_use]
    pub fn codec() -> ColumnCodec<T> {
        ColumnCodec { to_cell: |value, _| value.to_cell(), from_cell: T::from_cell }
    }
}

/// How a value is written and read.
#[derive(Debug)]
pub struct ColumnCodec<T> {
    to_cell: for<'v> fn(&'v T, Differ<T>) -> Result<Cell<'v>, CellError>,
    from_cell: fn(&Cell<'_>) -> Result<T, CellError>,
}

/// Finds what serde cannot see, such as a field that it skips.
type Differ<T> = fn(&T, &T) -> bool;

impl<T> ColumnCodec<T> {
    /// The value as the column of this name keeps it.
    ///
    /// # Errors
    ///
    /// When the column cannot keep it, or it would be read as another value.
    pub fn write<'v>(&self, column: &str, value: &'v T, differ: Differ<T>) -> Result<Cell<'v>, CellError> {
        in_column(column, (self.to_cell)(value, differ))
    }

    /// The value that the column of this name keeps so.
    ///
    /// # Errors
    ///
    /// When it is none of this type.
    pub fn read(&self, column: &str, cell: &Cell<'_>) -> Result<T, CellError> {
        in_column(column, (self.from_cell)(cell))
    }
}

fn in_column<T>(column: &str, result: Result<T, CellError>) -> Result<T, CellError> {
    result.map_err(|error| CellError::new(format!("column `{column}`: {error}")))
}

/// The same by serde.
pub trait SerdeColumn<T> {
    /// What the column holds.
    const TYPE: ColumnType = ColumnType::Any;
    /// Whether it may hold nothing.
    const IS_OPTIONAL: bool = true;
    /// Whether there are values of the type that it refuses.
    const MAY_REFUSE: bool = true;

    /// How a value is written and read.
    #[must_use]
    fn codec() -> ColumnCodec<T>
    where
        T: SerdeValue,
    {
        ColumnCodec { to_cell: write, from_cell: read }
    }
}

impl<T> SerdeColumn<T> for ColumnOf<T> {}

/// What serde can write and read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a column",
    label = "no type of a column",
    note = "a column takes integers, floats, bools, text, bytes, UUIDs, ids, times, options of these, and types of serde: write \
            `#[derive(Serialize, Deserialize)]` on the type"
)]
pub trait SerdeValue: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> SerdeValue for T {}

fn write<T: SerdeValue>(value: &T, differ: Differ<T>) -> Result<Cell<'_>, CellError> {
    let cell = match value.serialize(ToCell) {
        Ok(cell) => cell,
        Err(Refusal::Compound) => Cell::Text(serde_json::to_string(value).map_err(unwritable)?.into()),
        Err(Refusal::Value(message)) => return Err(CellError::new(message)),
    };
    let read = read(&cell).map_err(|error| CellError::new(format!("it could not be read again: {error}")))?;
    if differ(value, &read) || verify_state(value, &read, None).is_err() {
        return Err(CellError::new("it would be read as another value: serde leaves a part of it out"));
    }
    Ok(cell)
}

fn read<T: SerdeValue>(cell: &Cell<'_>) -> Result<T, CellError> {
    T::deserialize(FromCell(cell)).map_err(|error| CellError::new(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn unwritable(error: serde_json::Error) -> CellError {
    CellError::new(format!("it cannot be written as JSON: {error}"))
}

/// Whether text in a column is JSON.
fn is_json(text: &str) -> bool {
    text.starts_with(['{', '[', '"'])
}

#[cfg(test)]
mod tests;
