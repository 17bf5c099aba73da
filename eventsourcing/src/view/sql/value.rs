//! Values as parameters and results of SQL.

use std::borrow::Cow;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::aggregate::Id;
use crate::error::CellError;
use crate::stream::{Position, Version};
use crate::view::{Cell, Column};

/// A value as a column of a view keeps it: as a parameter of SQL, and read back from a result.
///
/// It is for types that SQL has no value for, such as moments, which are kept in microseconds since 1970 UTC, and numbers that may be too large. An
/// [`Id`] is a parameter by itself.
///
/// ```
/// # use std::time::SystemTime;
/// use eventsourcing::rusqlite::Connection;
/// use eventsourcing::view::SqlValue;
///
/// # fn main() -> eventsourcing::rusqlite::Result<()> {
/// let moment = SystemTime::UNIX_EPOCH;
/// let SqlValue(read): SqlValue<SystemTime> = Connection::open_in_memory()?.query_row("SELECT ?1", [SqlValue(moment)], |row| row.get(0))?;
/// assert_eq!(read, moment);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "it is its value")]
pub struct SqlValue<T>(pub T);

impl<T: Column> ToSql for SqlValue<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_cell().map(output).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

impl<T: Column> FromSql for SqlValue<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let other = |error: CellError| FromSqlError::Other(Box::new(error));
        let text = |text| std::str::from_utf8(text).map(Cow::Borrowed).map_err(FromSqlError::other);
        let read = match value {
            ValueRef::Null => T::from_cell(&Cell::Null),
            ValueRef::Integer(number) => T::from_cell(&Cell::Integer(number)),
            ValueRef::Real(number) => T::from_cell(&Cell::Float(number)),
            ValueRef::Text(bytes) => T::from_cell(&Cell::Text(text(bytes)?)),
            ValueRef::Blob(bytes) => match (T::TYPE, Uuid::from_slice(bytes)) {
                (crate::view::ColumnType::Uuid, Ok(id)) => T::from_cell(&Cell::Uuid(id)),
                _ => T::from_cell(&Cell::Bytes(Cow::Borrowed(bytes))),
            },
        };
        read.map(Self).map_err(other)
    }
}

fn output(cell: Cell<'_>) -> ToSqlOutput<'_> {
    match cell {
        Cell::Null => ToSqlOutput::Owned(Value::Null),
        Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(number)),
        Cell::Float(number) => ToSqlOutput::Owned(Value::Real(number)),
        Cell::Text(Cow::Borrowed(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Cell::Text(Cow::Owned(text)) => ToSqlOutput::Owned(Value::Text(text)),
        Cell::Bytes(Cow::Borrowed(bytes)) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Cell::Bytes(Cow::Owned(bytes)) => ToSqlOutput::Owned(Value::Blob(bytes)),
        Cell::Uuid(id) => ToSqlOutput::Owned(Value::Blob(id.as_bytes().to_vec())),
    }
}

/// An id is kept as the 16 bytes of its UUID, as in the rows of other views.
impl<A> ToSql for Id<A> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Blob(self.as_uuid().as_bytes().to_vec())))
    }
}

impl<A> FromSql for Id<A> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::column_result(value).map(Self::from)
    }
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let number = i64::try_from(self.get());
                number.map(ToSqlOutput::from).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let number = i64::column_result(value)?;
                u64::try_from(number).map(Self::new).map_err(|_| FromSqlError::OutOfRange(number))
            }
        }
    )*};
}

numbers!(Position, Version);
