//! The part of an aggregate that is the framework's: identity, version, events not yet saved.

mod state;
mod traits;

use std::any::Any;
use std::marker::PhantomData;

pub(crate) use self::state::{RootState, StoredEnd};
use crate::aggregate::pending::nothing_pending;
use crate::aggregate::{Aggregate, Apply, Id};
use crate::event::{Event, RawEvent, Recorded};
use crate::stream::Version;

/// The field of an aggregate that holds its identity, its version and the events not yet saved.
///
/// Give a struct one field `root: Root<Self>` and start it with [`Root::new`], [`Root::named`] or
/// [`Root::with_id`]. Two roots are equal if identity and version are; an aggregate that was saved is
/// equal to the same one loaded again.
pub struct Root<A> {
    pub(crate) state: RootState,
    aggregate: PhantomData<fn() -> A>,
}

impl<A> Root<A> {
    /// The root of a new aggregate, with an id of its own.
    ///
    /// While a history is read, the creating event runs again; the id is then the one that it was given
    /// the first time.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self { state: RootState::new(), aggregate: PhantomData }
    }

    /// The root of a new aggregate, with this id.
    #[must_use]
    pub const fn with_id(id: Id<A>) -> Self {
        Self { state: RootState::with_id(id.as_uuid()), aggregate: PhantomData }
    }

    /// The aggregate's id.
    #[must_use]
    pub const fn id(&self) -> Id<A> {
        Id::of_uuid(self.state.id)
    }

    /// How many events made the aggregate, those not yet saved included.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.state.version()
    }

    /// The stored events of the aggregate that this program does not know, oldest first: of one that was loaded under
    /// [`OnUnknown::Keep`](crate::log::OnUnknown::Keep).
    #[must_use]
    pub fn unknown(&self) -> &[Recorded<RawEvent>] {
        self.state.unknown()
    }

    /// The root of an aggregate as it was just read: the id it was read under, and nothing pending.
    pub(crate) fn reset(&mut self, id: Id<A>) {
        *self = Self::with_id(id);
    }
}

impl<A: Aggregate> Root<A> {
    /// The root of a new aggregate whose id belongs to this name; see [`Id::named`].
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::with_id(Id::named(name))
    }
}

impl<A: Apply> Root<A> {
    pub(crate) fn pending(&self) -> &[A::Event] {
        let pending: Option<&dyn Any> = self.state.pending.as_ref().map(|pending| &**pending as &dyn Any);
        pending.and_then(<dyn Any>::downcast_ref::<Vec<A::Event>>).map_or(&[], Vec::as_slice)
    }

    /// Gives the pending events of a commit that is on its way, and is from now on what the store will make of them. (The position is not known.)
    pub(crate) fn take_pending(&mut self) -> Vec<A::Event> {
        let pending: Option<Box<dyn Any>> = self.state.taken().map(|pending| pending as Box<dyn Any>);
        pending.and_then(|pending| pending.downcast().ok()).map_or_else(Vec::new, |events| *events)
    }

    pub(crate) fn push(&mut self, event: A::Event) {
        let kind = event.kind();
        let pending: &mut dyn Any = self.state.pending_or(nothing_pending::<A::Event>);
        if let Some(events) = pending.downcast_mut::<Vec<A::Event>>() {
            events.push(event);
            self.state.pushed(kind);
        }
    }
}
