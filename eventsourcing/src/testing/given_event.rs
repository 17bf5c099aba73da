//! An event that has happened, with all that a store keeps beside it.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::aggregate::{Aggregate, Id};
use crate::codec::{encode, encode_metadata};
use crate::error::with_sources;
use crate::event::{Event as _, Metadata};
use crate::store::Commit;
use crate::stream::{StreamId, Version};

/// An event that is given to a [`ViewScenario`](super::ViewScenario) or a [`ProcessScenario`](super::ProcessScenario), or expected of one: without more, recorded at
/// the beginning of 1970, and without metadata.
///
/// ```
/// # use eventsourcing::{prelude::*, testing::GivenEvent};
/// # #[derive(Aggregate)] struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } }
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let opened = GivenEvent::new(Id::<Account>::new(), AccountEvent::Opened)
///     .recorded_at(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
///     .metadata(Metadata::new().with_actor("alice"));
/// ```
#[must_use = "an event is given to a scenario"]
pub struct GivenEvent {
    stream: StreamId,
    name: String,
    schema_version: u32,
    /// Its fields, or why they cannot be stored.
    payload: Result<Vec<u8>, String>,
    recorded_at: SystemTime,
    metadata: Metadata,
}

impl GivenEvent {
    /// An event of the aggregate of this id.
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the `&`")]
    pub fn new<A: Aggregate>(id: Id<A>, event: A::Event) -> Self {
        let (kind, mut payload) = (event.kind(), Vec::new());
        let encoded = encode(A::NAME, &event, &mut payload).map_err(|error| with_sources(&error));
        Self { payload: encoded.map(|()| payload), ..Self::stored(id, kind.name(), kind.schema_version(), "") }
    }

    /// An event as an older or a later release has stored it: its stored name, its version and its fields as JSON.
    pub fn stored<A: Aggregate>(id: Id<A>, name: &str, schema_version: u32, json: &str) -> Self {
        Self {
            stream: StreamId::new(A::NAME, id.as_uuid()),
            name: name.to_owned(),
            schema_version,
            payload: Ok(json.into()),
            recorded_at: UNIX_EPOCH,
            metadata: Metadata::new(),
        }
    }

    /// It was recorded at this moment.
    pub const fn recorded_at(mut self, time: SystemTime) -> Self {
        self.recorded_at = time;
        self
    }

    /// This was said about its commit.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    pub(super) const fn stream(&self) -> &StreamId {
        &self.stream
    }

    pub(super) const fn time(&self) -> SystemTime {
        self.recorded_at
    }

    /// Its stored name, its version and its fields, or why they cannot be stored.
    pub(super) fn stored_as(&self) -> Result<(&str, u32, &[u8]), &str> {
        self.payload.as_deref().map(|payload| (&*self.name, self.schema_version, payload)).map_err(String::as_str)
    }

    /// The commit of this event alone, whose time is not said; or why it cannot be stored.
    pub(super) fn commit(&self, expected: Version) -> Result<Commit, String> {
        let payload = self.payload.as_ref().map_err(Clone::clone)?;
        let mut commit = Commit::new();
        if !self.metadata.is_empty() {
            let metadata = encode_metadata(&self.metadata).map_err(|error| error.to_string())?;
            commit.set_metadata(&metadata).map_err(|error| with_sources(&error))?;
        }
        let append = commit.append(self.stream.clone(), expected);
        let added = append.and_then(|append| append.event(self.name.clone(), self.schema_version, payload));
        added.map_err(|error| with_sources(&error))?;
        Ok(commit)
    }
}

impl<A: Aggregate> From<(Id<A>, A::Event)> for GivenEvent {
    fn from((id, event): (Id<A>, A::Event)) -> Self {
        Self::new(id, event)
    }
}

impl fmt::Debug for GivenEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenEvent").field("stream", &self.stream).field("name", &self.name).finish_non_exhaustive()
    }
}
