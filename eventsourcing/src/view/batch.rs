//! Events of the log, decoded once for all views.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use crate::error::LoadError;
use crate::log::is_unknown;
use crate::store::StoredEvent;
use crate::stream::Position;
use crate::view::partition::{AnyPartition, SourceKind};

/// Events of the log, in its order.
#[derive(Default)]
pub(crate) struct Batch {
    partitions: Vec<TypedPartition>,
    entries: Vec<Entry>,
    /// The partition of the event before: most events come in runs of one kind of aggregate.
    last_partition: usize,
    bytes: usize,
}

struct TypedPartition {
    aggregate: &'static str,
    partition_type: TypeId,
    events: Box<dyn AnyPartition>,
}

/// What one stored event is: one event, or of one that an older release stored, one of several at its position.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) partition: usize,
    pub(crate) position: Position,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The event of this index in its partition.
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
    /// The partition for the events of one kind of aggregate, which is the same for all that handle them.
    pub(crate) fn partition(&mut self, kind: SourceKind) -> usize {
        let partition_type = (kind.partition_type)();
        let found = self.partitions.iter().position(|partition| partition.partition_type == partition_type);
        let index = found.unwrap_or_else(|| {
            let (aggregate, events) = (kind.aggregate, (kind.partition)());
            self.partitions.push(TypedPartition { aggregate, partition_type, events });
            self.partitions.len() - 1
        });
        if let Some(partition) = self.partitions.get_mut(index) {
            partition.events.add_view(kind.is_unhandled);
        }
        index
    }

    /// The kinds of aggregates that it has partitions for.
    pub(crate) fn aggregates(&self) -> impl Iterator<Item = &'static str> {
        self.partitions.iter().map(|partition| partition.aggregate)
    }

    /// Adds a stored event, if there is a partition for it with a view that may handle it.
    pub(crate) fn push(&mut self, stored: &StoredEvent<'_>) {
        let (aggregate, position) = (stored.stream.aggregate(), stored.position);
        let is_last =
            self.partitions.get(self.last_partition).is_some_and(|partition| partition.aggregate == aggregate);
        if !is_last {
            let Some(index) = self.partitions.iter().position(|partition| partition.aggregate == aggregate) else {
                return;
            };
            self.last_partition = index;
        }
        let index = self.last_partition;
        let Some(partition) = self.partitions.get_mut(index) else { return };
        if !partition.events.handles(stored) {
            return;
        }
        self.bytes += stored.payload.len();
        let first = partition.events.len();
        let entry = |content| Entry { partition: index, position, content };
        match partition.events.push(stored) {
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

    /// The entries of these partitions after a position and up to another, each with the index of its partition among these.
    pub(super) fn entries_in(
        &self,
        partitions: &[usize],
        (after, up_to): (Position, Position),
    ) -> impl Iterator<Item = (usize, &Entry)> {
        let within = self.entries.iter().filter(move |entry| entry.position > after && entry.position <= up_to);
        within.filter_map(|entry| {
            partitions.iter().position(|partition| *partition == entry.partition).map(|partition| (partition, entry))
        })
    }

    pub(crate) fn events(&self, partition: usize) -> Option<&dyn AnyPartition> {
        self.partitions.get(partition).map(|partition| &*partition.events)
    }

    /// About the bytes of its events, as they are stored.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Removes the events, and keeps the partitions.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.partitions.iter_mut().for_each(|partition| partition.events.clear());
        self.bytes = 0;
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}
