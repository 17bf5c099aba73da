//! Where an event stands.

use std::fmt;
use std::time::SystemTime;

use crate::aggregate::{Aggregate, Id};
use crate::event::Metadata;
use crate::stream::{Position, StreamId, Version};

/// What is recorded beside an event that a handler is given: whose it is, where it stands, when it was stored, and what was said about its commit.
pub struct At<A> {
    id: Id<A>,
    event_name: &'static str,
    version: Version,
    position: Position,
    #[expect(clippy::struct_field_names, reason = "it is called so wherever an event is")]
    recorded_at: SystemTime,
    metadata: Metadata,
}

impl<A> At<A> {
    pub(crate) const fn new(
        id: Id<A>,
        event_name: &'static str,
        version: Version,
        position: Position,
        recorded_at: SystemTime,
        metadata: Metadata,
    ) -> Self {
        Self { id, event_name, version, position, recorded_at, metadata }
    }

    /// The aggregate whose event it is.
    #[must_use]
    pub const fn id(&self) -> Id<A> {
        self.id
    }

    /// The stored name of the event, by which a handler of several events knows them apart; that of today, where it was stored under another.
    #[must_use]
    pub const fn event_name(&self) -> &'static str {
        self.event_name
    }

    /// Its place in the aggregate's stream, from 1.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Its place in the whole store, from 1.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// When the store wrote it, by the clock of the machine that did.
    #[must_use]
    pub const fn recorded_at(&self) -> SystemTime {
        self.recorded_at
    }

    /// What was said about the commit that it is part of.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

impl<A: Aggregate> At<A> {
    /// The stream of the aggregate: its stored name and its id, which is shown as `Account/018f..`.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        StreamId::new(A::NAME, self.id.as_uuid())
    }
}

impl<A> Clone for At<A> {
    fn clone(&self) -> Self {
        Self { metadata: self.metadata.clone(), ..*self }
    }
}

impl<A> fmt::Debug for At<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("At");
        shown
            .field("id", &self.id)
            .field("event_name", &self.event_name)
            .field("version", &self.version)
            .field("position", &self.position);
        shown.field("recorded_at", &self.recorded_at).field("metadata", &self.metadata).finish()
    }
}
