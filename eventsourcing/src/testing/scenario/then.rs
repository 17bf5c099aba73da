//! What must come of a scenario's command.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::{self, Debug};

use super::events::{Encoded, difference, encoded, listed};
use crate::aggregate::Aggregate;
use crate::testing::unfinished::Unfinished;

/// The second phase of a [`Scenario`](super::Scenario): the command has run.
#[must_use = "a scenario that asserts nothing panics"]
pub struct When<A: Aggregate, V, E> {
    aggregate: Option<A>,
    events: Vec<A::Event>,
    /// The same events as they are stored.
    recorded: Vec<Encoded>,
    outcome: Result<V, E>,
    unfinished: Unfinished,
}

impl<A: Aggregate, V, E> When<A, V, E> {
    /// What a command that was rejected recorded in vain.
    fn lost(&self) -> String {
        if self.recorded.is_empty() {
            return String::new();
        }
        let why =
            "what it recorded before is not stored, because it returned an error (`Ok` with the refusal keeps it)";
        format!("; {why}{}", listed(&self.recorded))
    }

    #[track_caller]
    pub(super) fn new(
        aggregate: Option<A>,
        events: Vec<A::Event>,
        outcome: Result<V, E>,
        unfinished: Unfinished,
    ) -> Self {
        Self { aggregate, recorded: written::<A>(&events), events, outcome, unfinished }
    }

    /// The command refused with this error, and recorded nothing.
    ///
    /// # Panics
    ///
    /// When it did not, or with another error.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the `&`")]
    pub fn then_rejected(self, error: E) -> Then<A, V>
    where
        E: PartialEq + Debug,
    {
        match &self.outcome {
            Err(actual) => assert!(
                *actual == error,
                "the command was rejected with another error\nexpected: {error:?}\n  actual: {actual:?}"
            ),
            Ok(_) => panic!("the command was not rejected with {error:?}: it recorded{}", listed(&self.recorded)),
        }
        self.nothing_recorded()
    }

    /// The command refused with an error of which this is true, and recorded nothing: for errors that cannot be compared.
    ///
    /// # Panics
    ///
    /// When it did not, or with another error.
    #[track_caller]
    pub fn then_rejected_if(self, expected: impl FnOnce(&E) -> bool) -> Then<A, V>
    where
        E: Debug,
    {
        match &self.outcome {
            Err(actual) => assert!(expected(actual), "the command was rejected with another error: {actual:?}"),
            Ok(_) => panic!("the command was not rejected: it recorded{}", listed(&self.recorded)),
        }
        self.nothing_recorded()
    }

    #[track_caller]
    fn nothing_recorded(self) -> Then<A, V> {
        let recorded = &self.recorded;
        assert!(recorded.is_empty(), "the command was rejected{}", self.lost());
        self.unfinished.asserted();
        Then { aggregate: self.aggregate, value: None }
    }
}

impl<A: Aggregate, V, E: Debug> When<A, V, E> {
    /// The command recorded exactly these events.
    ///
    /// They are compared as they are stored, by name and fields.
    ///
    /// # Panics
    ///
    /// When it was rejected, or recorded others.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = A::Event>) -> Then<A, V> {
        let expected = written::<A>(&events.into_iter().collect::<Vec<_>>());
        let recorded = &self.recorded;
        if let Err(error) = &self.outcome {
            panic!("the command was rejected: {error:?}; expected was{}{}", listed(&expected), self.lost());
        }
        assert!(
            expected == *recorded,
            "the command recorded other events (`-` is expected, `+` is recorded){}",
            difference(&expected, recorded)
        );
        self.accepted()
    }

    /// The command recorded events of which this is true: for what it makes itself, as an id or a time.
    ///
    /// ```
    /// # use eventsourcing::{prelude::*, testing::Scenario};
    /// # #[derive(Aggregate, Debug, PartialEq)] struct Cart { root: Root<Self> }
    /// # #[events] impl Cart {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new() } }
    /// #     #[event(Ordered)] fn ordered(&mut self, order: Id<Cart>) { let _ = order; }
    /// #     fn order(&mut self) { self.ordered(Id::new()); }
    /// # }
    /// Scenario::<Cart>::given([CartEvent::Opened {}])
    ///     .when(|cart| cart.order())
    ///     .then_if(|events| matches!(events, [CartEvent::Ordered { .. }]));
    /// ```
    ///
    /// # Panics
    ///
    /// When it was rejected, or recorded others.
    #[track_caller]
    pub fn then_if(self, expected: impl FnOnce(&[A::Event]) -> bool) -> Then<A, V> {
        if let Err(error) = &self.outcome {
            panic!("the command was rejected: {error:?}{}", self.lost());
        }
        assert!(expected(&self.events), "the command recorded other events{}", listed(&self.recorded));
        self.accepted()
    }

    /// The command was not rejected, and recorded nothing.
    ///
    /// # Panics
    ///
    /// When it was, or did.
    #[track_caller]
    pub fn then_nothing(self) -> Then<A, V> {
        self.then([])
    }

    /// The command was not rejected, and left this state; look at it by `assert!`s.
    ///
    /// # Panics
    ///
    /// When it was rejected, or the closure does.
    #[track_caller]
    pub fn then_state(self, look: impl FnOnce(&A)) -> Then<A, V> {
        self.accepted().then_state(look)
    }

    /// The command returned this value.
    ///
    /// # Panics
    ///
    /// When it was rejected, or returned another.
    #[track_caller]
    pub fn then_returns(self, value: V) -> Then<A, V>
    where
        V: PartialEq + Debug,
    {
        self.accepted().then_returns(value)
    }

    #[track_caller]
    fn accepted(self) -> Then<A, V> {
        match self.outcome {
            Ok(value) => {
                self.unfinished.asserted();
                Then { aggregate: self.aggregate, value: Some(value) }
            }
            Err(error) => panic!("the command was rejected: {error:?}"),
        }
    }
}

impl<A: Aggregate, V: Debug, E: Debug> Debug for When<A, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { recorded, outcome, .. } = self;
        f.debug_struct("When").field("recorded", recorded).field("outcome", outcome).finish_non_exhaustive()
    }
}

/// The last phase of a [`Scenario`](super::Scenario): it has asserted something, and may assert more.
#[derive(Debug)]
pub struct Then<A, V> {
    aggregate: Option<A>,
    value: Option<V>,
}

impl<A: Aggregate, V> Then<A, V> {
    /// And the aggregate is in this state; look at it by `assert!`s.
    ///
    /// # Panics
    ///
    /// When the closure does, or nothing was created.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_state(self, look: impl FnOnce(&A)) -> Self {
        match &self.aggregate {
            Some(aggregate) => look(aggregate),
            None => panic!("there is no state to look at: `{}` was not created", A::NAME),
        }
        self
    }

    /// And the command returned this value.
    ///
    /// # Panics
    ///
    /// When it returned another, or was rejected.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the `&`")]
    pub fn then_returns(self, value: V) -> Self
    where
        V: PartialEq + Debug,
    {
        match &self.value {
            Some(actual) => assert!(
                *actual == value,
                "the command returned another value\nexpected: {value:?}\n  actual: {actual:?}"
            ),
            None => panic!("the command did not return {value:?}: it was rejected"),
        }
        self
    }
}

/// Events as they are stored; a test fails here if they cannot be.
#[track_caller]
fn written<A: Aggregate>(events: &[A::Event]) -> Vec<Encoded> {
    encoded::<A>(events).unwrap_or_else(|error| panic!("an event cannot be stored: {error}"))
}
