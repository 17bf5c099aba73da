//! The part of an aggregate that is the framework's: identity, version, events not yet saved.

mod copied;

use std::any::Any;

use crate::aggregate::attempt::Attempt;
use crate::aggregate::history_id::id_of_history;
use crate::aggregate::mark::Mark;
use crate::aggregate::pending::Pending;
use crate::aggregate::twin_slot::TwinSlot;
use crate::aggregate::unique::Held;
use crate::aggregate::{Aggregate, Apply, Id};
use crate::event::{Event, EventKind, RawEvent, Recorded};
use crate::stream::{Position, Version};

/// The field of an aggregate that holds its identity, its version and the events not yet saved.
///
/// Give a struct one field `root: Root<Self>` and start it with [`Root::new`], [`Root::named`] or
/// [`Root::with_id`]. Two roots are equal if identity and version are; an aggregate that was saved is
/// equal to the same one loaded again.
#[expect(clippy::struct_excessive_bools, reason = "each is noted by another event of its life")]
pub struct Root<A> {
    id: Id<A>,
    stored: StoredEnd,
    // Kept without their type, so that `Root<A>` asks nothing of `A`: a struct without `#[events]` is then
    // one error, and not another under each of its derives.
    pending: Option<Box<dyn Pending>>,
    pending_len: u64,
    discarded: bool,
    recorded_after_discard: bool,
    /// Whether the first of the pending events made the aggregate.
    begun: bool,
    attempt: Option<Attempt>,
    // Only of an aggregate that was read past events which this program does not know.
    unknown: Option<Box<[Recorded<RawEvent>]>>,
    lacks_snapshot: bool,
    /// What it holds of unique values as it is stored.
    pub(super) held: Held,
    /// The event whose mutator has panicked on this aggregate: its state may be half changed.
    panicked_in: Option<&'static EventKind>,
    /// Another one after each load, recorded event and panic.
    state: Mark,
    /// That of the command that the aggregate was last given to.
    lent: Mark,
    twin: TwinSlot,
}

/// What of an aggregate the store holds: 0 and 0 for one that was never saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredEnd {
    pub(crate) version: Version,
    pub(crate) position: Position,
}

impl<A> Root<A> {
    /// The root of a new aggregate, with an id of its own.
    ///
    /// While a history is read, the creating event runs again; the id is then the one that it was given
    /// the first time.
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    #[must_use]
    pub fn new() -> Self {
        Self::with_id(id_of_history().map_or_else(Id::new, Id::from))
    }

    /// The root of a new aggregate, with this id.
    #[must_use]
    pub const fn with_id(id: Id<A>) -> Self {
        Self {
            id,
            stored: StoredEnd { version: Version::new(0), position: Position::new(0) },
            pending: None,
            pending_len: 0,
            discarded: false,
            recorded_after_discard: false,
            begun: false,
            attempt: None,
            unknown: None,
            lacks_snapshot: false,
            held: Held::NONE,
            panicked_in: None,
            state: Mark::NONE,
            lent: Mark::NONE,
            twin: TwinSlot::EMPTY,
        }
    }

    /// The aggregate's id.
    #[must_use]
    pub const fn id(&self) -> Id<A> {
        self.id
    }

    /// How many events made the aggregate, those not yet saved included.
    #[must_use]
    pub const fn version(&self) -> Version {
        Version::new(self.stored.version.get() + self.pending_len)
    }

    /// The stored events of the aggregate that this program does not know, oldest first: of one that was loaded under
    /// [`OnUnknown::Keep`](crate::log::OnUnknown::Keep).
    #[must_use]
    pub fn unknown(&self) -> &[Recorded<RawEvent>] {
        self.unknown.as_deref().unwrap_or_default()
    }

    pub(crate) const fn has_unknown(&self) -> bool {
        self.unknown.is_some()
    }

    pub(crate) fn read_past(&mut self, raw: Vec<Recorded<RawEvent>>) {
        self.unknown = Some(raw.into());
    }

    /// What no mutator may change: it differs between two roots of one aggregate unless one is a clone of the other and has the same events.
    pub(crate) const fn fixed(&self) -> (Id<A>, StoredEnd, u64, Mark) {
        (self.id, self.stored, self.pending_len, self.state)
    }

    /// Marks an aggregate that was just loaded.
    pub(crate) fn loaded(&mut self) {
        self.state = Mark::new();
    }

    /// Marks an aggregate that is given to a command.
    pub(crate) const fn lend(&mut self, mark: Mark) {
        self.lent = mark;
    }

    /// Whether it is what was marked so, or a clone of that.
    pub(crate) fn is_lent(&self, mark: Mark) -> bool {
        self.lent == mark
    }

