//! A page that is kept in memory between reading it and visiting it.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::error::ReadError;
use crate::store::sqlite::read::is_full;
use crate::store::{Page, StoredEvent, Visit};
use crate::stream::{Position, StreamId, Version};

/// A name is looked for among so many: to look through all of a store that has many would cost more than to keep it again.
const RECENT: usize = 8;

/// The events of a page, their bytes in one buffer, and how the page ended.
#[derive(Debug)]
pub(crate) struct GatheredPage<P> {
    events: Vec<GatheredEvent>,
    /// The metadata and the payload of each event.
    bytes: Vec<u8>,
    /// The names of the events, a recent one not repeated.
    names: Vec<Box<str>>,
    /// One stream of each aggregate, whose id is set to that of each event.
    streams: Vec<StreamId>,
    ended: Result<Page<P>, ReadError>,
}

#[derive(Debug)]
struct GatheredEvent {
    position: Position,
    version: Version,
    id: Uuid,
    recorded_at: i64,
    schema_version: u32,
    /// Index of a stream of the same aggregate.
    aggregate: usize,
    /// Index of its name.
    name: usize,
    /// Where its metadata ends, if it has any, and its payload begins.
    metadata_end: Option<usize>,
    payload_end: usize,
}

impl<P: Copy + Default + Send> GatheredPage<P> {
    /// Keeps what the reading visits.
    pub(crate) fn gather(read: impl FnOnce(&mut Visit<'_>) -> Result<Page<P>, ReadError>) -> Self {
        let page = Page { reached: P::default(), more: false };
        let mut gathered =
            Self { events: Vec::new(), bytes: Vec::new(), names: Vec::new(), streams: Vec::new(), ended: Ok(page) };
        let ended = read(&mut |event| gathered.push(&event));
        gathered.ended = ended;
        gathered
    }

    /// Keeps an event, and ends the page with the one that takes its bytes to their bound.
    fn push(&mut self, event: &StoredEvent<'_>) -> ControlFlow<()> {
        let (aggregate, name) = (self.aggregate(event.stream), self.name(event.name));
        let metadata_end = event.metadata.map(|metadata| {
            self.bytes.extend_from_slice(metadata);
            self.bytes.len()
        });
        self.bytes.extend_from_slice(event.payload);
        self.events.push(GatheredEvent {
            position: event.position,
            version: event.version,
            id: event.stream.id(),
            recorded_at: event.recorded_at,
            schema_version: event.schema_version,
            aggregate,
            name,
            metadata_end,
            payload_end: self.bytes.len(),
        });
        if is_full(self.events.len(), self.bytes.len()) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn aggregate(&mut self, stream: &StreamId) -> usize {
        let same = |known: &StreamId| known.aggregate() == stream.aggregate();
        self.streams.iter().position(same).unwrap_or_else(|| {
            self.streams.push(stream.clone());
            self.streams.len() - 1
        })
    }

    fn name(&mut self, name: &str) -> usize {
        let last = self.names.len().saturating_sub(RECENT);
        let recent = self.names.iter().skip(last).position(|known| **known == *name);
        recent.map_or_else(
            || {
                self.names.push(name.into());
                self.names.len() - 1
            },
            |index| last + index,
        )
    }

    /// Visits the events; `place` is what [`Page::reached`] counts.
    pub(crate) fn visit(
        mut self,
        place: fn(&StoredEvent<'_>) -> P,
        visit: &mut Visit<'_>,
    ) -> Result<Page<P>, ReadError> {
        let mut start = 0;
        for entry in &self.events {
            let Some(stream) = self.streams.get_mut(entry.aggregate) else { continue };
            stream.set_id(entry.id);
            let payload_start = entry.metadata_end.unwrap_or(start);
            let event = StoredEvent {
                position: entry.position,
                stream,
                version: entry.version,
                name: self.names.get(entry.name).map_or("", |name| name),
                schema_version: entry.schema_version,
                payload: self.bytes.get(payload_start..entry.payload_end).unwrap_or_default(),
                metadata: entry.metadata_end.map(|end| self.bytes.get(start..end).unwrap_or_default()),
                recorded_at: entry.recorded_at,
            };
            start = entry.payload_end;
            if visit(event).is_break() {
                return Ok(Page { reached: place(&event), more: true });
            }
        }
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gathered_is_visited() {
        let streams = [1, 2, 1].map(|id| StreamId::new("Account", Uuid::from_u128(id)));
        let other = StreamId::new("Other", Uuid::from_u128(1));
        let streams = [&streams[0], &other, &streams[1], &streams[2]];
        // More names than are looked for, each again and again.
        let names: Vec<String> = (0..2 * RECENT + 3).map(|number| format!("Kind{number}")).collect();
        let events: Vec<_> = (1..200_u64)
            .map(|number| {
                let index = usize::try_from(number * number).unwrap();
                let name = &names[index % names.len()];
                let (payload, metadata) = (name.as_bytes(), name.strip_suffix('1').map(str::as_bytes));
                let (stream, schema_version, recorded_at) = (streams[index % streams.len()], 1, -7);
                let (position, version) = (Position::new(number + 1), Version::new(number));
                StoredEvent { position, stream, version, name, schema_version, payload, metadata, recorded_at }
            })
            .collect();
        let page = Page { reached: Position::new(200), more: true };
        let gathered = GatheredPage::gather(|visit| {
            for event in &events {
                assert!(visit(*event).is_continue());
            }
            Ok(page)
        });
        let mut expected = events.iter();
        let visited = gathered.visit(|event| event.position, &mut |event| {
            assert_eq!(Some(&event), expected.next());
            ControlFlow::Continue(())
        });
        assert_eq!((visited.unwrap(), expected.len()), (page, 0));
    }
}
