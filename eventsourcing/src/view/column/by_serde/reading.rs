//! A cell to a value.

use serde::de::value::Error;
use serde::de::{Deserializer, Error as _, IntoDeserializer as _, Visitor};
use serde_json::de::StrRead;

use super::is_json;
use crate::view::Cell;

/// Reads a value of a cell.
#[derive(Clone, Copy)]
pub(super) struct FromCell<'c>(pub(super) &'c Cell<'c>);

impl<'c> FromCell<'c> {
    /// Its JSON, if it is a cell with that.
    fn json(self) -> Option<&'c str> {
        if let Cell::Text(text) = self.0 { Some(&**text).filter(|text| is_json(text)) } else { None }
    }
}

type Json<'c> = serde_json::Deserializer<StrRead<'c>>;

fn read_json<'c, T>(text: &'c str, read: impl FnOnce(&mut Json<'c>) -> serde_json::Result<T>) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    read(&mut json).and_then(|value| json.end().map(|()| value)).map_err(Error::custom)
}

macro_rules! by_type {
    ($($method:ident($($name:ident: $ty:ty)?);)*) => {
        $(fn $method<V: Visitor<'c>>(self, $($name: $ty,)? visitor: V) -> Result<V::Value, Error> {
            match self.json() {
                Some(text) => read_json(text, |json| json.$method($($name,)? visitor)),
                None => self.deserialize_any(visitor),
            }
        })*
    };
}

impl<'c> Deserializer<'c> for FromCell<'c> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'c>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cell::Null => visitor.visit_unit(),
            Cell::Integer(number) => visitor.visit_i64(*number),
            Cell::Float(number) => visitor.visit_f64(*number),
            Cell::Text(text) if is_json(text) => read_json(text, |json| json.deserialize_any(visitor)),
            Cell::Text(text) => visitor.visit_str(text),
            Cell::Bytes(bytes) => visitor.visit_bytes(bytes),
            Cell::Uuid(id) => visitor.visit_bytes(id.as_bytes()),
        }
    }

    by_type! {
        deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64(); deserialize_i128();
        deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128();
        deserialize_f32(); deserialize_f64(); deserialize_char(); deserialize_str(); deserialize_string();
        deserialize_bytes(); deserialize_byte_buf(); deserialize_unit(); deserialize_unit_struct(name: &'static str);
        deserialize_seq(); deserialize_tuple(len: usize); deserialize_map(); deserialize_identifier(); deserialize_ignored_any();
    }

    fn deserialize_bool<V: Visitor<'c>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Cell::Integer(number @ (0 | 1)) = self.0 {
            visitor.visit_bool(*number == 1)
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_option<V: Visitor<'c>>(self, visitor: V) -> Result<V::Value, Error> {
        if matches!(self.0, Cell::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'c>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'c>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'c>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.json() {
            Some(text) => read_json(text, |json| json.deserialize_struct(name, fields, visitor)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'c>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Some(text) = self.json() {
            read_json(text, |json| json.deserialize_enum(name, variants, visitor))
        } else if let Cell::Text(text) = self.0 {
            visitor.visit_enum((**text).into_deserializer())
        } else {
            self.deserialize_any(visitor)
        }
    }
}
