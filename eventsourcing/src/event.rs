//! What happened: the trait of an event enum, and an event as it was stored.

mod kind;
mod metadata;
mod raw;
mod recorded;
pub mod upcaster;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::kind::EventKind;
pub use self::metadata::Metadata;
pub use self::raw::RawEvent;
pub use self::recorded::Recorded;
use self::upcaster::Upcaster;
use crate::schema::EventSchema;

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

    /// The fields of each version of each event, for `events.lock`; omitted versions are not checked.
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
