//! The object on a line of an export.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Error;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::stream::{Position, Version};

const FIELDS: &[&str] =
    &["position", "aggregate", "id", "version", "event", "schema_version", "recorded_at", "metadata", "payload"];

/// An event as an export writes it; metadata and payload as they stand there.
pub(crate) struct Exported<'a> {
    /// Where it stood in the store that was exported, if the line says that.
    pub(crate) position: Option<Position>,
    pub(crate) aggregate: String,
    pub(crate) id: Uuid,
    pub(crate) version: Version,
    pub(crate) event: String,
    pub(crate) schema_version: u32,
    pub(crate) recorded_at: i64,
    pub(crate) metadata: Option<&'a [u8]>,
    pub(crate) payload: &'a [u8],
}

// By hand: without the feature `derive`, serde has no derive macros here.
impl<'a> Exported<'a> {
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, Error> {
        let Fields(fields) = serde_json::from_slice(text)?;
        let raw = |field| fields.get(field).map(|json| json.get());
        let metadata = raw("metadata").filter(|json| *json != "null").map(str::as_bytes);
        Ok(Self {
            position: raw("position").and_then(|position| position.parse().ok()).map(Position::new),
            aggregate: value("aggregate", raw("aggregate"))?,
            id: value("id", raw("id"))?,
            version: value("version", raw("version"))?,
            event: value("event", raw("event"))?,
            schema_version: value("schema_version", raw("schema_version"))?,
            recorded_at: value("recorded_at", raw("recorded_at"))?,
            metadata,
            payload: raw("payload").ok_or_else(|| Error::missing_field("payload"))?.as_bytes(),
        })
    }
}

/// The fields of a line, each once.
struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(Self)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = BTreeMap<String, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object of an event")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = BTreeMap::new();
        while let Some((field, value)) = map.next_entry::<String, &RawValue>()? {
            if !FIELDS.contains(&field.as_str()) {
                return Err(M::Error::unknown_field(&field, FIELDS));
            }
            if fields.contains_key(&field) {
                return Err(M::Error::custom(format_args!("duplicate field `{field}`")));
            }
            fields.insert(field, value);
        }
        Ok(fields)
    }
}

fn value<T: DeserializeOwned>(field: &'static str, json: Option<&str>) -> Result<T, Error> {
    serde_json::from_str(json.ok_or_else(|| Error::missing_field(field))?)
}
