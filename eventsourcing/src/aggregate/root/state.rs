//! What a root knows of its aggregate, whatever the type of that. Nothing here is generic, so it is compiled once, and not for each aggregate.

use std::mem;

use uuid::Uuid;

use crate::aggregate::attempt::Attempt;
use crate::aggregate::history_id::id_of_history;
use crate::aggregate::mark::Mark;
use crate::aggregate::pending::Pending;
#[cfg(debug_assertions)]
use crate::aggregate::twin_slot::TwinSlot;
use crate::aggregate::unique::Held;
use crate::event::{EventKind, RawEvent, Recorded};
use crate::stream::{Position, Version, new_uuid};

/// The identity of an aggregate, what is stored of it, and what is on its way.
#[expect(clippy::struct_excessive_bools, reason = "each is noted by another event of its life")]
#[derive(Clone)]
pub(crate) struct RootState {
    pub(super) id: Uuid,
    pub(super) stored: StoredEnd,
    // Kept without their type, so that `Root<A>` asks nothing of `A`: a struct without `#[events]` is then
    // one error, and not another under each of its derives.
    pub(super) pending: Option<Box<dyn Pending>>,
    pub(super) pending_len: u64,
    discarded: bool,
    recorded_after_discard: bool,
    /// Whether the first of the pending events made the aggregate.
    begun: bool,
    attempt: Option<Attempt>,
    // Only of an aggregate that was read past events which this program does not know.
    unknown: Option<Box<[Recorded<RawEvent>]>>,
    lacks_snapshot: bool,
    /// What it holds of unique values as it is stored.
    held: Held,
    /// The event whose mutator is running, or has panicked, on this aggregate: its state may be half changed.
    panicked_in: Option<&'static EventKind>,
    /// Another one after each load, recorded event and panic.
    mark: Mark,
    /// That of the command that the aggregate was last given to.
    lent: Mark,
    #[cfg(debug_assertions)]
    twin: TwinSlot,
}

/// What of an aggregate the store holds: 0 and 0 for one that was never saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredEnd {
    pub(crate) version: Version,
    pub(crate) position: Position,
}

/// What no mutator may change: it differs between two roots of one aggregate unless one is a clone of the other and has the same events.
#[derive(PartialEq)]
pub(crate) struct Fixed {
    id: Uuid,
    stored: StoredEnd,
    pending_len: u64,
    mark: Mark,
}

impl RootState {
    /// That of a new aggregate. While a history is read, it is given the id that it has there.
    pub(super) fn new() -> Self {
        Self::with_id(id_of_history().unwrap_or_else(new_uuid))
    }

    pub(super) const fn with_id(id: Uuid) -> Self {
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
            mark: Mark::NONE,
            lent: Mark::NONE,
            #[cfg(debug_assertions)]
            twin: TwinSlot::EMPTY,
        }
    }

    pub(super) const fn version(&self) -> Version {
        Version::new(self.stored.version.get() + self.pending_len)
    }

    pub(super) fn unknown(&self) -> &[Recorded<RawEvent>] {
        self.unknown.as_deref().unwrap_or_default()
    }

    pub(crate) const fn has_unknown(&self) -> bool {
        self.unknown.is_some()
    }

    pub(crate) fn read_past(&mut self, raw: Vec<Recorded<RawEvent>>) {
        self.unknown = Some(raw.into());
    }

    pub(crate) const fn fixed(&self) -> Fixed {
        Fixed { id: self.id, stored: self.stored, pending_len: self.pending_len, mark: self.mark }
    }

    /// Whether it is as it was.
    pub(crate) fn is_still(&self, before: &Fixed) -> bool {
        self.fixed() == *before
    }

    /// Exchanges the roots of two aggregates of one type.
    pub(crate) const fn swap(&mut self, other: &mut Self) {
        mem::swap(self, other);
    }

    /// Marks an aggregate that was just loaded.
    pub(crate) fn loaded(&mut self) {
        self.mark = Mark::new();
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

    /// Takes note that the mutator of an event is about to run; gives what is to be noted again when it has.
    pub(crate) const fn applying(&mut self, event: &'static EventKind) -> Option<&'static EventKind> {
        self.panicked_in.replace(event)
    }

    pub(crate) const fn applied(&mut self, earlier: Option<&'static EventKind>) {
        self.panicked_in = earlier;
    }

    pub(crate) fn panicked_in(&mut self, event: &'static EventKind) {
        self.panicked_in = Some(event);
        self.mark = Mark::new();
    }

    /// The stored name of the event whose mutator has panicked on this aggregate.
    pub(crate) fn event_that_panicked(&self) -> Option<&'static str> {
        self.panicked_in.map(EventKind::name)
    }

    #[cfg(debug_assertions)]
    pub(in crate::aggregate) const fn twin(&self) -> &TwinSlot {
        &self.twin
    }

    #[cfg(debug_assertions)]
    pub(in crate::aggregate) const fn twin_mut(&mut self) -> &mut TwinSlot {
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

    /// The pending events, or these if there are none.
    pub(super) fn pending_or(&mut self, nothing: fn() -> Box<dyn Pending>) -> &mut dyn Pending {
        &mut **self.pending.get_or_insert_with(nothing)
    }

    /// Takes note that an event was added to the pending ones.
    pub(super) fn pushed(&mut self, event: &'static EventKind) {
        self.recorded_after_discard |= self.discarded;
        self.discarded |= event.is_discard();
        self.pending_len += 1;
        self.mark = Mark::new();
    }

    /// Takes note that the pending events are taken into a commit.
    pub(super) fn taken(&mut self) -> Option<Box<dyn Pending>> {
        self.stored.version += self.pending_len;
        self.pending_len = 0;
        self.lacks_snapshot = false;
        self.pending.take()
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

    /// What the aggregate holds of unique values as it is stored.
    pub(crate) const fn held(&self) -> &Held {
        &self.held
    }

    /// Takes note of what it holds.
    pub(crate) fn hold(&mut self, held: Held) {
        self.held = held;
    }

    /// Has the events that are pending begin where a discarded aggregate ended.
    pub(crate) const fn continue_after(&mut self, ended: StoredEnd) {
        self.stored = ended;
    }

    /// Takes note of how far its stream was read, and whether the last event discards it: `None` after one that this program does not know, or
    /// that nothing is left of.
    pub(crate) fn read(&mut self, stored: StoredEnd, discards: Option<bool>) {
        self.stored = stored;
        self.discarded = discards.unwrap_or(self.discarded);
    }
}
