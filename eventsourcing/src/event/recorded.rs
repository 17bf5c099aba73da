//! An event as it was stored.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::event::Metadata;
use crate::stream::{Position, StreamId, Version};

/// An event as it was stored: the typed form of a row of the log.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recorded<E> {
    /// What happened.
    pub event: E,
    /// The stream of its aggregate.
    pub stream: StreamId,
    /// Its place in the aggregate's stream, from 1.
    pub version: Version,
    /// Its place in the whole store, from 1.
    pub position: Position,
    /// When the store wrote it, by the clock of the machine that did (microseconds, UTC). A clock can
    /// step back: order by [`position`](Self::position), never by this.
    pub recorded_at: SystemTime,
    /// What was said about the commit that it is part of.
    pub metadata: Metadata,
}

impl Recorded<()> {
    /// What is recorded beside an event that is in no store: position and version 1 of a stream without a name, 1970, no metadata. Upcasters are
    /// given it by `golden_payloads`, and can be by a test, which sets what it wants.
    ///
    /// ```
    /// use eventsourcing::{Metadata, Recorded};
    ///
    /// let mut recorded = Recorded::stand_in();
    /// recorded.metadata = Metadata::new().with_actor("alice");
    /// assert_eq!(recorded.version, 1);
    /// ```
    #[must_use]
    pub fn stand_in() -> Self {
        let stream = StreamId::new("", Uuid::nil());
        let (version, position) = (Version::new(1), Position::new(1));
        Self { event: (), stream, version, position, recorded_at: UNIX_EPOCH, metadata: Metadata::new() }
    }
}
