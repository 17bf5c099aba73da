//! Given these events, when this command runs, then these events follow.

#![expect(clippy::panic, reason = "a test fails by a panic")]

mod events;
mod replay;
mod then;

use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;

use self::replay::Replay;
pub use self::then::{Then, When};
use crate::aggregate::{Aggregate, access, begin, record, replayed};
use crate::event::Event as _;
use crate::repository::CommandOutput;
use crate::testing::unfinished::Unfinished;

/// A test of one aggregate in three phases: the events that were, the command, what must come of it.
///
/// ```
/// use eventsourcing::prelude::*;
/// use eventsourcing::testing::Scenario;
///
/// # #[derive(Aggregate, Clone, Debug, PartialEq)]
/// # pub struct Account { root: Root<Self>, balance: i64 }
/// # #[derive(Debug, PartialEq)]
/// # pub struct Overdrawn { balance: i64, amount: i64 }
/// # #[events] impl Account {
/// #     #[event(Opened)] pub fn open(owner: &str) -> Self { let _ = owner; Self { root: Root::new(), balance: 0 } }
/// #     #[event(Deposited)] pub fn deposit(&mut self, amount: i64) { self.balance += amount; }
/// #     #[event(Withdrawn)] fn withdrawn(&mut self, amount: i64) { self.balance -= amount; }
/// #     pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
/// #         if amount > self.balance { return Err(Overdrawn { balance: self.balance, amount }); }
/// #         self.withdrawn(amount);
/// #         Ok(())
/// #     }
/// # }
/// let opened = || AccountEvent::Opened { owner: "alice".to_owned() };
///
/// Scenario::<Account>::given([opened()])
///     .when(|account| account.withdraw(9))
///     .then_rejected(Overdrawn { balance: 0, amount: 9 });
///
/// Scenario::<Account>::given([opened(), AccountEvent::Deposited { amount: 10 }])
///     .when(|account| account.withdraw(9))
///     .then([AccountEvent::Withdrawn { amount: 9 }])
///     .then_state(|account| assert_eq!(account.balance, 1));
///
/// Scenario::<Account>::given_nothing().when(|| Account::open("alice")).then([opened()]);
/// ```
///
/// A scenario also stores all events in memory, reads them back and replays them: what the command left must be what
/// its events make. So it fails when an event cannot be stored, and when something else than an event changed the state.
///
/// The phases are types, so that none can be left out or come too early, and a scenario that ends without a `then` panics.
///
/// ```compile_fail
/// # use eventsourcing::{prelude::*, testing::Scenario};
/// # #[derive(Aggregate, Debug, PartialEq)] struct Door { root: Root<Self> }
/// # #[events] impl Door { #[event(Built)] fn build() -> Self { Self { root: Root::new() } } }
/// Scenario::<Door>::given([DoorEvent::Built {}]).then_nothing(); // no `when`
/// ```
#[derive(Debug)]
pub struct Scenario<A> {
    aggregate: PhantomData<fn() -> A>,
}

impl<A: Aggregate + PartialEq + Debug> Scenario<A> {
    /// Begins with an aggregate that these events made; also with one that was discarded, and whose stream one of them started again.
    ///
    /// # Panics
    ///
    /// When the events are not a history: there are none, the first does not create the aggregate, one follows on an event
    /// that discards it and does not revive it, or they do not read back as they were.
    #[track_caller]
    pub fn given(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
        let (unfinished, replay) = (Unfinished::here(), Replay::new());
        let mut events = events.into_iter();
        let Some(first) = events.next() else {
            panic!("no events are given: begin with `given_nothing()`, and create the aggregate in `when`");
        };
        let mut aggregate: A = begin(first).unwrap_or_else(|error| panic!("{error}"));
        for event in events {
            if aggregate.root().state.is_discarded() && event.kind().is_revival() {
                replay.check(&mut aggregate);
                aggregate = revived(&aggregate, event);
            } else {
                record(&mut aggregate, event);
            }
        }
        replay.check(&mut aggregate);
        let discarded = aggregate.root().state.is_discarded();
        assert!(!discarded, "the events given discard the aggregate: no command can reach it any more");
        Given { aggregate, replay, unfinished }
    }

    /// Begins before there is an aggregate.
    #[track_caller]
    pub fn given_nothing() -> GivenNothing<A> {
        GivenNothing { replay: Replay::new(), unfinished: Unfinished::here() }
    }
}

/// The aggregate that an event makes after the end of one that was stored.
#[track_caller]
fn revived<A: Aggregate>(ended: &A, event: A::Event) -> A {
    let kind = event.kind();
    let Ok(mut aggregate) = replayed(ended.id(), event.clone()) else {
        panic!("event `{}` of `{}` starts no stream again: it creates nothing", kind.name(), A::NAME);
    };
    let root = aggregate.root_mut(access());
    root.state.continue_after(ended.root().state.stored());
    root.push(event);
    aggregate
}

