//! A page in memory, on its way from a thread of the store to the caller.

use std::ops::{ControlFlow, Range};

use uuid::Uuid;

use crate::error::ReadError;
use crate::store::{Page, StoredEvent, Visit};
use crate::stream::{Position, StreamId, Version};

/// A page ends with the event that takes its bytes to this.
const BYTES: usize = 8 << 20;

/// The events of a page, in one buffer each for their texts and their bytes, and how the page ended.
#[derive(Debug)]
pub(crate) struct GatheredPage {
    events: Vec<Entry>,
    names: String,
    bytes: Vec<u8>,
    /// One stream of each aggregate, to be turned to the others.
    streams: Vec<StreamId>,
    ended: Result<Page, ReadError>,
}

#[derive(Debug)]
struct Entry {
    position: Position,
    /// Index of a stream of the same aggregate.
    aggregate: usize,
    id: Uuid,
    version: Version,
    name: Range<usize>,
    schema_version: u32,
    payload: Range<usize>,
    metadata: Option<Range<usize>>,
    recorded_at: i64,
}

impl GatheredPage {
    /// Gathers what the reading visits, up to a bound in bytes.
    pub(crate) fn by(read: impl FnOnce(&mut Visit<'_>) -> Result<Page, ReadError>) -> Self {
        let page = Page { reached: 0, more: false };
        let mut gathered =
            Self { events: Vec::new(), names: String::new(), bytes: Vec::new(), streams: Vec::new(), ended: Ok(page) };
        let ended = read(&mut |event| gathered.push(&event));
        gathered.ended = ended;
        gathered
    }

    fn push(&mut self, event: &StoredEvent<'_>) -> ControlFlow<()> {
        let aggregate = self.aggregate(event.stream);
        let name_start = self.names.len();
        self.names.push_str(event.name);
        let payload = self.push_bytes(event.payload);
        let metadata = event.metadata.map(|metadata| self.push_bytes(metadata));
        self.events.push(Entry {
            position: event.position,
            aggregate,
            id: event.stream.id(),
            version: event.version,
            name: name_start..self.names.len(),
            schema_version: event.schema_version,
            payload,
            metadata,
            recorded_at: event.recorded_at,
        });
        if self.bytes.len() < BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn aggregate(&mut self, stream: &StreamId) -> usize {
        let same = |known: &StreamId| known.aggregate() == stream.aggregate();
        self.streams.iter().position(same).unwrap_or_else(|| {
            self.streams.push(stream.clone());
            self.streams.len() - 1
        })
    }

    fn push_bytes(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// Visits the events; `place` is what [`Page::reached`] counts.
    pub(crate) fn visit(
        mut self,
        place: fn(&StoredEvent<'_>) -> u64,
        visit: &mut Visit<'_>,
    ) -> Result<Page, ReadError> {
        for entry in self.events {
            let Some(stream) = self.streams.get_mut(entry.aggregate) else { continue };
            stream.set_id(entry.id);
            let event = StoredEvent {
                position: entry.position,
                stream,
                version: entry.version,
                name: self.names.get(entry.name).unwrap_or_default(),
                schema_version: entry.schema_version,
                payload: self.bytes.get(entry.payload).unwrap_or_default(),
                metadata: entry.metadata.map(|metadata| self.bytes.get(metadata).unwrap_or_default()),
                recorded_at: entry.recorded_at,
            };
            if visit(event).is_break() {
                return Ok(Page { reached: place(&event), more: true });
            }
        }
        self.ended
    }
}
