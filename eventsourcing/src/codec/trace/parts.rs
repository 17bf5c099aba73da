//! The parts of a value: of a struct and a tuple in their order, of a list and a map in any.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant,
};
use serde_json::Error;

use super::{Notes, SEED, Trace, mix, mix_bytes};

/// Parts whose order matters.
pub(super) struct Row<N> {
    pub(super) state: u64,
    pub(super) notes: N,
}

macro_rules! row {
    ($($part:ident::$method:ident($($key:ident)?))*) => {
        $(impl<N: Notes> $part for Row<N> {
            type Ok = u64;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Result<(), Error> {
                let part = value.serialize(Trace(SEED, ()))?;
                self.state = mix(self.state, part);
                $(
                    self.state = mix_bytes(self.state, $key.as_bytes());
                    self.notes.note($key, part);
                )?
                Ok(())
            }

            fn end(self) -> Result<u64, Error> {
                Ok(self.state)
            }
        })*
    };
}

row! {
    SerializeTuple::serialize_element()
    SerializeTupleStruct::serialize_field()
    SerializeTupleVariant::serialize_field()
    SerializeStruct::serialize_field(key)
    SerializeStructVariant::serialize_field(key)
}

/// Parts whose order does not matter.
pub(super) struct Sum<N> {
    state: u64,
    parts: u64,
    count: u64,
    /// Stands for the key of the entry whose value comes next.
    key: u64,
    name: Option<String>,
    notes: N,
}

impl<N> Sum<N> {
    pub(super) const fn new(state: u64, notes: N) -> Self {
        Self { state, parts: 0, count: 0, key: SEED, name: None, notes }
    }

    fn add(&mut self, part: u64) {
        self.parts = self.parts.wrapping_add(mix(SEED, part));
        self.count += 1;
    }

    fn total(&self) -> u64 {
        mix(mix(self.state, self.count), self.parts)
    }
}

impl<N: Notes> SerializeSeq for Sum<N> {
    type Ok = u64;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add(value.serialize(Trace(SEED, ()))?);
        Ok(())
    }

    fn end(self) -> Result<u64, Error> {
        Ok(self.total())
    }
}

impl<N: Notes> SerializeMap for Sum<N> {
    type Ok = u64;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = key.serialize(Trace(SEED, ()))?;
        self.name = N::name(key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let entry = value.serialize(Trace(self.key, ()))?;
        self.add(entry);
        if let Some(name) = self.name.take() {
            self.notes.note(name, entry);
        }
        Ok(())
    }

    fn end(self) -> Result<u64, Error> {
        Ok(self.total())
    }
}