/// The first phase of a [`Scenario`]: an aggregate, made by the events that were given.
#[derive(Debug)]
#[must_use = "a scenario that asserts nothing panics"]
pub struct Given<A> {
    aggregate: A,
    replay: Replay<A>,
    unfinished: Unfinished,
}

impl<A: Aggregate + PartialEq + Debug> Given<A> {
    /// Runs a command. As for [`update`](crate::Repository::update), it returns `()` or a `Result`.
    ///
    /// # Panics
    ///
    /// When what the command recorded cannot be stored, or replayed is not the state that it left.
    #[track_caller]
    pub fn when<R: CommandOutput>(mut self, command: impl FnOnce(&mut A) -> R) -> When<A, R::Value, R::Error> {
        let outcome = command(&mut self.aggregate);
        self.ended(outcome)
    }

    /// Runs a command that waits for something, as one of [`update_async`](crate::Repository::update_async).
    ///
    /// ```
    /// # use eventsourcing::{prelude::*, testing::Scenario};
    /// # #[derive(Aggregate, Debug, PartialEq)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposited(&mut self, amount: i64) { self.balance += amount; }
    /// #     async fn deposit_in(&mut self, rates: &Fixed, amount: i64) { self.deposited(amount * rates.0); }
    /// # }
    /// # struct Fixed(i64);
    /// # pollster::block_on(async {
    /// let rates = Fixed(3);
    /// Scenario::<Account>::given([AccountEvent::Opened])
    ///     .when_async(async |account| account.deposit_in(&rates, 5).await)
    ///     .await
    ///     .then([AccountEvent::Deposited { amount: 15 }]);
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// As [`when`](Self::when).
    pub async fn when_async<R: CommandOutput>(
        mut self,
        command: impl AsyncFnOnce(&mut A) -> R,
    ) -> When<A, R::Value, R::Error> {
        let outcome = command(&mut self.aggregate).await;
        self.ended(outcome)
    }

    #[track_caller]
    fn ended<R: CommandOutput>(mut self, outcome: R) -> When<A, R::Value, R::Error> {
        let outcome = outcome.into_result();
        let recorded = self.aggregate.pending_events().to_vec();
        self.replay.check(&mut self.aggregate);
        When::new(Some(self.aggregate), recorded, outcome, self.unfinished)
    }
}

/// The first phase of a [`Scenario`]: there is no aggregate yet.
#[derive(Debug)]
#[must_use = "a scenario that asserts nothing panics"]
pub struct GivenNothing<A> {
    replay: Replay<A>,
    unfinished: Unfinished,
}

impl<A: Aggregate + PartialEq + Debug> GivenNothing<A> {
    /// Creates the aggregate: a closure that returns it, or a `Result` with it.
    ///
    /// # Panics
    ///
    /// When what creating recorded cannot be stored, or replayed is not the state that it left.
    #[track_caller]
    pub fn when<C: Creation<Aggregate = A>>(self, create: impl FnOnce() -> C) -> When<A, (), C::Error> {
        self.ended(create())
    }

    /// Creates the aggregate by what waits for something.
    ///
    /// # Panics
    ///
    /// As [`when`](Self::when).
    pub async fn when_async<C: Creation<Aggregate = A>>(
        self,
        create: impl AsyncFnOnce() -> C,
    ) -> When<A, (), C::Error> {
        self.ended(create().await)
    }

    #[track_caller]
    fn ended<C: Creation<Aggregate = A>>(self, created: C) -> When<A, (), C::Error> {
        match created.into_result() {
            Ok(mut aggregate) => {
                let recorded = aggregate.pending_events().to_vec();
                self.replay.check(&mut aggregate);
                When::new(Some(aggregate), recorded, Ok(()), self.unfinished)
            }
            Err(error) => When::new(None, Vec::new(), Err(error), self.unfinished),
        }
    }
}

/// What a creator may return to a [`Scenario`]: the aggregate, or a `Result` with it.
#[diagnostic::on_unimplemented(
    message = "a creator returns an aggregate or a `Result` with one, not `{Self}`",
    label = "this creator returns `{Self}`"
)]
pub trait Creation {
    /// What is created.
    type Aggregate;
    /// Why it is not.
    type Error;

    /// The same as a `Result`.
    ///
    /// # Errors
    ///
    /// The creator's own.
    fn into_result(self) -> Result<Self::Aggregate, Self::Error>;
}

impl<A: Aggregate> Creation for A {
    type Aggregate = A;
    type Error = Infallible;

    fn into_result(self) -> Result<A, Infallible> {
        Ok(self)
    }
}

impl<A: Aggregate, E> Creation for Result<A, E> {
    type Aggregate = A;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}
