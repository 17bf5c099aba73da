//! Events of the log, decoded once for all views.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::{DecodeError, LoadError};
use crate::log::OnUnknown;
use crate::store::StoredEvent;
use crate::stream::Position;
use crate::view::lane::{AnyLane, LaneKind};

/// Events of the log, in its order.
#[derive(Default)]
pub(crate) struct Batch {
    lanes: Vec<TypedLane>,
    entries: Vec<Entry>,
    /// The lane of the event before: most events come in runs of one kind of aggregate.
    last_lane: usize,
    bytes: usize,
}

struct TypedLane {
    aggregate: &'static str,
    lane_type: TypeId,
    events: Box<dyn AnyLane>,
}

/// What one stored event is: one event, or of one that an older release stored, one of several at its position.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) lane: usize,
    pub(crate) position: Position,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The event of this index in its lane.
    Event(usize),
    /// One that cannot be read, of the aggregate of this id.
    Unreadable(Uuid, Unreadable),
}

/// Why an event cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    pub(crate) name: Box<str>,
    pub(crate) schema_version: u32,
    pub(crate) error: Arc<LoadError>,
    /// Whether a later release stored it.
    pub(crate) is_unknown: bool,
}

impl Batch {
    /// The lane for the events of one kind of aggregate, which is the same for all that handle them.
    pub(crate) fn lane(&mut self, kind: LaneKind) -> usize {
        let lane_type = (kind.lane_type)();
        let found = self.lanes.iter().position(|lane| lane.lane_type == lane_type);
        let index = found.unwrap_or_else(|| {
            let (aggregate, events) = (kind.aggregate, (kind.lane)());
            self.lanes.push(TypedLane { aggregate, lane_type, events });
            self.lanes.len() - 1
        });
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.events.add_view(kind.is_unhandled);
        }
        index
    }

    /// The kinds of aggregates that it has lanes for.
    pub(crate) fn aggregates(&self) -> impl Iterator<Item = &'static str> {
        self.lanes.iter().map(|lane| lane.aggregate)
    }

    /// Adds a stored event, if there is a lane for it with a view that may handle it.
    pub(crate) fn push(&mut self, stored: &StoredEvent<'_>) {
        let (aggregate, position) = (stored.stream.aggregate(), stored.position);
        let is_last = self.lanes.get(self.last_lane).is_some_and(|lane| lane.aggregate == aggregate);
        if !is_last {
            let Some(index) = self.lanes.iter().position(|lane| lane.aggregate == aggregate) else { return };
            self.last_lane = index;
        }
        let index = self.last_lane;
        let Some(lane) = self.lanes.get_mut(index) else { return };
        if !lane.events.handles(stored) {
            return;
        }
        self.bytes += stored.payload.len();
        let first = lane.events.len();
        let entry = |content| Entry { lane: index, position, content };
        match lane.events.push(stored) {
            Ok(count) => self.entries.extend((first..first + count).map(|event| entry(Content::Event(event)))),
            Err(error) => {
                let (name, schema_version) = (stored.name.into(), stored.schema_version);
                let unreadable =
                    Unreadable { name, schema_version, is_unknown: is_unknown(&error), error: Arc::new(error) };
                self.entries.push(entry(Content::Unreadable(stored.stream.id(), unreadable)));
            }
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of these lanes after a position and up to another, each with the index of its lane among these.
    pub(super) fn entries_in(
        &self,
        lanes: &[usize],
        (after, up_to): (Position, Position),
    ) -> impl Iterator<Item = (usize, &Entry)> {
        let within = self.entries.iter().filter(move |entry| entry.position > after && entry.position <= up_to);
        within.filter_map(|entry| lanes.iter().position(|lane| *lane == entry.lane).map(|lane| (lane, entry)))
    }

    pub(crate) fn events(&self, lane: usize) -> Option<&dyn AnyLane> {
        self.lanes.get(lane).map(|lane| &*lane.events)
    }

    /// About the bytes of its events, as they are stored.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Removes the events, and keeps the lanes.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.lanes.iter_mut().for_each(|lane| lane.events.clear());
        self.bytes = 0;
    }
}

fn is_unknown(error: &LoadError) -> bool {
    let unknown = |source: &DecodeError| !OnUnknown::Skip.refuses(source);
    matches!(error, LoadError::Decode { source, .. } if unknown(source))
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}
