//! What generated code names. It is for no other code: it changes without notice.

mod columns;
mod compared;
mod event_field;
mod handled_events;
mod interior;
mod listed_events;
mod locked;
mod names;
mod only_events;
mod past;
mod process;
mod recorder;
mod replay;
mod root;
mod rows;
mod seen;
mod storable;
mod unique;

pub use serde;

pub use self::columns::{column, indexed_column};
pub use self::compared::{Compared, NotCompared};
pub use self::event_field::{EventField, Lent, NotLent, ProjectedEventField};
pub use self::handled_events::{EventsOfHandler, at_of};
pub use self::interior::{Asked, AskedOf, NotShared, Shared};
pub use self::listed_events::{By, EventsOfView, ListedEvents, NotListed, Others, PROCESS, PROJECTION, assert_handled};
pub use self::locked::{assert_optional, assert_stored_as};
pub use self::names::{all_names, assert_other_names, checked_name};
pub use self::only_events::OnlyEvents;
pub use self::past::{Declared, NoUpcasters, Upcasters, Variants, assert_read, assert_upcaster, event_called};
pub use self::process::{
    AppOfProcess, ChangedBy, KeptBy, Lend, Lending, NotKeyed, NotKnown, assert_aggregate, assert_app, assert_kept,
    begun, may_change, no_handler, no_timer,
};
pub use self::recorder::{Keyed, Recorder};
pub use self::replay::{Cloned, NotCloned, NotShown, Shown, replay_check_of, replay_check_of_state};
pub use self::root::{NotTheRoot, Replaceable, RootField};
pub use self::rows::{DerivedRow, NoSource, NotARow, RowOf, SourceOf};
pub use self::seen::{NotSampled, NotSeen, Sampled, Seen, shape};
pub use self::storable::assert_storable;
pub use self::unique::claimed;

use crate::aggregate::Apply;
use crate::application::FromStore;
use crate::error::DecodeError;
use crate::store::StoredEvent;
pub use crate::view::column::{ColumnOf, SerdeColumn};
pub use crate::{
    __changes_without_an_event_unless_marked_interior_mutable as changes_without_an_event_unless_marked_interior_mutable,
    __replay_check as replay_check,
};

/// Gives `each` what a stored event of a part of an application means today, as an event of the application.
///
/// # Errors
///
/// By [`DecodeError`], before anything is given.
pub fn decode_part<P: FromStore, E>(
    stored: &StoredEvent<'_>,
    of_part: impl Fn(P::Id, P::Event) -> E,
    each: &mut dyn FnMut(E),
) -> Result<(), DecodeError> {
    P::decode(stored, &mut |event| each(of_part(P::Id::from(stored.stream), event)))
}

/// Asks the compiler whether `E` is the enum of the events of `A`.
pub const fn events_of<E: EventsOf<A>, A>() {}

/// The enum of the events of the aggregate `A`.
pub trait EventsOf<A> {}

impl<E, A: Apply<Event = E>> EventsOf<A> for E {}
