//! The fields of the events of journals, as they are stored: without a tree in between, since all journals are read when a process begins.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Timers that a reaction has set, with the time in microseconds since 1970 UTC, and that it has cancelled.
pub(crate) type Timers = BTreeMap<String, Option<i64>>;

/// The fields of all events; each event has some of them.
#[derive(Default)]
pub(super) struct JournalFields {
    pub(super) cause: Option<u64>,
    pub(super) nth: Option<u16>,
    pub(super) fired: Option<String>,
    pub(super) error: Option<String>,
    /// Those that are set, and those that are cancelled.
    pub(super) timers: Timers,
    pub(super) left: Option<u64>,
    pub(super) after: Option<u64>,
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = JournalFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of an event of a journal")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<JournalFields, M::Error> {
        let mut fields = JournalFields::default();
        while let Some(name) = map.next_key::<String>()? {
            match &*name {
                "cause" => fields.cause = map.next_value()?,
                "nth" => fields.nth = map.next_value()?,
                "fired" => fields.fired = map.next_value()?,
                "error" => fields.error = map.next_value()?,
                "left" => fields.left = map.next_value()?,
                "after" => fields.after = map.next_value()?,
                "set" => {
                    let set: Option<BTreeMap<String, i64>> = map.next_value()?;
                    fields.timers.extend(set.into_iter().flatten().map(|(name, due)| (name, Some(due))));
                }
                "cancelled" => {
                    let cancelled: Option<Vec<String>> = map.next_value()?;
                    fields.timers.extend(cancelled.into_iter().flatten().map(|name| (name, None)));
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

impl<'de> Deserialize<'de> for JournalFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}
