//! The aggregate: a domain struct whose state is what its events made of it.

pub(crate) mod attempt;
mod history_id;
mod id;
mod journal_name;
pub(crate) mod mark;
mod pending;
mod record;
mod replay_check;
mod replayed;
mod revived;
pub(crate) mod root;
mod root_access;
mod snapshot_support;
mod twin;
#[cfg(debug_assertions)]
mod twin_slot;
mod unique;

pub use self::id::Id;
pub(crate) use self::journal_name::{Journaled, journal_of};
pub(crate) use self::mark::Mark;
pub(crate) use self::record::{apply, begin, record};
pub use self::replay_check::ReplayCheck;
pub(crate) use self::replay_check::{differ, show};
pub(crate) use self::replayed::{NotApplied, replayed};
pub(crate) use self::revived::continue_after;
pub use self::root::Root;
pub use self::root_access::RootAccess;
pub(crate) use self::root_access::access;
pub use self::snapshot_support::SnapshotSupport;
pub(crate) use self::twin::{check_twin, has_twin, set_twin};
pub(crate) use self::unique::{Held, assert_of_user, is_claim, is_of_framework};
pub use self::unique::{Unique, UniqueField, UniqueType, UniqueValue};
use crate::event::Event;
use crate::stream::{StreamId, Version};

/// How events make the state: the fold of an aggregate, and its enum of events.
///
/// `#[events]` writes it from the bodies of the `#[event]` methods. By hand:
///
/// ```
/// use eventsourcing::Apply;
/// use eventsourcing::prelude::*;
///
/// #[event]
/// pub enum CounterEvent {
///     Started,
///     Counted { by: u32 },
/// }
///
/// #[derive(Aggregate)]
/// #[aggregate(event = CounterEvent)]
/// pub struct Counter {
///     root: Root<Self>,
///     total: u32,
/// }
///
/// impl Apply for Counter {
///     type Event = CounterEvent;
///
///     fn create(event: CounterEvent) -> Option<Self> {
///         match event {
///             CounterEvent::Started => Some(Self { root: Root::new(), total: 0 }),
///             CounterEvent::Counted { .. } => None,
///         }
///     }
///
///     fn apply(&mut self, event: CounterEvent) {
///         match event {
///             CounterEvent::Started => self.total = 0,
///             CounterEvent::Counted { by } => self.total += by,
///         }
///     }
/// }
///
/// let mut counter = Counter::begin(CounterEvent::Started)?;
/// counter.record(CounterEvent::Counted { by: 2 });
/// assert_eq!(counter.total, 2);
/// assert_eq!(counter.version(), 2);
/// # Ok::<(), eventsourcing::error::CreateError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no events",
    label = "no `#[events] impl` block for this aggregate",
    note = "write `#[events]` on the `impl` block with its `#[event(..)]` methods",
    note = "or, with events of your own, write `impl Apply for` it by hand"
)]
pub trait Apply: Sized {
    /// The aggregate's events.
    type Event: Event;

    /// What differs when the same events make another state: snapshots that were taken under another are ignored. `#[events]` takes it
    /// from the bodies of the events and upcasters, and of what they name of the same block; what they call elsewhere is not seen. By hand, raise
    /// it with each change of what the functions below do.
    const REVISION: u64 = 0;

    /// The state after a first event, or `None` if this event cannot be the first.
    ///
    /// It runs when the event is recorded and again whenever the history is read, so it may depend on
    /// nothing but the event. [`Root::new`] gives the same id each time.
    fn create(event: Self::Event) -> Option<Self>;

    /// Brings the state up to date with an event that has happened. It cannot refuse: decide in a
    /// command, then record.
    ///
    /// It runs when the event is recorded and again whenever the history is read, so it may depend on
    /// nothing but the state and the event, and must leave the [`Root`] alone: recording panics if it does not, and reading is
    /// [`LoadError::ChangesRoot`](crate::LoadError::ChangesRoot).
    fn apply(&mut self, event: Self::Event);
}

/// A domain struct whose state is made by events, and that a [`Repository`](crate::Repository) keeps.
///
/// `#[derive(Aggregate)]` writes the three required items.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate",
    note = "write `#[derive(Aggregate)]` on the struct and give it a field `root: Root<Self>`"
)]
pub trait Aggregate: Apply + Send + Sync + 'static {
    /// The stored name of this kind of aggregate. It is data: the streams of a store are found by it,
    /// so it stays when the struct is renamed. It has no `.` and no `~`: the framework's own streams have such names.
    const NAME: &'static str;

    /// How its snapshots are taken and read, if there are any; see [`Snapshot`](crate::snapshot::Snapshot).
    const SNAPSHOTS: Option<SnapshotSupport<Self>> = None;

    /// Whether, and how, a save compares it with what its events make it in builds with debug assertions.
    const REPLAY_CHECK: ReplayCheck<Self> = ReplayCheck::NONE;

    /// Its fields whose values are unique among the aggregates of its kind; see [`unique`](crate::unique).
    const UNIQUE: &'static [Unique<Self>] = &[];

    /// The aggregate's identity, version and pending events.
    fn root(&self) -> &Root<Self>;

    /// The same, for the framework: nothing else has the [`RootAccess`] to call it by.
    fn root_mut(&mut self, access: RootAccess<Self>) -> &mut Root<Self>;

    /// Who it is.
    fn id(&self) -> Id<Self> {
        self.root().id()
    }

    /// How many events made it what it is, those not yet saved included.
    fn version(&self) -> Version {
        self.root().version()
    }

    /// The events that were recorded since it was loaded or last saved, oldest first.
    fn pending_events(&self) -> &[Self::Event] {
        self.root().pending()
    }
}

/// The stream that an aggregate's events are in.
pub(crate) fn stream_of<A: Aggregate>(id: Id<A>) -> StreamId {
    StreamId::new(A::NAME, id.as_uuid())
}

#[cfg(test)]
mod tests;
