//! What a store is asked to store. What is beyond [`Limits::MAX`] cannot be built; a store that takes less refuses the rest.

mod check;
mod order;
mod values;

use std::borrow::Cow;

pub use self::values::{Committed, NewEvent};
use crate::error::InvalidCommit;
use crate::store::{Limits, Receipt, StoredSnapshot};
use crate::stream::{CommitId, Position, StreamId, Version};

/// About what an event takes in a store beside its payload and metadata.
const EVENT_BYTES: usize = 128;

/// Events to be stored together or not at all, under one id.
///
/// ```
/// use eventsourcing::{StreamId, store::Commit};
/// use uuid::Uuid;
///
/// let mut commit = Commit::new();
/// commit.append(StreamId::new("Account", Uuid::nil()), 0)?
///     .event("Opened", 1, br#"{"owner":"alice"}"#)?
///     .event("Deposited", 1, br#"{"amount":5}"#)?;
/// assert_eq!(commit.len(), 2);
/// # Ok::<(), eventsourcing::error::InvalidCommit>(())
/// ```
#[derive(Clone, Debug)]
pub struct Commit {
    id: CommitId,
    given: bool,
    recorded_at: Option<i64>,
    metadata: Vec<u8>,
    // One buffer for all payloads: nothing is allocated for each event.
    payloads: Vec<u8>,
    events: Vec<EventEntry>,
    appends: Vec<Start>,
    snapshots: Vec<StoredSnapshot>,
    receipt: Option<Receipt>,
    after: Vec<Receipt>,
}

#[derive(Clone, Debug)]
struct EventEntry {
    name: Cow<'static, str>,
    schema_version: u32,
    payload_end: usize,
}

#[derive(Clone, Debug)]
struct Start {
    stream: StreamId,
    expected: Version,
    last_position: Option<Position>,
    first_event: usize,
}

/// One stream's part of a commit.
#[derive(Clone, Copy, Debug)]
pub struct Append<'a> {
    /// The stream.
    pub stream: &'a StreamId,
    /// The version that the stream must be at.
    pub expected: Version,
    /// A hint: where the stream's last event stands, as far as the caller knows. It may be absent or stale, and never decides.
    pub last_position: Option<Position>,
    commit: &'a Commit,
    first_event: usize,
    end_event: usize,
}

impl Commit {
    /// An empty commit under an id that no other commit has.
    #[expect(clippy::new_without_default, reason = "each call gives another id")]
    #[must_use]
    pub fn new() -> Self {
        Self::made(CommitId::new())
    }

    /// An empty commit under an id from outside: a store looks it up among all such commits.
    #[must_use]
    pub fn with_id(id: CommitId) -> Self {
        Self { given: true, ..Self::made(id) }
    }

    /// An empty commit under an id of the framework's making.
    pub(crate) const fn made(id: CommitId) -> Self {
        Self {
            id,
            given: false,
            recorded_at: None,
            metadata: Vec::new(),
            payloads: Vec::new(),
            events: Vec::new(),
            appends: Vec::new(),
            snapshots: Vec::new(),
            receipt: None,
            after: Vec::new(),
        }
    }

    /// Sets the metadata of all its events: a JSON object, or nothing.
    ///
    /// # Errors
    ///
    /// [`InvalidCommit::MetadataTooLarge`], or [`InvalidCommit::CommitTooLarge`] with the events that it has; the commit is as it was.
    pub fn set_metadata(&mut self, metadata: &[u8]) -> Result<(), InvalidCommit> {
        Limits::MAX.check_metadata(metadata.len())?;
        if self.payloads.len() + metadata.len() * self.events.len() > Limits::MAX.max_commit_bytes {
            return Err(InvalidCommit::CommitTooLarge { limit: Limits::MAX.max_commit_bytes });
        }
        metadata.clone_into(&mut self.metadata);
        Ok(())
    }

    /// Sets when its events were recorded, in microseconds since 1970 UTC, in place of the time at which the store stores them: for an import.
    pub const fn set_recorded_at(&mut self, micros: i64) {
        self.recorded_at = Some(micros);
    }

    /// When its events were recorded, in microseconds since 1970 UTC; `None` means when the store stores them.
    #[must_use]
    pub const fn recorded_at(&self) -> Option<i64> {
        self.recorded_at
    }

