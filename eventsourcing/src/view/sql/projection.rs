//! What events do to the tables of a view.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::SqliteTx;
use crate::aggregate::Aggregate;
use crate::view::lane::{AnyLane, Lane, LaneKind};
use crate::view::{At, Cell, Key};

/// A view that is made of events by SQL, in tables of its own.
///
/// `#[projection]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no projection in SQL",
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
    /// What is set aside when the delivery fails, with all later ones for the same key. Without it, the view stops then.
    pub key: Option<SqlKey>,
}

/// A key of any type, by its cells.
#[derive(Clone, PartialEq)]
pub struct SqlKey {
    cells: Vec<Cell<'static>>,
}

impl SqlKey {
    /// That of a key.
    #[must_use]
    pub fn of(key: &impl Key) -> Self {
        let mut cells = Vec::with_capacity(1);
        key.cells(&mut |cell| cells.push(cell.into_owned()));
        Self { cells }
    }

    /// Its cells, in order.
    #[must_use]
    pub fn cells(&self) -> &[Cell<'static>] {
        &self.cells
    }
}

// Cells of keys are no numbers with a fraction.
impl Eq for SqlKey {}

impl Hash for SqlKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for cell in &self.cells {
            match cell {
                Cell::Null => {}
                Cell::Integer(number) => number.hash(state),
                Cell::Float(number) => number.to_bits().hash(state),
                Cell::Text(text) => text.hash(state),
                Cell::Bytes(bytes) => bytes.hash(state),
                Cell::Uuid(id) => id.hash(state),
            }
        }
    }
}

impl fmt::Debug for SqlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlKey").field(&self.cells).finish()
    }
}

/// One kind of aggregate whose events a projection in SQL handles.
pub struct SqlSource<P> {
    pub(super) kind: LaneKind,
    /// Gives the deliveries of the event of this index in a lane of the source's aggregate.
    pub(super) route: Route,
    pub(super) run: Run,
    projection: PhantomData<fn() -> P>,
}

type Route = fn(&dyn AnyLane, usize, &mut dyn FnMut(SqlDelivery));
type Run = fn(u16, &SqliteTx<'_>, &dyn AnyLane, usize) -> rusqlite::Result<()>;

impl<P> SqlSource<P> {
    /// The events of this kind of aggregate.
    #[must_use]
    pub const fn of<A: Aggregate>() -> Self
    where
        P: SqlOn<A>,
    {
        Self {
            kind: LaneKind::of::<A>(),
            route: |lane, index, to| {
                if let Some((at, event)) = Lane::<A>::of(lane).and_then(|lane| lane.get(index)) {
                    P::route(at, event, to);
                }
            },
            run: |handler, tx, lane, index| match Lane::<A>::of(lane).and_then(|lane| lane.get(index)) {
                Some((at, event)) => P::run(handler, tx, at, event),
                None => Ok(()),
            },
            projection: PhantomData,
        }
    }
}

impl<P> fmt::Debug for SqlSource<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlSource").field("aggregate", &self.kind.aggregate).finish_non_exhaustive()
    }
}
