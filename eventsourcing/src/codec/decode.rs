//! Payload to event, straight into the enum's own `Deserialize`.

use std::fmt;

use serde::de::value::{Error as TagError, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess,
    Visitor,
};
use serde_json::de::SliceRead;

use crate::codec::metadata::MetadataError;
use crate::codec::numbers::explained;
use crate::codec::progress::{Noted, Progress};
use crate::error::DecodeError;
use crate::event::upcaster::{Fault, Upcasted, Upcaster};
use crate::event::{Event, EventKind, Recorded};

type Json<'de> = serde_json::Deserializer<SliceRead<'de>>;

/// What a stored event is to this program.
pub(crate) enum Decoded<E> {
    /// One of its events, as they are now.
    Current(E),
    /// What is left of an event of an older release.
    Old(Upcasted<E>),
}

/// Reads an event from what is stored of it, and `beside` it. No event is ever read as one of another schema version.
pub(crate) fn decode<E: Event>(
    name: &str,
    schema_version: u32,
    payload: &[u8],
    beside: impl Fn() -> Result<Recorded<()>, MetadataError>,
) -> Result<Decoded<E>, DecodeError> {
    if let Some(upcaster) = E::UPCASTERS.iter().find(|upcaster| upcaster.reads(name, schema_version)) {
        let upcasted = upcaster.upcast(payload, &beside);
        return upcasted.map(Decoded::Old).map_err(|fault| not_upcasted(name, schema_version, fault));
    }
    let mut json = serde_json::Deserializer::from_slice(payload);
    let progress = Progress::default();
    let tagged = Tagged { name, payload: &mut json, progress: &progress };
    // An event is not passed on from one result to the next: it may be large.
    let fault = match E::deserialize(tagged) {
        Ok(event) => match json.end() {
            Ok(()) if event.kind().schema_version() == schema_version => return Ok(Decoded::Current(event)),
            Ok(()) => return Err(refusal::<E>(name, schema_version, None)),
            Err(fault) => fault,
        },
        Err(fault) => fault,
    };
    if is_retired::<E>(name) {
        return Ok(Decoded::Old(Upcasted::NOTHING));
    }
    Err(refusal::<E>(name, schema_version, Some((fault, progress.field(payload)))))
}

#[cold]
fn not_upcasted(name: &str, stored: u32, fault: Fault) -> DecodeError {
    let event = name.to_owned();
    match fault {
        Fault::Payload(source) => DecodeError::Payload { event, field: None, source: explained(source) },
        Fault::Metadata(source) => DecodeError::Metadata { event, stored, source },
        Fault::Panicked(message) => DecodeError::UpcasterPanicked { event, stored, message },
    }
}

/// Whether it is a retired event that nothing stands for today.
fn is_retired<E: Event>(name: &str) -> bool {
    E::RETIRED.contains(&name) && !E::UPCASTERS.iter().any(|upcaster| upcaster.has_name(name))
}

/// Says why; looked into only here, so that reading what is sound does not pay for it.
#[cold]
fn refusal<E: Event>(name: &str, stored: u32, fault: Option<(serde_json::Error, Option<String>)>) -> DecodeError {
    let event = name.to_owned();
    let current = E::KINDS.iter().find(|kind| kind.has_name(name)).map(EventKind::schema_version);
    let old = E::UPCASTERS.iter().filter(|upcaster| upcaster.has_name(name)).map(Upcaster::from_version);
    match (current.or(old.max()), fault) {
        (Some(known), Some((source, field))) if known == stored => {
            DecodeError::Payload { event, field, source: explained(source) }
        }
        (Some(known), _) => DecodeError::UnknownVersion { event, stored, known },
        (None, _) => DecodeError::UnknownEvent { event, known: E::KINDS.iter().map(EventKind::name).collect() },
    }
}

/// A variant's name and, apart from it, the JSON object of its fields: an externally tagged enum to serde.
struct Tagged<'a, 'de> {
    name: &'a str,
    payload: &'a mut Json<'de>,
    progress: &'a Progress,
}

impl<'de> Deserializer<'de> for Tagged<'_, 'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'a, 'de> EnumAccess<'de> for Tagged<'a, 'de> {
    type Error = serde_json::Error;
    type Variant = Fields<'a, 'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Self::Error> {
        let name: StrDeserializer<'_, TagError> = self.name.into_deserializer();
        let variant = seed.deserialize(name).map_err(serde_json::Error::custom)?;
        Ok((variant, Fields { payload: self.payload, progress: self.progress }))
    }
}

/// An object of whatever fields.
struct AnyFields;

impl<'de> Visitor<'de> for AnyFields {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object of an event without fields")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut fields: M) -> Result<(), M::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

struct Fields<'a, 'de> {
    payload: &'a mut Json<'de>,
    progress: &'a Progress,
}

impl<'de> VariantAccess<'de> for Fields<'_, 'de> {
    type Error = serde_json::Error;

    /// Fields that an event no longer has are skipped, as in any other event; but it is an object, as any other is.
    fn unit_variant(self) -> Result<(), Self::Error> {
        self.payload.deserialize_map(AnyFields)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error> {
        seed.deserialize(self.payload)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Self::Error> {
        self.payload.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        // As a map: a JSON array of the fields' values is not a payload of named fields.
        self.payload.deserialize_map(Noted { inner: visitor, progress: self.progress })
    }
}
