//! What the generated methods do with an aggregate: functions of one trait of it, so that a type that is no aggregate is reported once.

use crate::__private::only_events::OnlyEvents;
use crate::aggregate::{self, Aggregate, Apply, access, begin};
use crate::error::CreateError;

/// An aggregate that events are recorded on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate",
    note = "write `#[derive(Aggregate)]` on the struct and give it a field `root: Root<Self>`"
)]
pub trait Recorder: Apply + Keyed {
    /// A new aggregate, begun with an event that `Apply::create` is known to take.
    #[must_use]
    fn create_by(event: Self::Event, key: Self::Key) -> Self;

    /// Records an event.
    fn record_event(aggregate: &mut Self, event: Self::Event, key: Self::Key);

    /// The same from within a command.
    fn record_event_in(command: &mut OnlyEvents<'_, Self>, event: Self::Event, key: Self::Key);

    /// A creating event on an aggregate that exists: it starts over, and keeps its identity.
    fn create_again(aggregate: &mut Self, event: Self::Event, key: Self::Key);
}

/// What is generated for an aggregate has a value of a type that no other code can name, so that nothing else records its events.
pub trait Keyed {
    type Key;

    /// The methods of the block under `#[events]` that change the aggregate: its events and commands.
    const METHODS: &'static [&'static str];
}

// Inlined where it is called: otherwise rustc makes an object file more of them for each aggregate.
#[expect(
    clippy::inline_always,
    reason = "so that programs with many aggregates compile sooner; what they call is not inlined"
)]
#[diagnostic::do_not_recommend]
impl<A: Aggregate + Keyed> Recorder for A {
    #[inline(always)]
    fn create_by(event: A::Event, _: A::Key) -> A {
        match begin(event) {
            Ok(aggregate) => aggregate,
            Err(error) => not_creating(&error),
        }
    }

    #[inline(always)]
    fn record_event(aggregate: &mut A, event: A::Event, _: A::Key) {
        aggregate::record(aggregate, event);
    }

    #[inline(always)]
    fn record_event_in(command: &mut OnlyEvents<'_, A>, event: A::Event, _: A::Key) {
        command.record(event);
    }

    #[inline(always)]
    fn create_again(aggregate: &mut A, event: A::Event, _: A::Key) {
        if let Some(mut created) = A::create(event) {
            created.root_mut(access()).state.swap(&mut aggregate.root_mut(access()).state);
            *aggregate = created;
        }
    }
}

#[cold]
fn not_creating(error: &CreateError) -> ! {
    unreachable!("{error}")
}
