//! The object on a line of an export.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::Error;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::stream::Version;

const FIELDS: &[&str] =
    &["position", "aggregate", "id", "version", "event", "schema_version", "recorded_at", "metadata", "payload"];

/// An event as an export writes it; metadata and payload as they stand there.
pub(crate) struct Exported<'a> {
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
        let fields: BTreeMap<String, &'a RawValue> = serde_json::from_slice(text)?;
        if let Some(unknown) = fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
            return Err(Error::unknown_field(unknown, FIELDS));
        }
        let raw = |field| fields.get(field).map(|json| json.get());
        let metadata = raw("metadata").filter(|json| *json != "null").map(str::as_bytes);
        Ok(Self {
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

fn value<T: DeserializeOwned>(field: &'static str, json: Option<&str>) -> Result<T, Error> {
    serde_json::from_str(json.ok_or_else(|| Error::missing_field(field))?)
}
