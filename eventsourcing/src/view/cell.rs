//! A value of a column, whatever keeps it, and the values of a row.

use std::borrow::Cow;
use std::cmp::Ordering;

use uuid::Uuid;

use crate::error::CellError;

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "those who write a column or a key build them")]
pub enum Cell<'c> {
    /// None.
    Null,
    /// A whole number; also a bool, as 0 or 1, and a time, in microseconds since 1970 UTC.
    Integer(i64),
    /// A number with a fraction, never NaN.
    Float(f64),
    /// Text without NUL.
    Text(Cow<'c, str>),
    /// Bytes.
    Bytes(Cow<'c, [u8]>),
    /// A UUID, kept as 16 bytes where there is no type for it.
    Uuid(Uuid),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnType {
    /// True or false.
    Bool,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Float,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// UUIDs, and ids of aggregates.
    Uuid,
    /// Moments.
    Time,
    /// What serde makes of a value: numbers and text as they are, all that has parts as JSON text.
    Any,
}

impl Cell<'_> {
    /// The same value, borrowed from nothing.
    #[must_use]
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(number) => Cell::Integer(number),
            Self::Float(number) => Cell::Float(number),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Cell::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Uuid(id) => Cell::Uuid(id),
        }
    }

    /// The order of cells, which is that of SQLite: nothing, then numbers by their value, text by its bytes, and bytes.
    pub(crate) fn order(&self, other: &Cell<'_>) -> Ordering {
        match (self, other) {
            (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
            (Cell::Float(one), Cell::Float(other)) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (Cell::Integer(one), Cell::Float(other)) => order_of_numbers(*one, *other),
            (Cell::Float(one), Cell::Integer(other)) => order_of_numbers(*other, *one).reverse(),
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            _ => self.class().cmp(&other.class()).then_with(|| self.bytes().cmp(other.bytes())),
        }
    }

    const fn class(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Integer(_) | Self::Float(_) => 1,
            Self::Text(_) => 2,
            Self::Bytes(_) | Self::Uuid(_) => 3,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Uuid(id) => id.as_bytes(),
            Self::Null | Self::Integer(_) | Self::Float(_) | Self::Text(_) => &[],
        }
    }

    /// What it is, in words.
    pub(crate) const fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "a UUID",
        }
    }
}

/// A whole number has more digits than a fraction: where it becomes the same fraction, the whole numbers tell.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "where the first loses digits, the second does not: such numbers have no fraction, and 64 bits"
)]
fn order_of_numbers(whole: i64, fraction: f64) -> Ordering {
    let by_fraction = (whole as f64).partial_cmp(&fraction).unwrap_or(Ordering::Equal);
    by_fraction.then_with(|| i128::from(whole).cmp(&(fraction as i128)))
}

/// The cells of a row that is read.
pub trait RowCells {
    /// The cell of the column of this index, from 0.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError>;
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
