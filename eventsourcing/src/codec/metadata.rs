//! Metadata to and from its bytes: a JSON object of texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serializer as _;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use crate::event::Metadata;

pub(crate) fn encode_metadata(metadata: &Metadata) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = Vec::new();
    serde_json::Serializer::new(&mut json).collect_map(metadata.iter())?;
    Ok(json)
}

/// Why metadata cannot be read.
pub(crate) type MetadataError = serde_json::Error;

pub(crate) fn decode_metadata(json: &[u8]) -> Result<Metadata, MetadataError> {
    serde_json::from_slice::<BTreeMap<String, String>>(json).map(Metadata::from_iter)
}

/// Checks metadata from outside: of a key that it has twice, one text would be lost.
pub(crate) fn check_metadata(json: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<UniqueTexts>(json).map(drop)
}

/// Texts, each under a key of its own.
struct UniqueTexts;

impl<'de> Deserialize<'de> for UniqueTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for UniqueTexts {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self, M::Error> {
        let mut keys = BTreeSet::new();
        while let Some((key, _)) = map.next_entry::<String, String>()? {
            if let Some(key) = keys.replace(key) {
                return Err(M::Error::custom(format_args!("duplicate key `{key}`")));
            }
        }
        Ok(self)
    }
}
