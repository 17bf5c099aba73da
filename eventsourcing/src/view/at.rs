//! Where an event stands.

use std::fmt;
use std::time::SystemTime;

use crate::aggregate::Id;
use crate::event::Metadata;
use crate::stream::{Position, Version};

/// What is recorded beside an event that a handler is given: whose it is, where it stands, when it was stored, and what was said about its commit.
pub struct At<A> {
    id: Id<A>,
    version: Version,
    position: Position,
    #[expect(clippy::struct_field_names, reason = "it is called so wherever an event is")]
    recorded_at: SystemTime,
    metadata: Metadata,
}

impl<A> At<A> {
    pub(crate) const fn new(
        id: Id<A>,
        version: Version,
        position: Position,
        recorded_at: SystemTime,
        metadata: Metadata,
    ) -> Self {
        Self { id, version, position, recorded_at, metadata }
    }

    /// The aggregate whose event it is.
    #[must_use]
    pub const fn id(&self) -> Id<A> {
        self.id
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

impl<A> Clone for At<A> {
    fn clone(&self) -> Self {
        Self { metadata: self.metadata.clone(), ..*self }
    }
}

impl<A> fmt::Debug for At<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("At");
        shown.field("id", &self.id).field("version", &self.version).field("position", &self.position);
        shown.field("recorded_at", &self.recorded_at).field("metadata", &self.metadata).finish()
    }
}
