//! What is no compound, to a cell.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::ser::{Error, Impossible, Serializer};

use super::is_json;
use crate::view::Cell;
use crate::view::column::number;

/// Makes a cell of a value.
pub(super) struct ToCell;

/// Why there is none.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It has parts.
    Compound,
    /// A column does not keep it, for this reason.
    Value(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if let Self::Value(message) = self { message } else { "it has parts" })
    }
}

impl std::error::Error for Refusal {}

impl Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

type Made = Result<Cell<'static>, Refusal>;
type Parts = Impossible<Cell<'static>, Refusal>;

fn integer<N: TryInto<i64> + Copy + fmt::Display>(number: N) -> Made {
    let refused = |_| Refusal::Value(format!("a column takes whole numbers up to {}, and this is {number}", i64::MAX));
    number.try_into().map(Cell::Integer).map_err(refused)
}

fn float(value: f64) -> Made {
    number(value).map_err(Error::custom)
}

fn text(text: &str) -> Made {
    if is_json(text) || text.contains('\0') {
        serde_json::to_string(text).map(|json| Cell::Text(Cow::Owned(json))).map_err(Error::custom)
    } else {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }
}

macro_rules! scalars {
    ($($method:ident($ty:ty) |$value:ident| $made:expr;)*) => {
        $(fn $method(self, $value: $ty) -> Made {
            $made
        })*
    };
}

macro_rules! compounds {
    ($($method:ident($($arg:ty),*) -> $parts:ty;)*) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$parts, Refusal> {
            Err(Refusal::Compound)
        })*
    };
}

impl Serializer for ToCell {
    type Ok = Cell<'static>;
    type Error = Refusal;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    scalars! {
        serialize_bool(bool) |value| Ok(Cell::Integer(value.into()));
        serialize_i8(i8) |value| integer(value);
        serialize_i16(i16) |value| integer(value);
        serialize_i32(i32) |value| integer(value);
        serialize_i64(i64) |value| integer(value);
        serialize_i128(i128) |value| integer(value);
        serialize_u8(u8) |value| integer(value);
        serialize_u16(u16) |value| integer(value);
        serialize_u32(u32) |value| integer(value);
        serialize_u64(u64) |value| integer(value);
        serialize_u128(u128) |value| integer(value);
        serialize_f32(f32) |value| float(value.into());
        serialize_f64(f64) |value| float(value);
        serialize_char(char) |value| text(value.encode_utf8(&mut [0; 4]));
        serialize_str(&str) |value| text(value);
        serialize_bytes(&[u8]) |value| Ok(Cell::Bytes(Cow::Owned(value.to_vec())));
        serialize_unit_struct(&'static str) |_name| Ok(Cell::Null);
    }

    compounds! {
        serialize_seq(Option<usize>) -> Parts;
        serialize_tuple(usize) -> Parts;
        serialize_tuple_struct(&'static str, usize) -> Parts;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Parts;
        serialize_map(Option<usize>) -> Parts;
        serialize_struct(&'static str, usize) -> Parts;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Parts;
    }

    fn serialize_none(self) -> Made {
        Ok(Cell::Null)
    }

    fn serialize_unit(self) -> Made {
        Ok(Cell::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        let cell = value.serialize(self)?;
        if matches!(cell, Cell::Null) {
            return Err(Error::custom(
                "a column has one kind of nothing for `Some` of nothing and for `None`: write an enum with a variant for each case",
            ));
        }
        Ok(cell)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Made {
        Err(Refusal::Compound)
    }
}
