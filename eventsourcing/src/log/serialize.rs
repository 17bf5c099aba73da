//! Events of the log as serde writes them, for a program that shows them: an audit page, an answer in JSON.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::codec::StoredJson;
use crate::event::Recorded;
use crate::log::{LogEvent, Trace, TraceStep};
use crate::store::micros;

/// As an object for people and programs that show it: `position`, `aggregate`, `id`, `version`, `recorded_at` (microseconds since 1970 UTC),
/// `metadata` where there is any, and `event` as its own serde writes it, such as `{"Opened":{"owner":"Ann"}}`. It is not what
/// [`export`](crate::log::LogReader::export) writes, and is not imported.
/// A number beyond 64 bits is written as it is by `serde_json::to_string`, and refused by `to_value`.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, owner: String }
/// #[events]
/// impl Account {
///     #[event(Opened)]
///     pub fn open(owner: String) -> Self {
///         Self { root: Root::new(), owner }
///     }
/// }
/// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
/// # pollster::block_on(async {
///
/// let bank = Bank::new(MemoryStore::new());
/// bank.accounts.save(&mut Account::open("Ann".into())).await?;
/// let newest = serde_json::to_value(bank.log().latest(10).await?)?;
/// assert_eq!(newest[0]["event"], serde_json::json!({ "Opened": { "owner": "Ann" } }));
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
impl<E: Serialize> Serialize for Recorded<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_metadata = !self.metadata.is_empty();
        let mut object = serializer.serialize_struct("Recorded", 6 + usize::from(has_metadata))?;
        object.serialize_field("position", &self.position)?;
        object.serialize_field("aggregate", self.stream.aggregate())?;
        object.serialize_field("id", &self.stream.id())?;
        object.serialize_field("version", &self.version)?;
        object.serialize_field("recorded_at", &micros(self.recorded_at))?;
        if has_metadata {
            object.serialize_field("metadata", &self.metadata)?;
        } else {
            object.skip_field("metadata")?;
        }
        object.serialize_field("event", &self.event)?;
        object.end()
    }
}

/// One that is known as its own serde writes it; one that is not as a map of its stored name to its stored payload, `{}` where that has no fields.
impl<E: Serialize> Serialize for LogEvent<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(event) => event.serialize(serializer),
            Self::Unknown(event) => serializer.collect_map([(&event.name, StoredJson(&event.payload))]),
        }
    }
}

/// `steps`, each with its `depth` and its `events`.
impl<E: Serialize> Serialize for Trace<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Trace", 1)?;
        object.serialize_field("steps", &self.steps)?;
        object.end()
    }
}

impl<E: Serialize> Serialize for TraceStep<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("TraceStep", 2)?;
        object.serialize_field("depth", &self.depth)?;
        object.serialize_field("events", &self.events)?;
        object.end()
    }
}

#[cfg(test)]
mod tests;
