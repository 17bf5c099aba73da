//! Given these events, then a view has these rows.

mod checked;
mod difference;
mod outcome;
mod playing;
mod rows;
#[cfg(feature = "sqlite")]
mod sql;
mod then;

use std::fmt::Debug;
use std::marker::PhantomData;

use self::rows::rows_each_way;
#[cfg(feature = "sqlite")]
pub use self::sql::{QueryRow, SqlViewGiven, SqlViewScenario, SqlViewThen};
pub use self::then::ViewThen;
use crate::testing::given_event::GivenEvent;
use crate::testing::unfinished::Unfinished;
use crate::view::Projection;

/// A test of one view in two phases: the events that were, the rows that must come of them.
///
/// ```
/// use eventsourcing::prelude::*;
/// use eventsourcing::testing::ViewScenario;
/// use eventsourcing::view::At;
///
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
/// # #[events] impl Account {
/// #     #[event(Opened)] pub fn open(owner: &str) -> Self { Self { root: Root::new() } }
/// #     #[event(Deposited)] pub fn deposit(&mut self, amount: i64) {}
/// #     #[event(Closed)] pub fn close(&mut self) {}
/// # }
/// #[derive(View, Clone, Debug, PartialEq)]
/// pub struct Balance {
///     #[view(key)]
///     id: Id<Account>,
///     owner: String,
///     amount: i64,
/// }
///
/// #[projection(version = 1)]
/// impl Balance {
///     #[on(AccountEvent::Opened)]
///     fn opened(at: &At<Account>, owner: &str) -> Self {
///         Self { id: at.id(), owner: owner.to_owned(), amount: 0 }
///     }
///
///     #[on(AccountEvent::Deposited)]
///     fn deposited(&mut self, amount: i64) {
///         self.amount += amount;
///     }
///
///     #[on(AccountEvent::Closed)]
///     fn closed(self) -> Option<Self> {
///         None
///     }
/// }
///
/// let [alice, bob] = [0; 2].map(|_| Id::<Account>::new());
/// ViewScenario::<Balance>::given([
///     (alice, AccountEvent::Opened { owner: "alice".to_owned() }),
///     (bob, AccountEvent::Opened { owner: "bob".to_owned() }),
///     (alice, AccountEvent::Deposited { amount: 5 }),
///     (bob, AccountEvent::Closed),
/// ])
/// .then_row(alice, Balance { id: alice, owner: "alice".to_owned(), amount: 5 })
/// .then_no_row(bob);
///
/// // A handler that fails parks its row, and the others go on.
/// ViewScenario::<Balance>::given([(bob, AccountEvent::Deposited { amount: 5 })])
///     .then_parked(bob, "there is no row")
///     .then_rows([]);
/// ```
///
/// The history is given to the view event by event, in one batch, by a new runner for each event, and each event for a second time as after a failure that
/// has left nothing of the first. A scenario fails where the rows are not the same each way, as when a handler reads a clock or something that another
/// event has left; and where a row is not read from its columns as it was written.
///
/// Rows that are parked must be expected by [`then_parked`](ViewThen::then_parked), before any other `then`. A scenario that ends without a `then` panics.
#[derive(Debug)]
pub struct ViewScenario<P> {
    view: PhantomData<fn() -> P>,
}

impl<P: Projection + PartialEq + Debug> ViewScenario<P>
where
    P::Key: Debug,
{
    /// Begins with these events, in the order of the log: each the id of an aggregate and an event, or a [`GivenEvent`], which says more.
    ///
    /// Each is a commit of its own. Whether the aggregate itself could have such a history is not looked at.
    #[track_caller]
    pub fn given<E: Into<GivenEvent>>(events: impl IntoIterator<Item = E>) -> ViewGiven<P> {
        let events = events.into_iter().map(Into::into).collect();
        ViewGiven { events, park_at_most: None, view: PhantomData, unfinished: Unfinished::here() }
    }
}

/// The first phase of a [`ViewScenario`]: what has happened.
#[derive(Debug)]
#[must_use = "a scenario that asserts nothing panics"]
pub struct ViewGiven<P> {
    events: Vec<GivenEvent>,
    park_at_most: Option<usize>,
    view: PhantomData<fn() -> P>,
    unfinished: Unfinished,
}

impl<P: Projection + PartialEq + Debug> ViewGiven<P>
where
    P::Key: Debug,
{
    /// And then these events: as those of another kind of aggregate.
    pub fn and_given<E: Into<GivenEvent>>(mut self, events: impl IntoIterator<Item = E>) -> Self {
        self.events.extend(events.into_iter().map(Into::into));
        self
    }

    /// Has the view stop when more of its rows than this are parked, as [`Views::park_at_most`](crate::Views::park_at_most).
    pub const fn park_at_most(mut self, rows: usize) -> Self {
        self.park_at_most = Some(rows);
        self
    }

    /// As [`ViewThen::then_row`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, or the rows are not the same each way; and as [`ViewThen::then_row`].
    #[track_caller]
    pub fn then_row(self, key: P::Key, row: P) -> ViewThen<P> {
        self.play().then_row(key, row)
    }

    /// As [`ViewThen::then_no_row`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, or the rows are not the same each way; and as [`ViewThen::then_no_row`].
    #[track_caller]
    pub fn then_no_row(self, key: P::Key) -> ViewThen<P> {
        self.play().then_no_row(key)
    }

    /// As [`ViewThen::then_rows`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, or the rows are not the same each way; and as [`ViewThen::then_rows`].
    #[track_caller]
    pub fn then_rows(self, rows: impl IntoIterator<Item = P>) -> ViewThen<P> {
        self.play().then_rows(rows)
    }

    /// As [`ViewThen::then_parked`].
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, or the rows are not the same each way; and as [`ViewThen::then_parked`].
    #[track_caller]
    pub fn then_parked(self, key: P::Key, reason: &str) -> ViewThen<P> {
        self.play().then_parked(key, reason)
    }

    /// The view stops, for a reason that contains this: at an event that cannot be read, where it is not known which rows it would change, or when more
    /// rows are parked [than may be](Self::park_at_most).
    ///
    /// # Panics
    ///
    /// When an event cannot be stored, or the view does not stop, or for another reason.
    #[track_caller]
    pub fn then_stopped(self, reason: &str) {
        self.play().stopped(reason);
    }

    #[track_caller]
    fn play(self) -> ViewThen<P> {
        let outcome = rows_each_way::<P>(&self.events, self.park_at_most);
        self.unfinished.asserted();
        ViewThen::new(outcome)
    }
}
