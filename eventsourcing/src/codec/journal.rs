//! The events of the journal of a process's instance, and how they are stored.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::codec::journal_fields::{JournalFields, Timers};
use crate::error::DecodeError;
use crate::stream::Position;

const REACTED: &str = "Reacted";
const PARKED: &str = "Parked";
const RETRIED: &str = "Retried";
const DROPPED: &str = "Dropped";
const BEGAN: &str = "Began";
const KNOWN: [&str; 5] = [REACTED, PARKED, RETRIED, DROPPED, BEGAN];
/// The version of the fields of all.
pub(crate) const JOURNAL_SCHEMA_VERSION: u32 = 1;

/// A delivery of an event to an instance: the event's position, and which of its deliveries to that instance it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeliveryId {
    pub(crate) cause: Position,
    pub(crate) nth: u16,
}

/// What happened to an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JournalEvent {
    /// The last delivery of an event that was reacted to, or was parked.
    pub(crate) seen: DeliveryId,
    pub(crate) entry: JournalEntry,
}

/// The rest of an event of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JournalEntry {
    /// It has reacted: to the delivery that was seen last, or to a timer.
    Reacted { fired: Option<String>, timers: Timers },
    /// The delivery that was seen last, or a timer, is parked: with an error if it has failed, without one if it waits behind another.
    Parked { fired: Option<String>, error: Option<String> },
    /// What is parked was tried again. Without an error the first of it is done, and so many are left.
    Retried { timers: Timers, error: Option<String>, left: u64 },
    /// All that is parked was dropped.
    Dropped,
    /// The process was first run, and reacts to what comes after this position. It is the one event of a journal that is no instance's ([`BEGINNING`]).
    Began { after: Position },
}

/// The id in the journal's stream that says where the process begins.
pub(crate) const BEGINNING: Uuid = Uuid::max();

impl JournalEntry {
    /// The timer that was due, if that was what it is about.
    pub(crate) fn fired(&self) -> Option<&str> {
        match self {
            Self::Reacted { fired, .. } | Self::Parked { fired, .. } => fired.as_deref(),
            Self::Retried { .. } | Self::Dropped | Self::Began { .. } => None,
        }
    }

    /// The timers that it sets and cancels.
    pub(crate) const fn timers(&self) -> Option<&Timers> {
        match self {
            Self::Reacted { timers, .. } | Self::Retried { timers, .. } => Some(timers),
            Self::Parked { .. } | Self::Dropped | Self::Began { .. } => None,
        }
    }
}

impl JournalEvent {
    pub(crate) const fn name(&self) -> &'static str {
        match self.entry {
            JournalEntry::Reacted { .. } => REACTED,
            JournalEntry::Parked { .. } => PARKED,
            JournalEntry::Retried { .. } => RETRIED,
            JournalEntry::Dropped => DROPPED,
            JournalEntry::Began { .. } => BEGAN,
        }
    }

    pub(crate) fn payload(&self) -> String {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        put("cause", json!(self.seen.cause.get()));
        put("nth", json!(self.seen.nth));
        match &self.entry {
            JournalEntry::Reacted { fired, timers } => {
                put_some(&mut put, "fired", fired.as_deref());
                put_timers(&mut put, timers);
            }
            JournalEntry::Parked { fired, error } => {
                put_some(&mut put, "fired", fired.as_deref());
                put_some(&mut put, "error", error.as_deref());
            }
            JournalEntry::Retried { timers, error, left } => {
                put_timers(&mut put, timers);
                put_some(&mut put, "error", error.as_deref());
                put("left", json!(left));
            }
            JournalEntry::Dropped => {}
            JournalEntry::Began { after } => put("after", json!(after.get())),
        }
        Value::Object(fields).to_string()
    }

    /// Refuses an event that stands before what it says was seen: positions are those of one store, and the journal comes from another, in which the same
    /// events stood elsewhere.
    pub(crate) fn check_place(&self, position: Position) -> Result<(), DecodeError> {
        let (cause, field) =
            if let JournalEntry::Began { after } = self.entry { (after, "after") } else { (self.seen.cause, "cause") };
        if cause < position {
            return Ok(());
        }
        let message = format_args!(
            "the journal stands at position {position} and names position {cause}: it was imported from a store where these events stood elsewhere"
        );
        let source = serde_json::Error::custom(message);
        Err(DecodeError::Payload { event: self.name().to_owned(), field: Some(field.to_owned()), source })
    }

    pub(crate) fn decode(name: &str, schema_version: u32, payload: &[u8]) -> Result<Self, DecodeError> {
        let event = || name.to_owned();
        if !KNOWN.contains(&name) {
            return Err(DecodeError::UnknownEvent { event: event(), known: KNOWN.to_vec() });
        }
        if schema_version != JOURNAL_SCHEMA_VERSION {
            let (stored, known) = (schema_version, JOURNAL_SCHEMA_VERSION);
            return Err(DecodeError::UnknownVersion { event: event(), stored, known });
        }
        let read = || -> Result<Self, serde_json::Error> {
            let JournalFields { cause, nth, fired, error, timers, left, after } = serde_json::from_slice(payload)?;
            let missing = serde_json::Error::missing_field;
            let (cause, nth) = (cause.ok_or_else(|| missing("cause"))?, nth.ok_or_else(|| missing("nth"))?);
            let entry = match name {
                REACTED => JournalEntry::Reacted { fired, timers },
                PARKED => JournalEntry::Parked { fired, error },
                RETRIED => JournalEntry::Retried { timers, error, left: left.ok_or_else(|| missing("left"))? },
                BEGAN => JournalEntry::Began { after: Position::new(after.ok_or_else(|| missing("after"))?) },
                _ => JournalEntry::Dropped,
            };
            Ok(Self { seen: DeliveryId { cause: Position::new(cause), nth }, entry })
        };
        read().map_err(|source| DecodeError::Payload { event: event(), field: None, source })
    }
}

fn put_some(put: &mut impl FnMut(&str, Value), name: &str, value: Option<&str>) {
    if let Some(value) = value {
        put(name, json!(value));
    }
}

fn put_timers(put: &mut impl FnMut(&str, Value), timers: &Timers) {
    let set: BTreeMap<_, _> = timers.iter().filter_map(|(name, due)| due.map(|due| (name, due))).collect();
    let cancelled: Vec<_> = timers.iter().filter(|(_, due)| due.is_none()).map(|(name, _)| name).collect();
    if !set.is_empty() {
        put("set", json!(set));
    }
    if !cancelled.is_empty() {
        put("cancelled", json!(cancelled));
    }
}