    /// Begins the part of a stream that is expected at this version: 0 for one that does not exist.
    ///
    /// # Errors
    ///
    /// [`InvalidCommit::Name`] if the aggregate's name cannot be stored; the commit is as it was.
    pub fn append(&mut self, stream: StreamId, expected: impl Into<Version>) -> Result<Appending<'_>, InvalidCommit> {
        Limits::MAX.check_name(stream.aggregate())?;
        let expected = expected.into();
        self.appends.push(Start { stream, expected, last_position: None, first_event: self.events.len() });
        Ok(Appending { commit: self })
    }

    /// Adds the state that an aggregate will be in, to be kept if the commit is stored.
    pub fn add_snapshot(&mut self, snapshot: StoredSnapshot) {
        self.snapshots.push(snapshot);
    }

    /// The states that the aggregates will be in.
    #[must_use]
    pub fn snapshots(&self) -> &[StoredSnapshot] {
        &self.snapshots
    }

    /// The event that was added last.
    pub(crate) fn last_event(&self) -> Option<NewEvent<'_>> {
        let (last, before) = self.events.split_last()?;
        let start = before.last().map_or(0, |entry| entry.payload_end);
        let payload = self.payloads.get(start..last.payload_end).unwrap_or_default();
        Some(NewEvent { name: &last.name, schema_version: last.schema_version, payload })
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> CommitId {
        self.id
    }

    /// Whether the id came from outside, and is to be looked up among all that did.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.given
    }

    /// The metadata of all its events, if there is any.
    #[must_use]
    pub fn metadata(&self) -> Option<&[u8]> {
        (!self.metadata.is_empty()).then_some(&*self.metadata)
    }

    /// About the bytes that it takes in a store: the metadata once for each event, and 128 for what else stands in a row and an index.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let states = self.snapshots.iter().map(|snapshot| snapshot.state.len());
        self.payloads.len() + self.events.len() * (EVENT_BYTES + self.metadata.len()) + states.sum::<usize>()
    }

    /// How many events it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether it has no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Its parts, in the order in which they take effect.
    pub fn appends(&self) -> impl Iterator<Item = Append<'_>> {
        let ends = self.appends.iter().skip(1).map(|next| next.first_event).chain([self.events.len()]);
        self.appends.iter().zip(ends).map(|(start, end_event)| Append {
            stream: &start.stream,
            expected: start.expected,
            last_position: start.last_position,
            commit: self,
            first_event: start.first_event,
            end_event,
        })
    }
}

/// The part of a commit that events are being added to.
#[derive(Debug)]
pub struct Appending<'a> {
    commit: &'a mut Commit,
}

impl Appending<'_> {
    /// Says where the stream's last event stands, as far as the caller knows: a hint for stores that find an event sooner by its position.
    #[must_use]
    pub fn last_position(self, position: impl Into<Position>) -> Self {
        if let Some(append) = self.commit.appends.last_mut() {
            append.last_position = Some(position.into());
        }
        self
    }

    /// Makes room for so many events; most payloads have fewer bytes than this.
    pub(crate) fn make_room(&mut self, events: usize) {
        self.commit.events.reserve(events.min(Limits::MAX.max_events));
        self.commit.payloads.reserve(events.min(Limits::MAX.max_events) * 128);
    }

    /// Adds an event.
    ///
    /// # Errors
    ///
    /// [`InvalidCommit::Name`], [`InvalidCommit::PayloadTooLarge`], [`InvalidCommit::CommitTooLarge`] or [`InvalidCommit::TooManyEvents`]; the
    /// event is not part of the commit.
    pub fn event(
        self,
        name: impl Into<Cow<'static, str>>,
        schema_version: u32,
        payload: &[u8],
    ) -> Result<Self, InvalidCommit> {
        self.event_with(name.into(), schema_version, |payloads| {
            payloads.extend_from_slice(payload);
            Ok(())
        })
    }

    /// Adds an event whose payload is written straight to where it is kept.
    pub(crate) fn event_with<E: From<InvalidCommit>>(
        self,
        name: Cow<'static, str>,
        schema_version: u32,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let commit = &mut *self.commit;
        let start = commit.payloads.len();
        write(&mut commit.payloads)?;
        let payload_end = commit.payloads.len();
        let events = commit.events.len() + 1;
        if let Err(refused) =
            Limits::MAX.check_event(&name, payload_end - start, payload_end + commit.metadata.len() * events, events)
        {
            commit.payloads.truncate(start);
            return Err(refused.into());
        }
        commit.events.push(EventEntry { name, schema_version, payload_end });
        Ok(self)
    }
}

impl<'a> Append<'a> {
    /// Its events, oldest first.
    #[must_use]
    pub fn events(&self) -> impl ExactSizeIterator<Item = NewEvent<'a>> + use<'a> {
        let commit = self.commit;
        let before = self.first_event.checked_sub(1).and_then(|last| commit.events.get(last));
        let mut start = before.map_or(0, |entry| entry.payload_end);
        let entries = commit.events.get(self.first_event..self.end_event).unwrap_or_default();
        entries.iter().map(move |entry| {
            let payload = commit.payloads.get(start..entry.payload_end).unwrap_or_default();
            start = entry.payload_end;
            NewEvent { name: &entry.name, schema_version: entry.schema_version, payload }
        })
    }
}

#[cfg(test)]
mod tests;
