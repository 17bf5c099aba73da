//! What events do to the rows of a view.

use std::fmt;

use uuid::Uuid;

use crate::aggregate::{Aggregate, Id};
use crate::view::deliveries::Routes;
use crate::view::partition::{AnyPartition, Partition, SourceKind};
use crate::view::{At, Handled, KeyOf, View};

/// One event, given to one handler for one row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a projection by hand build it")]
pub struct Delivery<K> {
    /// The row.
    pub key: K,
    /// The handler, by a number of the projection's own.
    pub handler: u16,
    /// Whether the handler makes a row without the one that it replaces, which then need not be read.
    pub replaces: bool,
}

/// A handler was to change a row that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing more to say")]
pub struct MissingRow;

/// What the events of one kind of aggregate do to the rows of a view.
///
/// Both functions depend on nothing but what they are given, and have no other effect: they run again when a row is rebuilt.
pub trait On<A: Aggregate>: View {
    /// Which kinds of events have handlers; any, unless said.
    ///
    /// Events of the other kinds are not decoded: it is as if [`route`](Self::route) gave no deliveries for them.
    const HANDLED: Handled = Handled::ANY;

    /// Tells the deliveries of an event, in the order in which they are to be made, without making them.
    fn route(at: &At<A>, event: &A::Event, to: &mut dyn FnMut(Delivery<Self::Key>));

    /// Runs a handler on the row of its key, which it may change, make or delete.
    ///
    /// # Errors
    ///
    /// [`MissingRow`] if the handler changes a row and there is none.
    fn run(handler: u16, at: &At<A>, event: &A::Event, row: &mut Option<Self>) -> Result<(), MissingRow>;
}

/// A view that is made of events.
///
/// `#[projection]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of rows with a projection",
    label = "no `#[projection] impl` block for this row",
    note = "write `#[projection(version = 1)]` on the `impl` block with its `#[on(..)]` functions; a view with `#[setup]` is in SQL: add it by `with_sql`, read it by `sql`"
)]
pub trait Projection: View {
    /// To be raised with each change of what the handlers do: the view is then built again.
    const VERSION: u32;

    /// The kinds of aggregates whose events it handles.
    const SOURCES: &'static [Source<Self>];
}

/// One kind of aggregate whose events a projection handles.
pub struct Source<P: View> {
    pub(crate) kind: SourceKind,
    /// Gives the deliveries of the event of this index in a partition of the source's aggregate.
    pub(crate) route: Route<P>,
    pub(crate) run: Run<P>,
    /// The row of an aggregate, if all its events go to that.
    pub(crate) own_row: Option<fn(Uuid) -> P::Key>,
}

type Route<P> = fn(&dyn AnyPartition, usize, &mut dyn FnMut(Delivery<<P as View>::Key>));
type Run<P> = fn(u16, &dyn AnyPartition, usize, &mut Option<P>) -> Result<(), MissingRow>;

impl<P: View> Source<P> {
    /// The events of this kind of aggregate, of which some go to other rows than the aggregate's own. An event that cannot be read stops
    /// the view, since it is not known which rows it would change.
    #[must_use]
    pub const fn of<A: Aggregate>() -> Self
    where
        P: On<A>,
    {
        Self {
            kind: SourceKind::of::<A>(is_unhandled::<A, P>),
            route: |partition, index, to| {
                if let Some((at, event)) = Partition::<A>::of(partition).and_then(|partition| partition.get(index)) {
                    P::route(at, event, to);
                }
            },
            run: |handler, partition, index, row| match Partition::<A>::of(partition)
                .and_then(|partition| partition.get(index))
            {
                Some((at, event)) => P::run(handler, at, event, row),
                None => Ok(()),
            },
            own_row: None,
        }
    }

    /// The events of this kind of aggregate, each of which goes to the aggregate's own row alone. One that cannot be read parks that row, and
    /// the others go on.
    #[must_use]
    pub const fn by_id<A: Aggregate>() -> Self
    where
        P: On<A>,
        P::Key: KeyOf<A>,
    {
        let own_row: fn(Uuid) -> P::Key = |id| KeyOf::<A>::of(Id::from(id));
        Self { own_row: Some(own_row), ..Self::of::<A>() }
    }
}

impl<P: View> Source<P> {
    /// Of handlers that are not there: why is a message of its own.
    pub(crate) const fn none<A: Aggregate>() -> Self {
        Self {
            kind: SourceKind::of::<A>(|_, _| true),
            route: |_, _, _| {},
            run: |_, _, _, _| Err(MissingRow),
            own_row: None,
        }
    }
}

/// Whether an event of this name and schema version has no deliveries, whatever it says.
fn is_unhandled<A: Aggregate, P: On<A>>(name: &str, schema_version: u32) -> bool {
    P::HANDLED.is_without::<A::Event>(name, schema_version)
}

impl<P: View> Routes for Source<P> {
    type Delivery = Delivery<P::Key>;

    fn kind(&self) -> SourceKind {
        self.kind
    }

    fn route(&self, events: &dyn AnyPartition, index: usize, to: &mut dyn FnMut(Delivery<P::Key>)) {
        (self.route)(events, index, to);
    }

    fn unreadable(&self, id: Uuid) -> Option<Delivery<P::Key>> {
        self.own_row.map(|own_row| Delivery { key: own_row(id), handler: 0, replaces: false })
    }
}

impl<P: View> fmt::Debug for Source<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("aggregate", &self.kind.aggregate).finish_non_exhaustive()
    }
}
