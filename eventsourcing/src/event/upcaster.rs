//! What an older release stored, read by this one: old payload to current events.
//!
//! `#[upcast(..)]` writes what is here; by hand it is an [`Upcast`] that an [`Upcaster`] in [`Event::UPCASTERS`](crate::Event::UPCASTERS) names.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{array, iter, option, vec};

use serde::de::DeserializeOwned;

use crate::error::panic_message;
use crate::event::Recorded;

/// The fields of an event as an older release stored them, and what they mean today.
///
/// `#[upcast(Opened, from = 1)]` writes it from a function whose arguments are the old fields. By hand it is a struct of them;
/// [`Event::UPCASTERS`](crate::Event::UPCASTERS) names it.
///
/// ```
/// use eventsourcing::{Event, EventKind};
/// use eventsourcing::upcaster::{Upcast, Upcaster};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// enum DoorEvent {
///     Installed { colour: String, width: u32 },
/// }
///
/// /// Version 1 had no width: all doors were 90 cm wide.
/// #[derive(Deserialize)]
/// struct InstalledV1 {
///     colour: String,
/// }
///
/// impl Upcast<DoorEvent> for InstalledV1 {
///     type Events = DoorEvent;
///
///     fn upcast(self) -> DoorEvent {
///         DoorEvent::Installed { colour: self.colour, width: 90 }
///     }
/// }
///
/// impl Event for DoorEvent {
///     const KINDS: &'static [EventKind] = &[EventKind::new("Installed").version(2)];
///     const UPCASTERS: &'static [Upcaster<Self>] = &[Upcaster::new::<InstalledV1>("Installed", 1)];
///
///     fn kind(&self) -> &'static EventKind {
///         &Self::KINDS[0]
///     }
/// }
/// ```
pub trait Upcast<E>: DeserializeOwned {
    /// The current event, or `Option`, `Vec` or an array of them.
    type Events: IntoEvents<E>;

    /// What the old event means today.
    ///
    /// It runs whenever an old event is read, so it depends on nothing but the fields. A panic is caught and reported as
    /// [`DecodeError::UpcasterPanicked`](crate::error::DecodeError::UpcasterPanicked), where the program unwinds.
    fn upcast(self) -> Self::Events;
}

/// The same, where it takes what was recorded beside the fields to say what they mean today: the time, or the metadata of the commit.
///
/// `#[upcast(..)]` writes it from a function with an argument `#[upcast(recorded)] recorded: &Recorded<()>`. By hand it is named by
/// [`Upcaster::with_recorded`].
///
/// ```
/// use eventsourcing::{Event, EventKind, Recorded};
/// use eventsourcing::upcaster::{UpcastRecorded, Upcaster};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// enum DoorEvent {
///     Installed { by: String },
/// }
///
/// /// Version 1 left it to the metadata to say who did it.
/// #[derive(Deserialize)]
/// struct InstalledV1 {}
///
/// impl UpcastRecorded<DoorEvent> for InstalledV1 {
///     type Events = DoorEvent;
///
///     fn upcast(self, recorded: &Recorded<()>) -> DoorEvent {
///         DoorEvent::Installed { by: recorded.metadata.actor().unwrap_or("unknown").to_owned() }
///     }
/// }
///
/// impl Event for DoorEvent {
///     const KINDS: &'static [EventKind] = &[EventKind::new("Installed").version(2)];
///     const UPCASTERS: &'static [Upcaster<Self>] = &[Upcaster::with_recorded::<InstalledV1>("Installed", 1)];
///
///     fn kind(&self) -> &'static EventKind {
///         &Self::KINDS[0]
///     }
/// }
/// ```
pub trait UpcastRecorded<E>: DeserializeOwned {
    /// The current event, or `Option`, `Vec` or an array of them.
    type Events: IntoEvents<E>;

    /// What the old event means today.
    ///
    /// It runs whenever an old event is read, so it depends on nothing but the fields and what was recorded beside them. A panic is caught, as
    /// that of an [`Upcast`]. The position is another in another store, and 0 while an import checks whether the event can be read.
    fn upcast(self, recorded: &Recorded<()>) -> Self::Events;
}

/// What an upcaster may return: the event, none or one, or several that happened in this order.
///
/// ```
/// use eventsourcing::upcaster::IntoEvents;
///
/// #[derive(Debug, PartialEq)]
/// struct Deposited(i64);
///
/// fn events(result: impl IntoEvents<Deposited>) -> Vec<Deposited> {
///     result.into_events().collect()
/// }
///
/// assert_eq!(events(Deposited(1)), [Deposited(1)]);
/// assert_eq!(events([Deposited(1), Deposited(2)]), [Deposited(1), Deposited(2)]);
/// assert_eq!(events(None), []);
/// ```
#[diagnostic::on_unimplemented(
    message = "an upcaster returns events of this aggregate, not `{Self}`",
    label = "not `{E}`",
    note = "return `{E}`, or where an old event was split or retired `[{E}; N]`, `Vec<{E}>` or `Option<{E}>`"
)]
pub trait IntoEvents<E> {
    /// The events, oldest first.
    type Iter: Iterator<Item = E>;

