//! What happened: the trait of an event enum, and an event as it was stored.

mod kind;
mod metadata;
mod raw;

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use self::kind::EventKind;
pub use self::metadata::Metadata;
pub use self::raw::RawEvent;
use crate::schema::EventSchema;
use crate::stream::{Position, StreamId, Version};
use crate::upcast::Upcaster;

/// The events of one kind of aggregate, as one enum.
///
/// `#[events]` and `#[event]` write this; by hand it is a serde enum of unit and struct variants with a
/// stable name for each variant. The serde name of a variant (`#[serde(rename)]`) is its stored name.
///
/// ```
/// use eventsourcing::{Event, EventKind};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// enum DoorEvent {
///     Installed { colour: String },
///     Removed,
/// }
///
/// impl Event for DoorEvent {
///     const KINDS: &'static [EventKind] =
///         &[EventKind::new("Installed"), EventKind::new("Removed").discards()];
///
///     fn kind(&self) -> &'static EventKind {
///         match self {
///             Self::Installed { .. } => &Self::KINDS[0],
///             Self::Removed => &Self::KINDS[1],
///         }
///     }
/// }
///
/// assert_eq!(DoorEvent::Removed.kind().name(), "Removed");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event enum",
    label = "not an event enum",
    note = "write `#[event]` on the enum, or let `#[events]` on the aggregate's `impl` block make one"
)]
pub trait Event: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// One entry for each variant.
    const KINDS: &'static [EventKind];

    /// One entry for each older version of each kind, and for each version of an event that is no longer there and that others
    /// stand for today.
    const UPCASTERS: &'static [Upcaster<Self>] = &[];

    /// The stored names of events that were removed. Those that no upcaster reads are skipped, whatever their version.
    const RETIRED: &'static [&'static str] = &[];

    /// The fields of each version of each event, for `events.lock`; those that are not told are not looked at.
    const SCHEMAS: &'static [&'static [EventSchema]] = &[];

    /// Where it is declared, such as `bank::accounts::AccountEvent`: `events.lock` finds it by the crate and the name.
    const PATH: &'static str = "";

    /// The entry of this event's variant.
    fn kind(&self) -> &'static EventKind;

    /// The stored name of a field in which `read` is another event than this one, which it was read back from.
    ///
    /// What differs when it is written again is found without it. It finds what was lost by writing: the part of a second under
    /// `#[serde(with = "..")]`, a field under `#[serde(skip)]`. The macros compare each field whose type is `PartialEq`; by hand, it may be left out.
    fn differing_field(&self, read: &Self) -> Option<&'static str> {
        let _ = read;
        None
    }
}

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
