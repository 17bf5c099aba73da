//! What a test keeps of the events that it reads.

use std::fmt::{self, Debug};

use crate::store::StoredEvent;
use crate::stream::{Position, StreamId, Version};

/// An event as it was read, kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SeenEvent {
    /// Its place in the log.
    pub(super) rank: u64,
    pub(super) position: Position,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) name: String,
    pub(super) schema_version: u32,
    pub(super) payload: Vec<u8>,
    pub(super) metadata: Option<Vec<u8>>,
    pub(super) recorded_at: i64,
}

/// In one line, with bytes as text: this is what a failed test shows.
impl Debug for SeenEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, stream, version, name, schema_version, .. } = self;
        let payload = self.payload.escape_ascii();
        write!(f, "{position}: {stream} version {version}, {name:?} of schema {schema_version}, {payload}")?;
        let metadata = self.metadata.iter().try_for_each(|metadata| write!(f, ", {}", metadata.escape_ascii()));
        metadata.and_then(|()| write!(f, ", at {}", self.recorded_at))
    }
}

impl From<StoredEvent<'_>> for SeenEvent {
    fn from(event: StoredEvent<'_>) -> Self {
        Self {
            rank: 0,
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            name: event.name.to_owned(),
            schema_version: event.schema_version,
            payload: event.payload.to_vec(),
            metadata: event.metadata.map(<[u8]>::to_vec),
            recorded_at: event.recorded_at,
        }
    }
}

/// The names of events, to compare.
pub(super) fn names(seen: &[SeenEvent]) -> Vec<&str> {
    seen.iter().map(|event| event.name.as_str()).collect()
}

/// The places of events in the log, to compare.
pub(super) fn ranks(seen: &[SeenEvent]) -> Vec<u64> {
    seen.iter().map(|event| event.rank).collect()
}
