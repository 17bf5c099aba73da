//! A value as a number: two values that serialise by the same calls have the same, whatever JSON would make of them.
//!
//! `Some(None)` and `None` are one `null` to JSON, and `5_u8` is the `5_i64` of another variant: here they differ. The parts of a list and the
//! entries of a map are summed up, so their order does not matter: a `HashMap` that is read again has another.

mod parts;

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::Error;

use self::parts::{Row, Sum};

/// Computes the number, from one that stands for what was before.
struct Trace<N>(u64, N);

/// Takes note of the fields of the outermost value.
trait Notes {
    /// The name of a field whose key in a map is this.
    fn name(key: &(impl Serialize + ?Sized)) -> Option<String>;

    fn note(&mut self, name: impl Into<String>, trace: u64);
}

impl Notes for () {
    fn name(_: &(impl Serialize + ?Sized)) -> Option<String> {
        None
    }

    fn note(&mut self, _: impl Into<String>, _: u64) {}
}

impl Notes for &mut Vec<(String, u64)> {
    fn name(key: &(impl Serialize + ?Sized)) -> Option<String> {
        serde_json::to_string(key).ok().map(|key| key.trim_matches('"').to_owned())
    }

    fn note(&mut self, name: impl Into<String>, trace: u64) {
        self.push((name.into(), trace));
    }
}

/// The number of a value.
pub(super) fn trace<T: Serialize + ?Sized>(value: &T) -> Result<u64, Error> {
    value.serialize(Trace(SEED, ()))
}

/// The name of the first field in which two values differ; they may be structs, maps, or variants of an enum.
pub(super) fn field_that_differs<T: Serialize + ?Sized>(one: &T, other: &T) -> Option<String> {
    let (mut of_one, mut of_other) = (Vec::new(), Vec::new());
    one.serialize(Trace(SEED, &mut of_one)).ok()?;
    other.serialize(Trace(SEED, &mut of_other)).ok()?;
    let differs = |field: &&(String, u64)| !(of_one.contains(*field) && of_other.contains(*field));
    of_one.iter().chain(&of_other).find(differs).map(|(name, _)| name.clone())
}

const SEED: u64 = 0x2d35_8dcc_aa6c_78a5;
const FACTOR: u64 = 0x8bb8_4b93_962e_acc9;

/// Both halves of the product, so that each bit has to do with each.
const fn mix(state: u64, word: u64) -> u64 {
    let product = (state.rotate_left(23) ^ word) as u128 * FACTOR as u128;
    #[expect(clippy::cast_possible_truncation, reason = "the halves")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high ^ state
}

fn mix_bytes(state: u64, bytes: &[u8]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    let state = words.iter().fold(mix(state, bytes.len() as u64), |state, word| mix(state, u64::from_le_bytes(*word)));
    mix(state, last_word(bytes))
}

/// What ends some bytes, be it in the words before it or not; all of fewer than eight.
fn last_word(bytes: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    }
    bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Which call it was.
#[derive(Clone, Copy)]
enum Call {
    Bool = 1,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Str,
    Bytes,
    None,
    Some,
    Unit,
    UnitStruct,
    UnitVariant,
    NewtypeStruct,
    NewtypeVariant,
    Seq,
    Tuple,
    TupleStruct,
    TupleVariant,
    Map,
    Struct,
    StructVariant,
}

impl<N> Trace<N> {
    fn word(&self, call: Call, word: u64) -> u64 {
        mix(mix(self.0, call as u64), word)
    }

    fn text(&self, call: Call, bytes: &[u8]) -> u64 {
        mix_bytes(mix(self.0, call as u64), bytes)
    }

    fn variant(&self, call: Call, name: &str, index: u32) -> u64 {
        mix(self.text(call, name.as_bytes()), u64::from(index))
    }
}

macro_rules! words {
    ($($method:ident($ty:ty) $call:ident |$value:ident| $word:expr;)*) => {
        $(fn $method(self, $value: $ty) -> Result<u64, Error> {
            Ok(self.word(Call::$call, $word))
        })*
    };
}

macro_rules! wide {
    ($($method:ident($ty:ty) $call:ident;)*) => {
        $(fn $method(self, value: $ty) -> Result<u64, Error> {
            Ok(self.text(Call::$call, &value.to_le_bytes()))
        })*
    };
}

impl<N: Notes> Serializer for Trace<N> {
    type Ok = u64;
    type Error = Error;
    type SerializeSeq = Sum<N>;
    type SerializeTuple = Row<N>;
    type SerializeTupleStruct = Row<N>;
    type SerializeTupleVariant = Row<N>;
    type SerializeMap = Sum<N>;
    type SerializeStruct = Row<N>;
    type SerializeStructVariant = Row<N>;

    /// The shorter form of a type that has two, such as a UUID: nothing of it is read by people, and what it makes of two values differs if they do.
    fn is_human_readable(&self) -> bool {
        false
    }

    words! {
        serialize_bool(bool) Bool |value| value.into();
        serialize_i8(i8) I8 |value| i64::from(value).cast_unsigned();
        serialize_i16(i16) I16 |value| i64::from(value).cast_unsigned();
        serialize_i32(i32) I32 |value| i64::from(value).cast_unsigned();
        serialize_i64(i64) I64 |value| value.cast_unsigned();
        serialize_u8(u8) U8 |value| value.into();
        serialize_u16(u16) U16 |value| value.into();
        serialize_u32(u32) U32 |value| value.into();
        serialize_u64(u64) U64 |value| value;
        serialize_f32(f32) F32 |value| value.to_bits().into();
        serialize_f64(f64) F64 |value| value.to_bits();
        serialize_char(char) Char |value| u32::from(value).into();
    }

    wide! {
        serialize_i128(i128) I128;
        serialize_u128(u128) U128;
    }

    fn serialize_str(self, text: &str) -> Result<u64, Error> {
        Ok(self.text(Call::Str, text.as_bytes()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<u64, Error> {
        Ok(self.text(Call::Bytes, bytes))
    }

    fn serialize_none(self) -> Result<u64, Error> {
        Ok(self.word(Call::None, 0))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<u64, Error> {
        value.serialize(Self(self.word(Call::Some, 0), self.1))
    }

    fn serialize_unit(self) -> Result<u64, Error> {
        Ok(self.word(Call::Unit, 0))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<u64, Error> {
        Ok(self.text(Call::UnitStruct, name.as_bytes()))
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, _: &'static str) -> Result<u64, Error> {
        Ok(self.variant(Call::UnitVariant, name, index))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<u64, Error> {
        value.serialize(Self(self.text(Call::NewtypeStruct, name.as_bytes()), self.1))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<u64, Error> {
        value.serialize(Self(self.variant(Call::NewtypeVariant, name, index), self.1))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Sum<N>, Error> {
        Ok(Sum::new(self.word(Call::Seq, 0), self.1))
    }

    fn serialize_tuple(self, len: usize) -> Result<Row<N>, Error> {
        Ok(Row { state: self.word(Call::Tuple, len as u64), notes: self.1 })
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Row<N>, Error> {
        Ok(Row { state: self.text(Call::TupleStruct, name.as_bytes()), notes: self.1 })
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Row<N>, Error> {
        Ok(Row { state: self.variant(Call::TupleVariant, name, index), notes: self.1 })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Sum<N>, Error> {
        Ok(Sum::new(self.word(Call::Map, 0), self.1))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Row<N>, Error> {
        Ok(Row { state: self.text(Call::Struct, name.as_bytes()), notes: self.1 })
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Row<N>, Error> {
        Ok(Row { state: self.variant(Call::StructVariant, name, index), notes: self.1 })
    }
}
