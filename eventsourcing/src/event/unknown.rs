//! Stored events that this program does not know.

/// What a reader does with a stored event that this program does not know: one of another name, or of a newer schema version.
///
/// During a rolling deploy, programs of the last release meet what the next one stores. A damaged event, an upcaster that panics, or an
/// old version that nothing reads is an error under each of these.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] fn open() -> Self { Self { root: Root::new() } } }
/// use eventsourcing::{StreamId, Unknown, store::{Commit, EventStore}};
///
/// let store = MemoryStore::new();
/// let accounts = Repository::<Account>::new(store.clone());
/// let mut account = Account::open();
/// accounts.blocking().save(&mut account)?;
///
/// // A later release stores what this one does not know.
/// let mut commit = Commit::new();
/// commit.append(StreamId::new("Account", account.id().as_uuid()), 1)?.event("Renamed", 1, b"{}")?;
/// store.blocking().commit(commit)?;
///
/// assert!(matches!(accounts.blocking().get(account.id()), Err(LoadError::Decode { .. })));
/// let kept = accounts.unknown(Unknown::KeepRaw).blocking().get(account.id())?;
/// assert_eq!(kept.root().unknown()[0].event.name, "Renamed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unknown {
    /// It is an error that names the event, where it stands and what is known.
    #[default]
    Refuse,
    /// It is passed over, and the rest is read as if it were not there.
    Ignore,
    /// It is passed over, and kept as it is stored.
    KeepRaw,
}

/// A stored event as its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RawEvent {
    /// Its stored name.
    pub name: String,
    /// The version of its fields, from 1.
    pub schema_version: u32,
    /// Its fields, byte for byte: a JSON object.
    pub payload: Vec<u8>,
}

impl RawEvent {
    pub(crate) fn new(name: &str, schema_version: u32, payload: &[u8]) -> Self {
        Self { name: name.to_owned(), schema_version, payload: payload.to_owned() }
    }
}

/// A stored event, known to this program or kept raw.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an event is known or not")]
pub enum Known<E> {
    /// One of the events of this program.
    Event(E),
    /// One that it does not know; only under [`Unknown::KeepRaw`].
    Raw(RawEvent),
}
