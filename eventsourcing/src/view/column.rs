//! Which types a column takes, and how.

mod by_serde;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

pub use self::by_serde::{ColumnOf, SerdeColumn};
use crate::aggregate::Id;
use crate::bytes::Bytes;
use crate::error::CellError;
use crate::store::{from_micros, micros};
use crate::view::{Cell, ColumnType};

/// A type that a column can have.
///
/// Numbers, text, bytes, UUIDs, ids and moments have one; an `Option` is a column that may hold nothing.
///
/// ```
/// use eventsourcing::view::{Cell, Column};
///
/// assert_eq!(5_u32.to_cell(), Ok(Cell::Integer(5)));
/// assert_eq!(u32::from_cell(&Cell::Integer(5)), Ok(5));
/// assert!(f64::NAN.to_cell().is_err(), "it is refused before it is kept");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "cannot be kept in a column",
    note = "columns are integers, floats, bools, text, bytes, UUIDs, ids, times, and options of these"
)]
pub trait Column: Sized {
    /// What the column holds.
    const TYPE: ColumnType;
    /// Whether it may hold nothing.
    const IS_OPTIONAL: bool = false;
    /// Whether there are values of the type that it refuses.
    const MAY_REFUSE: bool = false;

    /// The value as the column keeps it.
    ///
    /// # Errors
    ///
    /// When the column cannot keep it.
    fn to_cell(&self) -> Result<Cell<'_>, CellError>;

    /// The value that is kept so.
    ///
    /// # Errors
    ///
    /// When it is none of this type.
    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError>;
}

/// That a column holds something else.
fn misfit<T>(expected: &str, found: &Cell<'_>) -> Result<T, CellError> {
    Err(CellError::new(format!("the column holds {}, and not {expected}", found.describe())))
}

macro_rules! integers {
    ($($type:ty: $may_refuse:literal),*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::Integer;
            const MAY_REFUSE: bool = $may_refuse;

            fn to_cell(&self) -> Result<Cell<'_>, CellError> {
                i64::try_from(*self).map(Cell::Integer).map_err(|_| {
                    CellError::new(format!("a column takes whole numbers up to {}, and this is {self}", i64::MAX))
                })
            }

            fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
                let Cell::Integer(number) = cell else { return misfit("a whole number", cell) };
                Self::try_from(*number).map_err(|_| {
                    CellError::new(format!("the column holds {number}, which is no `{}`", stringify!($type)))
                })
            }
        }
    )*};
}

integers!(i8: false, i16: false, i32: false, i64: false, isize: true, u8: false, u16: false, u32: false, u64: true, usize: true);

impl Column for bool {
    const TYPE: ColumnType = ColumnType::Bool;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        Ok(Cell::Integer(i64::from(*self)))
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        let Cell::Integer(number @ (0 | 1)) = cell else { return misfit("true or false", cell) };
        Ok(*number == 1)
    }
}

impl Column for f64 {
    const TYPE: ColumnType = ColumnType::Float;
    const MAY_REFUSE: bool = true;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        number(*self)
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if let Cell::Float(number) = cell { Ok(*number) } else { misfit("a number with a fraction", cell) }
    }
}

fn number(number: f64) -> Result<Cell<'static>, CellError> {
    if number.is_nan() {
        Err(CellError::new("a column takes numbers, and this is NaN"))
    } else {
        Ok(Cell::Float(number))
    }
}

impl Column for f32 {
    const TYPE: ColumnType = ColumnType::Float;
    const MAY_REFUSE: bool = true;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        number(f64::from(*self))
    }

    #[expect(clippy::cast_possible_truncation, reason = "it was an `f32` when it was kept")]
    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        f64::from_cell(cell).map(|number| number as Self)
    }
}

impl Column for String {
    const TYPE: ColumnType = ColumnType::Text;
    const MAY_REFUSE: bool = true;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        text(self)
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if let Cell::Text(text) = cell { Ok(text.clone().into_owned()) } else { misfit("text", cell) }
    }
}

impl Column for char {
    const TYPE: ColumnType = ColumnType::Text;
    const MAY_REFUSE: bool = true;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        text(&String::from(*self))?;
        Ok(Cell::Text(Cow::Owned(String::from(*self))))
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        let text = String::from_cell(cell)?;
        text.parse().map_err(|_| CellError::new(format!("the column holds {text:?}, which is not one character")))
    }
}

// SQL ends text at a NUL in some of its functions, and other databases take none.
fn text(text: &str) -> Result<Cell<'_>, CellError> {
    if text.contains('\0') {
        Err(CellError::new(format!("a column takes text without the character NUL, which {text:?} has")))
    } else {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }
}

impl Column for Bytes {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        Ok(Cell::Bytes(Cow::Borrowed(self)))
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if let Cell::Bytes(bytes) = cell { Ok(bytes.to_vec().into()) } else { misfit("bytes", cell) }
    }
}

impl Column for Uuid {
    const TYPE: ColumnType = ColumnType::Uuid;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        Ok(Cell::Uuid(*self))
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if let Cell::Uuid(id) = cell {
            return Ok(*id);
        }
        let Cell::Bytes(bytes) = cell else { return misfit("a UUID", cell) };
        Self::from_slice(bytes).or_else(|_| misfit("a UUID", cell))
    }
}

impl<A> Column for Id<A> {
    const TYPE: ColumnType = ColumnType::Uuid;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        Ok(Cell::Uuid(self.as_uuid()))
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        Uuid::from_cell(cell).map(Self::from)
    }
}

impl Column for SystemTime {
    const TYPE: ColumnType = ColumnType::Time;
    const MAY_REFUSE: bool = true;

    /// A column has no fractions of a microsecond.
    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        let micros = micros(*self);
        if from_micros(micros) == *self {
            Ok(Cell::Integer(micros))
        } else {
            Err(CellError::new(format!(
                "a column takes moments in whole microseconds, and this is {self:?}: round it, or keep when the event was recorded"
            )))
        }
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if let Cell::Integer(micros) = cell { Ok(from_micros(*micros)) } else { misfit("a moment", cell) }
    }
}

impl Column for Duration {
    const TYPE: ColumnType = ColumnType::Integer;
    const MAY_REFUSE: bool = true;

    /// In microseconds; a column has no fractions of one.
    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        match i64::try_from(self.as_micros()) {
            Ok(micros) if self.subsec_nanos().is_multiple_of(1_000) => Ok(Cell::Integer(micros)),
            _ => Err(CellError::new(format!("a column takes spans of whole microseconds, and this is {self:?}"))),
        }
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        let Cell::Integer(micros) = cell else { return misfit("a span of time", cell) };
        u64::try_from(*micros).map(Self::from_micros).or_else(|_| misfit("a span of time", cell))
    }
}

impl<T: Column> Column for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const IS_OPTIONAL: bool = {
        assert!(!T::IS_OPTIONAL, "an option of an option has two kinds of nothing, and a column has one");
        true
    };
    const MAY_REFUSE: bool = T::MAY_REFUSE;

    fn to_cell(&self) -> Result<Cell<'_>, CellError> {
        self.as_ref().map_or(Ok(Cell::Null), T::to_cell)
    }

    fn from_cell(cell: &Cell<'_>) -> Result<Self, CellError> {
        if matches!(cell, Cell::Null) { Ok(None) } else { T::from_cell(cell).map(Some) }
    }
}
