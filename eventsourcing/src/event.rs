//! What happened: the trait of an event enum, and an event as it was stored.

mod metadata;
mod unknown;

use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::metadata::Metadata;
pub use self::unknown::{Known, RawEvent, Unknown};
use crate::stream::{Position, Version};
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

    /// The stored names of events that are no longer there. Those that no upcaster reads are passed over, whatever their version.
    const RETIRED: &'static [&'static str] = &[];

    /// The entry of this event's variant.
    fn kind(&self) -> &'static EventKind;
}

/// How one kind of event is stored: its name, other names it once had, its schema version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventKind {
    name: &'static str,
    aliases: &'static [&'static str],
    schema_version: u32,
    discards: bool,
}

impl EventKind {
    /// A kind of event of this stored name, at schema version 1.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, aliases: &[], schema_version: 1, discards: false }
    }

    /// The same kind, which was once stored under these other names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The same kind, whose fields are at this schema version. Each version before it, from 1, has an [`Upcaster`].
    #[must_use]
    pub const fn version(self, schema_version: u32) -> Self {
        Self { schema_version, ..self }
    }

    /// The same kind, after which the aggregate is gone.
    #[must_use]
    pub const fn discards(self) -> Self {
        Self { discards: true, ..self }
    }

    /// The name it is stored under.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names that it was once stored under.
    #[must_use]
    pub const fn old_names(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// The version of its fields, from 1.
    #[must_use]
    pub const fn schema_version(&self) -> u32 {
        self.schema_version
    }

    /// Whether the aggregate is gone after it.
    #[must_use]
    pub const fn is_discard(&self) -> bool {
        self.discards
    }

    /// Whether it is, or once was, stored under this name.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// An event as it was stored: the typed form of a row of the log.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recorded<E> {
    /// What happened.
    pub event: E,
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

impl<E> Recorded<E> {
    pub(crate) fn new(
        event: E,
        version: Version,
        position: Position,
        recorded_at: SystemTime,
        metadata: Metadata,
    ) -> Self {
        Self { event, version, position, recorded_at, metadata }
    }
}
