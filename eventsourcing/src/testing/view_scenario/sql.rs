//! Given these events, then the tables of a view in SQL have these rows.

mod row;
mod tables;
mod then;

use std::fmt::Debug;
use std::marker::PhantomData;

pub use self::row::QueryRow;
use self::tables::tables_each_way;
pub use self::then::SqlViewThen;
use crate::testing::given_event::GivenEvent;
use crate::testing::unfinished::Unfinished;
use crate::view::{Key, SqlProjection};

/// A test of one view in SQL in two phases: the events that were, what its tables must have then.
///
/// ```
/// use eventsourcing::prelude::*;
/// use eventsourcing::rusqlite;
/// use eventsourcing::testing::SqlViewScenario;
///
/// # #[derive(Aggregate)] pub struct Transfer { root: Root<Self> }
/// # #[events] impl Transfer {
/// #     #[event(Made)] pub fn make(account: &str, cents: i64) -> Self { Self { root: Root::new() } }
/// # }
/// pub struct Sums;
///
/// #[projection(version = 1)]
/// impl Sums {
///     #[setup]
///     fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
///         tx.execute_batch("CREATE TABLE sums (account TEXT PRIMARY KEY, cents INTEGER NOT NULL)")
///     }
///
///     #[on(TransferEvent::Made, key = account)]
///     fn made(tx: &SqliteTx<'_>, account: &str, cents: i64) -> rusqlite::Result<()> {
///         let sql = "INSERT INTO sums VALUES (?1, ?2) ON CONFLICT DO UPDATE SET cents = cents + excluded.cents";
///         tx.execute(sql, (account, cents)).map(drop)
///     }
/// }
///
/// let made = |account: &str, cents| (Id::<Transfer>::new(), TransferEvent::Made { account: account.to_owned(), cents });
/// SqlViewScenario::<Sums>::given([made("alice", 5), made("bob", 1), made("alice", 2)])
///     .then_rows("SELECT account, cents FROM sums ORDER BY account", [("alice".to_owned(), 7), ("bob".to_owned(), 1_i64)])
///     .then_rows("SELECT sum(cents) FROM sums", [(8_i64,)]);
/// ```
///
/// The history is given to the view as by a [`ViewScenario`](super::ViewScenario), with files in a folder of the system's for temporary ones: event by event, in one
/// batch, by a new runner for each event, and each event for a second time as after a failure that has left nothing of the first. A scenario fails where a table has
/// not the same rows each way.
///
/// Keys that are parked must be expected by [`then_parked`](SqlViewThen::then_parked), before any other `then`. A scenario that ends without a `then` panics.
#[derive(Debug)]
pub struct SqlViewScenario<P> {
    view: PhantomData<fn() -> P>,
}

impl<P: SqlProjection> SqlViewScenario<P> {
    /// Begins with these events, as [`ViewScenario::given`](super::ViewScenario::given).
    #[track_caller]
    pub fn given<E: Into<GivenEvent>>(events: impl IntoIterator<Item = E>) -> SqlViewGiven<P> {
        let events = events.into_iter().map(Into::into).collect();
        SqlViewGiven { events, park_at_most: None, view: PhantomData, unfinished: Unfinished::here() }
    }
}

/// The first phase of a [`SqlViewScenario`]: what has happened.
#[derive(Debug)]
#[must_use = "a scenario that asserts nothing panics"]
pub struct SqlViewGiven<P> {
    events: Vec<GivenEvent>,
    park_at_most: Option<usize>,
    view: PhantomData<fn() -> P>,
    unfinished: Unfinished,
}

impl<P: SqlProjection> SqlViewGiven<P> {
    /// And then these events: as those of another kind of aggregate.
    pub fn and_given<E: Into<GivenEvent>>(mut self, events: impl IntoIterator<Item = E>) -> Self {
        self.events.extend(events.into_iter().map(Into::into));
        self
    }

    /// Has the view stop when more of its keys than this are parked, as [`Views::park_at_most`](crate::Views::park_at_most).
    pub const fn park_at_most(mut self, keys: usize) -> Self {
        self.park_at_most = Some(keys);
        self
    }

    /// As [`SqlViewThen::then_rows`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, a file cannot be made, or the tables are not the same each way; and as [`SqlViewThen::then_rows`].
    #[track_caller]
    pub fn then_rows<R: QueryRow + PartialEq + Debug>(
        self,
        sql: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> SqlViewThen<P> {
        self.play().then_rows(sql, rows)
    }

    /// As [`SqlViewThen::then_parked`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, a file cannot be made, or the tables are not the same each way; and as [`SqlViewThen::then_parked`].
    #[track_caller]
    pub fn then_parked(self, key: impl Key, reason: &str) -> SqlViewThen<P> {
        self.play().then_parked(key, reason)
    }

    /// As [`ViewGiven::then_stopped`](super::ViewGiven::then_stopped).
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, a file cannot be made, or the view does not stop, or for another reason.
    #[track_caller]
    pub fn then_stopped(self, reason: &str) {
        self.play().stopped(reason);
    }

    #[track_caller]
    fn play(self) -> SqlViewThen<P> {
        let played = tables_each_way::<P>(&self.events, self.park_at_most);
        self.unfinished.asserted();
        SqlViewThen::new(played)
    }
}
