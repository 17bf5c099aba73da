//! A value of a column, whatever keeps it, and the values of a row.

use std::borrow::Cow;

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

/// The cells of a row that is read.
pub trait RowCells {
    /// The cell of the column of this index, from 0.
    ///
    /// # Errors
    ///
    /// When there is none.
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError>;
}
