//! A stored event without its type.

/// A stored event as its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RawEvent {
    /// Its stored name.
    pub name: String,
    /// The version of its fields, from 1.
    pub schema_version: u32,
    /// Its fields, byte for byte: a JSON object.
    pub payload: Vec<u8>,
}

impl RawEvent {
    pub(crate) fn new(name: &str, schema_version: u32, payload: &[u8]) -> Self {
        Self { name: name.to_owned(), schema_version, payload: payload.to_owned() }
    }
}