    /// Whether nothing was recorded or read yet.
    pub(crate) fn is_new(&self) -> bool {
        self.stored.version == 0 && self.pending_len == 0
    }

    pub(crate) const fn begun(&mut self) {
        self.begun = true;
    }

    /// Whether an event is known to have made the aggregate.
    pub(crate) fn is_begun(&self) -> bool {
        self.begun || self.stored.version > 0
    }

    pub(crate) fn panicked_in(&mut self, event: &'static EventKind) {
        self.panicked_in = Some(event);
        self.state = Mark::new();
    }

    /// The stored name of the event whose mutator has panicked on this aggregate.
    pub(crate) fn event_that_panicked(&self) -> Option<&'static str> {
        self.panicked_in.map(EventKind::name)
    }

    #[cfg(debug_assertions)]
    pub(super) const fn twin(&self) -> &TwinSlot {
        &self.twin
    }

    #[cfg(debug_assertions)]
    pub(super) const fn twin_mut(&mut self) -> &mut TwinSlot {
        &mut self.twin
    }

    pub(crate) const fn stored(&self) -> StoredEnd {
        self.stored
    }

    pub(crate) const fn is_discarded(&self) -> bool {
        self.discarded
    }

    pub(crate) const fn is_recorded_after_discard(&self) -> bool {
        self.recorded_after_discard
    }

    /// How many events are not yet saved.
    pub(crate) const fn pending_len(&self) -> u64 {
        self.pending_len
    }

    /// The commit that pending events were sent in, if it is not answered yet.
    pub(crate) const fn attempt(&self) -> Option<&Attempt> {
        self.attempt.as_ref()
    }

    pub(crate) fn attempted(&mut self, attempt: Attempt) {
        self.attempt = Some(attempt);
    }

    /// Forgets a commit that was answered: its events are not stored, and never will be.
    pub(crate) fn attempt_failed(&mut self) {
        self.attempt = None;
    }

    /// Takes note that so many of the pending events are stored, the last of them at this position.
    pub(crate) fn drain(&mut self, events: u64, position: Position) {
        self.stored = StoredEnd { version: self.stored.version + events, position };
        self.attempt = None;
        self.pending_len -= events.min(self.pending_len);
        if self.pending_len == 0 {
            self.pending = None;
            self.lacks_snapshot = false;
        } else if let Some(pending) = &mut self.pending {
            pending.drop_oldest(usize::try_from(events).unwrap_or(usize::MAX));
        }
    }

    /// Whether the next save is to store a snapshot at whatever version: the one that was due was not stored, or cannot be used.
    pub(crate) const fn lacks_snapshot(&self) -> bool {
        self.lacks_snapshot
    }

    pub(crate) const fn needs_snapshot(&mut self) {
        self.lacks_snapshot = true;
    }

    /// Has the events that are pending begin where a discarded aggregate ended.
    pub(crate) const fn continue_after(&mut self, ended: StoredEnd) {
        self.stored = ended;
    }

    /// The root of an aggregate as it was just read: the id it was read under, and nothing pending.
    pub(crate) fn reset(&mut self, id: Id<A>) {
        *self = Self::with_id(id);
    }

    /// Takes note of how far its stream was read, and whether the last event discards it: `None` after one that this program does not know, or
    /// that nothing is left of.
    pub(crate) fn read(&mut self, stored: StoredEnd, discards: Option<bool>) {
        self.stored = stored;
        self.discarded = discards.unwrap_or(self.discarded);
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
        let pending: Option<&dyn Any> = self.pending.as_ref().map(|pending| &**pending as &dyn Any);
        pending.and_then(<dyn Any>::downcast_ref::<Vec<A::Event>>).map_or(&[], Vec::as_slice)
    }

    /// Gives the pending events of a commit that is on its way, and is from now on what the store will make of them. (The position is not known.)
    pub(crate) fn take_pending(&mut self) -> Vec<A::Event> {
        self.stored.version += self.pending_len;
        self.pending_len = 0;
        self.lacks_snapshot = false;
        let pending: Option<Box<dyn Any>> = self.pending.take().map(|pending| pending as Box<dyn Any>);
        pending.and_then(|pending| pending.downcast().ok()).map_or_else(Vec::new, |events| *events)
    }

    pub(crate) fn push(&mut self, event: A::Event) {
        self.recorded_after_discard |= self.discarded;
        self.discarded |= event.kind().is_discard();
        let pending = self.pending.get_or_insert_with(|| Box::new(Vec::<A::Event>::new()));
        let pending: &mut dyn Any = &mut **pending;
        if let Some(events) = pending.downcast_mut::<Vec<A::Event>>() {
            events.push(event);
            self.pending_len += 1;
            self.state = Mark::new();
        }
    }
}
