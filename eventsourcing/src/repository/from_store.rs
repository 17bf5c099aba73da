//! What the fields of an application are: parts that are made from its store.

use std::sync::Arc;

use crate::aggregate::{Aggregate, Id};
use crate::error::DecodeError;
use crate::event::{Event, EventKind};
use crate::log::{self, LogSource};
use crate::repository::{AggregateSchema, Repository};
use crate::store::{EventStore, StoredEvent};
use crate::stream::StreamId;

/// A part of an application that is made from its store: a [`Repository`], or an application of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an application",
    label = "not a repository",
    note = "the fields of an application are `Repository<..>`s, or other applications",
    note = "another field, such as a clock, is marked `#[application(default)]` or `#[application(default = value)]`"
)]
pub trait FromStore: Sized {
    /// The stored names of the aggregates that it keeps.
    const AGGREGATES: &'static [&'static str];

    /// Names one of its aggregates in the log of an application: [`Id`] of a repository, [`StreamId`] of an application.
    type Id: for<'s> From<&'s StreamId> + Send;

    /// The events of its aggregates: those of the one of a repository, an enum of an application.
    type Event;

    /// What the events of its aggregates are stored as.
    fn aggregate_schemas() -> Vec<AggregateSchema>;

    /// The events of each of its aggregates.
    fn kinds() -> Vec<&'static [EventKind]>;

    /// Gives `each` what a stored event of one of its aggregates means today, oldest first: one event, or of one that an older release stored,
    /// none or several.
    ///
    /// # Errors
    ///
    /// By [`DecodeError`], before anything is given.
    fn decode(stored: &StoredEvent<'_>, each: &mut dyn FnMut(Self::Event)) -> Result<(), DecodeError>;

    /// The part, over this store.
    fn from_store(store: &Arc<dyn EventStore>) -> Self;

    /// The store that it is over.
    fn store(&self) -> &Arc<dyn EventStore>;
}

/// A part of an application that is made of the store alone: a [`Repository`], or an application of such parts. `#[derive(Application)]` writes it where no
/// field is marked `#[application(default)]`.
///
/// One that is made a second time over the same store is the same. Where that is so of an application with other fields too, because their defaults are
/// never replaced, say it: `impl StoreOnly for Shop {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has fields that are not made of the store",
    label = "an application of its own would have the defaults in them, and not what you have set",
    note = "give the process the application that you run: `.with_process_of::<..>(Arc::clone(&app))`",
    note = "or, if you never set these fields, say so: `impl eventsourcing::application::StoreOnly for {Self} {{}}`"
)]
pub trait StoreOnly: FromStore {}

impl<A: Aggregate> StoreOnly for Repository<A> {}

impl<A: Aggregate> FromStore for Repository<A> {
    const AGGREGATES: &'static [&'static str] = &[A::NAME];

    type Id = Id<A>;
    type Event = A::Event;

    fn aggregate_schemas() -> Vec<AggregateSchema> {
        vec![AggregateSchema::of::<A>()]
    }

    fn kinds() -> Vec<&'static [EventKind]> {
        vec![A::Event::KINDS]
    }

    fn decode(stored: &StoredEvent<'_>, each: &mut dyn FnMut(A::Event)) -> Result<(), DecodeError> {
        log::decode_each(stored, each)
    }

    fn from_store(store: &Arc<dyn EventStore>) -> Self {
        Self::new(Arc::clone(store))
    }

    fn store(&self) -> &Arc<dyn EventStore> {
        Self::store(self)
    }
}

/// The events of all aggregates of an application.
pub(crate) fn log_source<P: FromStore>() -> LogSource<P::Event> {
    LogSource {
        aggregates: P::AGGREGATES,
        own_streams: || P::aggregate_schemas().iter().flat_map(AggregateSchema::own_streams).collect(),
        kinds: P::kinds,
        decode: P::decode,
        read: |stored, on_unknown, events| log::read_each_into(stored, on_unknown, P::decode, events),
    }
}
