//! Pages: their bound in bytes, and one in memory on its way from a thread of the store to the caller.

use std::ops::{ControlFlow, Range};

use uuid::Uuid;

use crate::error::ReadError;
use crate::store::{Page, StoredEvent, Visit};
use crate::stream::{Position, StreamId, Version};

/// A page ends with the event that takes its bytes to this.
const BYTES: usize = 8 << 20;

/// What an event counts beside its name, payload and metadata: about what it takes to keep one.
const EVENT: usize = 128;

/// Visits no more than a page may have in bytes.
pub(crate) fn bounded<'v>(visit: &'v mut Visit<'_>) -> impl FnMut(StoredEvent<'_>) -> ControlFlow<()> + Send + 'v {
    let mut bytes = 0;
    move |event| {
        visit(event)?;
        bytes += EVENT + event.name.len() + event.payload.len() + event.metadata.map_or(0, <[u8]>::len);
        if bytes < BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// The events of a page, in one buffer each for their texts and their bytes, and how the page ended.
#[derive(Debug)]
pub(crate) struct GatheredPage {
    events: Vec<Entry>,
    names: String,
    bytes: Vec<u8>,
    /// One stream of each aggregate, whose id is set to that of each event.
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
    /// Keeps what the reading visits.
    pub(crate) fn gather(read: impl FnOnce(&mut Visit<'_>) -> Result<Page, ReadError>) -> Self {
        let page = Page { reached: 0, more: false };
        let mut gathered =
            Self { events: Vec::new(), names: String::new(), bytes: Vec::new(), streams: Vec::new(), ended: Ok(page) };
        let ended = read(&mut |event| {
            gathered.push(&event);
            ControlFlow::Continue(())
        });
        gathered.ended = ended;
        gathered
    }

    fn push(&mut self, event: &StoredEvent<'_>) {
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