    /// The events, oldest first.
    fn into_events(self) -> Self::Iter;
}

impl<E> IntoEvents<E> for E {
    type Iter = iter::Once<E>;

    fn into_events(self) -> Self::Iter {
        iter::once(self)
    }
}

impl<E> IntoEvents<E> for Option<E> {
    type Iter = option::IntoIter<E>;

    fn into_events(self) -> Self::Iter {
        self.into_iter()
    }
}

impl<E> IntoEvents<E> for Vec<E> {
    type Iter = vec::IntoIter<E>;

    fn into_events(self) -> Self::Iter {
        self.into_iter()
    }
}

impl<E, const N: usize> IntoEvents<E> for [E; N] {
    type Iter = array::IntoIter<E, N>;

    fn into_events(self) -> Self::Iter {
        self.into_iter()
    }
}

/// Which old event an [`Upcast`] reads.
pub struct Upcaster<E> {
    name: &'static str,
    aliases: &'static [&'static str],
    from: u32,
    pub(crate) revision: u64,
    read: fn(&[u8], Beside<'_>) -> Result<Upcasted<E>, Fault>,
}

/// Gives what was recorded beside a payload: read only where an upcaster takes it.
pub(crate) type Beside<'a> = &'a dyn Fn() -> Result<Recorded<()>, serde_json::Error>;

impl<E> Upcaster<E> {
    /// Reads the events that are stored under this name at this schema version, counted from 1.
    #[must_use]
    pub const fn new<Old: Upcast<E>>(name: &'static str, from: u32) -> Self {
        Self { name, aliases: &[], from, revision: 0, read: read::<E, Old> }
    }

    /// The same, with what was recorded beside the fields.
    #[must_use]
    pub const fn with_recorded<Old: UpcastRecorded<E>>(name: &'static str, from: u32) -> Self {
        Self { name, aliases: &[], from, revision: 0, read: read_with_recorded::<E, Old> }
    }

    /// The same upcaster, which also reads what was once stored under these other names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The same upcaster, as one that means something else than under another number: snapshots that were taken under another are ignored. The
    /// macros take it from what is written; by hand, raise it with each change of what [`Upcast::upcast`] does.
    #[must_use]
    pub const fn revision(self, revision: u64) -> Self {
        Self { revision, ..self }
    }

    /// The stored name of the event that it reads.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The schema version that it reads.
    #[must_use]
    pub const fn from_version(&self) -> u32 {
        self.from
    }

    // The version first: it tells most current events from what an upcaster reads without a look at their name.
    pub(crate) fn reads(&self, name: &str, schema_version: u32) -> bool {
        self.from == schema_version && self.has_name(name)
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    pub(crate) fn upcast(&self, payload: &[u8], beside: Beside<'_>) -> Result<Upcasted<E>, Fault> {
        (self.read)(payload, beside)
    }
}

impl<E> fmt::Debug for Upcaster<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upcaster").field("name", &self.name).field("from", &self.from).finish_non_exhaustive()
    }
}

/// What became of an old event: nothing, one event as a rule, or several.
pub(crate) struct Upcasted<E> {
    first: Option<E>,
    rest: Vec<E>,
}

impl<E> Upcasted<E> {
    pub(crate) const NOTHING: Self = Self { first: None, rest: Vec::new() };
}

impl<E> IntoIterator for Upcasted<E> {
    type Item = E;
    type IntoIter = iter::Chain<option::IntoIter<E>, vec::IntoIter<E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.rest)
    }
}

/// Why an old event could not be read.
pub(crate) enum Fault {
    Payload(serde_json::Error),
    Metadata(serde_json::Error),
    Panicked(String),
}

fn read<E, Old: Upcast<E>>(payload: &[u8], _: Beside<'_>) -> Result<Upcasted<E>, Fault> {
    let old: Old = object(payload).map_err(Fault::Payload)?;
    caught(|| old.upcast())
}

fn read_with_recorded<E, Old: UpcastRecorded<E>>(payload: &[u8], beside: Beside<'_>) -> Result<Upcasted<E>, Fault> {
    let old: Old = object(payload).map_err(Fault::Payload)?;
    let recorded = beside().map_err(Fault::Metadata)?;
    caught(|| old.upcast(&recorded))
}

fn caught<E, R: IntoEvents<E>>(upcast: impl FnOnce() -> R) -> Result<Upcasted<E>, Fault> {
    let upcast = || {
        let mut events = upcast().into_events();
        Upcasted { first: events.next(), rest: events.collect() }
    };
    // Whatever it has broken is dropped with it: it owns all that it sees.
    catch_unwind(AssertUnwindSafe(upcast)).map_err(|panic| Fault::Panicked(panic_message(&*panic)))
}

/// A JSON object; serde would read a struct from a JSON array of its fields' values as well.
fn object<T: DeserializeOwned>(payload: &[u8]) -> Result<T, serde_json::Error> {
    let array = payload.trim_ascii_start().first() == Some(&b'[');
    if array {
        Err(serde::de::Error::custom("an array where an object is expected"))
    } else {
        serde_json::from_slice(payload)
    }
}
