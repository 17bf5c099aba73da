//! Names and places: which stream, which event of it, where in the store.

mod new_uuid;
mod numbers;

use std::borrow::Cow;
use std::fmt;

use uuid::Uuid;

pub(crate) use self::new_uuid::new_uuid;
pub use self::numbers::{Position, Version};

/// Names one stream: the events of one aggregate.
///
/// Two aggregates of different kinds may share an id without sharing a stream.
///
/// ```
/// use eventsourcing::StreamId;
/// use uuid::Uuid;
///
/// let stream = StreamId::new("Account", Uuid::nil());
/// assert_eq!(stream.to_string(), "Account/00000000-0000-0000-0000-000000000000");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    aggregate: Cow<'static, str>,
    id: Uuid,
}

impl From<&StreamId> for StreamId {
    fn from(stream: &StreamId) -> Self {
        stream.clone()
    }
}

/// What the name of the streams of journals ends with, behind that of the process.
pub(crate) const JOURNAL_SUFFIX: &str = "~process";

impl StreamId {
    /// The stream of the aggregate of this stored name and this id.
    pub fn new(aggregate: impl Into<Cow<'static, str>>, id: Uuid) -> Self {
        Self { aggregate: aggregate.into(), id }
    }

    /// The stored name of the kind of aggregate.
    #[must_use]
    pub fn aggregate(&self) -> &str {
        &self.aggregate
    }

    /// The aggregate's own id.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Whether it is the journal of a process.
    pub(crate) fn is_journal(&self) -> bool {
        self.aggregate.ends_with(JOURNAL_SUFFIX)
    }

    /// Turns to another stream of the same kind, without another allocation of its name.
    pub const fn set_id(&mut self, id: Uuid) {
        self.id = id;
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.aggregate, self.id)
    }
}

/// Names one commit, so that sending it again stores nothing twice.
///
/// Take one from the outside (the id of a request, of a message) to make handling it idempotent; the
/// framework makes its own for every other commit.
///
/// ```
/// use eventsourcing::CommitId;
///
/// assert_ne!(CommitId::new(), CommitId::new());
/// assert_eq!(CommitId::named("invoice 17"), CommitId::named("invoice 17"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Uuid);

/// The namespace of [`CommitId::named`]; a constant of the stored format.
const COMMITS: Uuid = Uuid::from_u128(0x0b9c_65a1_4d9e_5f3c_9a83_1f9d_3c1b_7e52);

impl CommitId {
    /// A new one: a UUID of version 7, so that a store appends to its index instead of spreading over it.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self(new_uuid())
    }

    /// The one that belongs to a name from outside: the same name gives the same id.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(Uuid::new_v5(&COMMITS, name.as_bytes()))
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for CommitId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names one store: made with it, and kept by a backup of it.
///
/// What is kept beside a store, and how far it has read, belongs to the store of one id.
///
/// ```
/// use eventsourcing::{MemoryStore, store::EventStore};
///
/// assert_ne!(MemoryStore::new().id(), MemoryStore::new().id());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(Uuid);

impl StoreId {
    /// A new one.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self(new_uuid())
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for StoreId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
