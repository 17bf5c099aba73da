//! Whether what a handler names is of one kind, seen by the compiler: its event, and the aggregate of `at`.

use crate::view::At;

/// An enum by its path in a handler. A method of the enum, so that rustc says once that an enum is not there, and not once for each argument.
pub trait EventsOfHandler {
    /// The event of an aggregate as one of this enum: the same, where the enum is that of the aggregate's events. Where it is not, or the aggregate is not
    /// there, the enum says what its fields are, and nothing is said of the arguments besides.
    fn __of<E: SameEvents<Self>>(event: &E) -> &Self {
        event.same()
    }
}

impl<T> EventsOfHandler for T {}

#[diagnostic::on_unimplemented(
    message = "`{T}` is not the enum of this aggregate's events, which is `{Self}`",
    label = "not the aggregate whose events are `{T}`",
    note = "write `at: &At<..>` with the aggregate whose events are `{T}`"
)]
pub trait SameEvents<T: ?Sized> {
    fn same(&self) -> &T;
}

#[diagnostic::do_not_recommend]
impl<T> SameEvents<T> for T {
    fn same(&self) -> &T {
        self
    }
}

/// Where an event stands, for a handler whose `at` spells the aggregate as `B`.
#[must_use]
pub fn at_of<B, A: SameAggregate<B>>(at: &At<A>) -> &At<B> {
    A::same(at)
}

#[diagnostic::on_unimplemented(
    message = "`at` is of the aggregate `{B}`, and the event of this handler is of `{Self}`",
    label = "not the aggregate of the event",
    note = "write `at: &At<{Self}>`"
)]
pub trait SameAggregate<B>: Sized {
    fn same(at: &At<Self>) -> &At<B>;
}

#[diagnostic::do_not_recommend]
impl<A> SameAggregate<A> for A {
    fn same(at: &At<Self>) -> &At<A> {
        at
    }
}
