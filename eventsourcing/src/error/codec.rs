//! Errors between an event and its bytes.

use thiserror::Error;

/// An event that cannot be written as a payload. Nothing is stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Its fields do not serialise.
    #[error("event `{event}` of `{aggregate}` cannot be written as JSON")]
    #[non_exhaustive]
    Json {
        /// The stored name of the aggregate.
        aggregate: &'static str,
        /// The stored name of the event.
        event: &'static str,
        /// What `serde_json` said.
        source: serde_json::Error,
    },
    /// What it serialises to cannot be read back: a number that is not finite, values nested deeper than 128, a 128-bit number or a map with
    /// integer keys under `#[serde(flatten)]`. It would break the history, so it is refused before it is stored.
    #[error("event `{event}` of `{aggregate}` cannot be read back from the JSON that it is written as{}", in_field(.field.as_deref()))]
    #[non_exhaustive]
    NotReadable {
        /// The stored name of the aggregate.
        aggregate: &'static str,
        /// The stored name of the event.
        event: &'static str,
        /// The stored name of the field, where it is known.
        field: Option<String>,
        /// Why it cannot be read back.
        source: serde_json::Error,
    },
    /// What it serialises to reads as another event: `Some(None)` as `None`, the variant of an untagged enum as one before it that looks the
    /// same, or a time without the part of a second that `#[serde(with = "..")]` leaves out. It would change the history, so it is refused before it
    /// is stored.
    #[error(
        "event `{event}` of `{aggregate}` is another event when it is read back from the JSON that it is written as{}: what differs has to \
         be written in another way, such as an enum with a variant for each case in place of nested `Option`s or `#[serde(untagged)]`; or \
         rounded before it is recorded, where its `#[serde(..)]` writes less than the value has",
        in_field(.field.as_deref())
    )]
    #[non_exhaustive]
    Changed {
        /// The stored name of the aggregate.
        aggregate: &'static str,
        /// The stored name of the event.
        event: &'static str,
        /// The stored name of the first field that differs, where it is known.
        field: Option<String>,
    },
    /// The metadata of the commit does not serialise.
    #[error("the metadata of the commit cannot be written as JSON")]
    #[non_exhaustive]
    Metadata {
        /// What `serde_json` said.
        source: serde_json::Error,
    },
    /// Its payload is not a JSON object.
    #[error("event `{event}` of `{aggregate}` is not written as a JSON object: give its variant named fields")]
    #[non_exhaustive]
    NotAnObject {
        /// The stored name of the aggregate.
        aggregate: &'static str,
        /// The stored name of the event.
        event: &'static str,
    },
}

fn in_field(field: Option<&str>) -> String {
    field.map(|field| format!(", in field `{field}`")).unwrap_or_default()
}

/// A payload that cannot be read as an event.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// No event of the aggregate has this name.
    #[error("event `{event}` is not known here; known are: {}", .known.join(", "))]
    #[non_exhaustive]
    UnknownEvent {
        /// The name that is stored.
        event: String,
        /// The names that are known.
        known: Vec<&'static str>,
    },
    /// The event is known, but not at this schema version: a newer release stored it, or no upcaster reads it.
    #[error("event `{event}` is stored at schema version {stored}; this program knows version {known}")]
    #[non_exhaustive]
    UnknownVersion {
        /// The name that is stored.
        event: String,
        /// The schema version that is stored.
        stored: u32,
        /// The newest schema version that is known.
        known: u32,
    },
    /// The upcaster that reads this version of the event panicked. It is to be mended; what is stored is as it was.
    #[error("the upcaster of event `{event}` from version {stored} panicked: {message}")]
    #[non_exhaustive]
    UpcasterPanicked {
        /// The name that is stored.
        event: String,
        /// The schema version that is stored.
        stored: u32,
        /// What it said.
        message: String,
    },
    /// The metadata beside the event is no JSON object of texts, and the upcaster that reads this version takes it.
    #[error("the metadata that the upcaster of event `{event}` from version {stored} takes cannot be read")]
    #[non_exhaustive]
    Metadata {
        /// The name that is stored.
        event: String,
        /// The schema version that is stored.
        stored: u32,
        /// What `serde_json` said.
        source: serde_json::Error,
    },
    /// The payload is not JSON, or not with the fields of this event.
    #[error("the payload of event `{event}` cannot be read{}", in_field(.field.as_deref()))]
    #[non_exhaustive]
    Payload {
        /// The name that is stored.
        event: String,
        /// The stored name of the field that cannot be read, where it is known.
        field: Option<String>,
        /// What `serde_json` said.
        source: serde_json::Error,
    },
}
