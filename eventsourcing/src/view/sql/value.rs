//! Values as parameters and results of SQL.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use uuid::Uuid;

use crate::aggregate::Id;
use crate::stream::{Position, Version};
use crate::view::Column;
use crate::view::sql::{from_value, to_value};

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
        let refused = |error| rusqlite::Error::ToSqlConversionFailure(error);
        let cell = self.0.to_cell().map_err(|error| refused(Box::new(error)))?;
        let value = to_value(&cell).try_into().map_err(|error: FromSqlError| refused(Box::new(error)))?;
        Ok(ToSqlOutput::Owned(value))
    }
}

impl<T: Column> FromSql for SqlValue<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let cell = from_value(value, T::TYPE).map_err(FromSqlError::other)?;
        T::from_cell(&cell).map(Self).map_err(FromSqlError::other)
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
