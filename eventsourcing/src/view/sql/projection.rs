//! What events do to the tables of a view.

use std::fmt;
use std::marker::PhantomData;

use uuid::Uuid;

use super::{SqlKey, SqliteTx};
use crate::aggregate::{Aggregate, Id};
use crate::view::deliveries::Routes;
use crate::view::partition::{AnyPartition, Partition, SourceKind};
use crate::view::{At, Handled};

/// A view that is made of events by SQL, in tables of its own.
///
/// `#[projection]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view in SQL",
    label = "has no `#[projection] impl` block with a `#[setup]` function",
    note = "write `#[projection(version = 1)]` on the `impl` block with its `#[setup]` and `#[on(..)]` functions"
)]
pub trait SqlProjection: Sized + Send + Sync + 'static {
    /// The name that it is kept under; it stays when the type is renamed.
    const NAME: &'static str;

    /// To be raised with each change of what the handlers do: the view is then built again.
    const VERSION: u32;

    /// The kinds of aggregates whose events it handles.
    const SOURCES: &'static [SqlSource<Self>];

    /// Makes its tables, once, before the first event.
    ///
    /// # Errors
    ///
    /// Those of SQLite; the view stops then, and nothing is made.
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()>;
}

/// What the events of one kind of aggregate do to the tables of a view.
///
/// Both functions depend on nothing but what they are given, and have no effect outside of the transaction: they run again when the view is rebuilt.
pub trait SqlOn<A: Aggregate>: SqlProjection {
    /// Which kinds of events have handlers; any, unless said.
    ///
    /// Events of the other kinds are not decoded: it is as if [`route`](Self::route) gave no deliveries for them.
    const HANDLED: Handled = Handled::ANY;

    /// Tells the deliveries of an event, in the order in which they are to be made, without making them.
    fn route(at: &At<A>, event: &A::Event, to: &mut dyn FnMut(SqlDelivery));

    /// Runs a handler.
    ///
    /// # Errors
    ///
    /// Those of the handler. Nothing that it has written is kept then.
    fn run(handler: u16, tx: &SqliteTx<'_>, at: &At<A>, event: &A::Event) -> rusqlite::Result<()>;
}

/// One event, given to one handler.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a projection by hand build it")]
pub struct SqlDelivery {
    /// The handler, by a number of the projection's own.
    pub handler: u16,
    /// What is parked when the delivery fails, with all later ones for the same key. Without it, the view stops then.
    pub key: Option<SqlKey>,
}

/// One kind of aggregate whose events a projection in SQL handles.
pub struct SqlSource<P> {
    pub(crate) kind: SourceKind,
    /// Gives the deliveries of the event of this index in a partition of the source's aggregate.
    pub(super) route: Route,
    pub(super) run: Run,
    /// The key of an aggregate, if that is the key of all its events.
    pub(super) own_key: Option<fn(Uuid) -> SqlKey>,
    projection: PhantomData<fn() -> P>,
}

type Route = fn(&dyn AnyPartition, usize, &mut dyn FnMut(SqlDelivery));
type Run = fn(u16, &SqliteTx<'_>, &dyn AnyPartition, usize) -> rusqlite::Result<()>;

impl<P> SqlSource<P> {
    /// The events of this kind of aggregate, of which some have another key than the aggregate's id, or none. One that cannot be read stops the view, since
    /// it is not known what it would change.
    #[must_use]
    pub const fn of<A: Aggregate>() -> Self
    where
        P: SqlOn<A>,
    {
        Self {
            kind: SourceKind::of::<A>(is_unhandled::<A, P>),
            route: |partition, index, to| {
                if let Some((at, event)) = Partition::<A>::of(partition).and_then(|partition| partition.get(index)) {
                    P::route(at, event, to);
                }
            },
            run: |handler, tx, partition, index| match Partition::<A>::of(partition)
                .and_then(|partition| partition.get(index))
            {
                Some((at, event)) => P::run(handler, tx, at, event),
                None => Ok(()),
            },
            own_key: None,
            projection: PhantomData,
        }
    }

    /// The events of this kind of aggregate, the key of each of which is the aggregate's id. One that cannot be read parks that key, and the others
    /// go on.
    #[must_use]
    pub const fn by_id<A: Aggregate>() -> Self
    where
        P: SqlOn<A>,
    {
        let own_key: fn(Uuid) -> SqlKey = |id| SqlKey::of(&Id::<A>::from(id));
        Self { own_key: Some(own_key), ..Self::of::<A>() }
    }
}

/// Whether an event of this name and schema version has no deliveries, whatever it says.
fn is_unhandled<A: Aggregate, P: SqlOn<A>>(name: &str, schema_version: u32) -> bool {
    P::HANDLED.is_without::<A::Event>(name, schema_version)
}

impl<P: 'static> Routes for SqlSource<P> {
    type Delivery = SqlDelivery;

    fn kind(&self) -> SourceKind {
        self.kind
    }

    fn route(&self, events: &dyn AnyPartition, index: usize, to: &mut dyn FnMut(SqlDelivery)) {
        (self.route)(events, index, to);
    }

    fn unreadable(&self, id: Uuid) -> Option<SqlDelivery> {
        self.own_key.map(|own_key| SqlDelivery { handler: 0, key: Some(own_key(id)) })
    }
}

impl<P> fmt::Debug for SqlSource<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlSource").field("aggregate", &self.kind.aggregate).finish_non_exhaustive()
    }
}
