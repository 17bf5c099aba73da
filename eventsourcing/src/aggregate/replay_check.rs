//! How an aggregate is compared with what its events make it.

use std::fmt;

/// Whether, and how, a save compares an aggregate with what its events make it: in builds with debug assertions, that is in tests.
///
/// What differs was changed other than by an event, or by an event that depends on more than its fields. `#[derive(Aggregate)]` takes what the
/// aggregate has: its `==`, and its `Debug` for the message. By hand:
///
/// ```
/// # use eventsourcing::{Apply, ReplayCheck, RootAccess, prelude::*};
/// # #[event] pub enum CounterEvent { Started }
/// # #[derive(Clone, Debug, PartialEq)] pub struct Counter { root: Root<Self> }
/// # impl Apply for Counter {
/// #     type Event = CounterEvent;
/// #     fn create(_: CounterEvent) -> Option<Self> { Some(Self { root: Root::new() }) }
/// #     fn apply(&mut self, _: CounterEvent) {}
/// # }
/// impl Aggregate for Counter {
///     const NAME: &'static str = "counter";
///     const REPLAY_CHECK: ReplayCheck<Self> = ReplayCheck::new().shown().cloned();
///
///     fn root(&self) -> &Root<Self> {
///         &self.root
///     }
///
///     fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
///         &mut self.root
///     }
/// }
/// ```
pub struct ReplayCheck<A> {
    differ: Option<fn(&A, &A) -> bool>,
    /// Of an aggregate whose `==` also compares what is no part of its state.
    state_differs: Option<fn(&A, &A) -> bool>,
    show: Option<fn(&A) -> String>,
    #[cfg_attr(not(debug_assertions), expect(dead_code, reason = "only a twin is cloned"))]
    clone: Option<fn(&A) -> A>,
}

impl<A> ReplayCheck<A> {
    /// Nothing is compared.
    pub const NONE: Self = Self { differ: None, state_differs: None, show: None, clone: None };

    /// Compares by `==`. Of a value that is not equal to itself, as a number that is not one, nothing is said.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it stands in a constant")]
    pub const fn new() -> Self
    where
        A: PartialEq,
    {
        Self { differ: Some(differ), ..Self::NONE }
    }

    /// The same, which shows both states in its message.
    #[must_use]
    pub const fn shown(self) -> Self
    where
        A: fmt::Debug,
    {
        Self { show: Some(show), ..self }
    }

    /// The same, which also compares what is cloned.
    #[must_use]
    pub const fn cloned(self) -> Self
    where
        A: Clone,
    {
        Self { clone: Some(A::clone), ..self }
    }

    pub(crate) const fn of(
        differ: Option<fn(&A, &A) -> bool>,
        show: Option<fn(&A) -> String>,
        clone: Option<fn(&A) -> A>,
    ) -> Self {
        Self { differ, state_differs: None, show, clone }
    }

    pub(crate) const fn of_state(self, state_differs: fn(&A, &A) -> bool) -> Self {
        Self { state_differs: Some(state_differs), ..self }
    }

    #[cfg(debug_assertions)]
    pub(crate) const fn is_some(&self) -> bool {
        self.differ.is_some()
    }

    #[cfg(debug_assertions)]
    pub(super) fn clone(&self, aggregate: &A) -> Option<A> {
        self.clone.map(|clone| clone(aggregate))
    }

    /// Compares them.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub(crate) fn assert_same(&self, name: &str, aggregate: &A, replayed: &A) {
        let differ = self.differ.is_some_and(|differ| differ(aggregate, replayed));
        if differ && self.state_differs.is_none_or(|differs| differs(aggregate, replayed)) {
            self.fail(name, aggregate, replayed);
        }
    }

    #[cold]
    #[expect(clippy::panic, reason = "a test is to fail")]
    fn fail(&self, name: &str, aggregate: &A, replayed: &A) -> ! {
        let shown = self.show.map(|show| format!("\n   saved: {}\nreplayed: {}", show(aggregate), show(replayed)));
        panic!(
            "`{name}` is not what its events make it: something else than an `#[event]` changed its state, or an event depends on more than its \
             fields{}",
            shown.unwrap_or_default()
        );
    }
}

/// Whether two values differ; of one that is not equal to itself, that cannot be said.
#[expect(clippy::eq_op, reason = "the question is whether it is equal to itself")]
pub(crate) fn differ<T: PartialEq + ?Sized>(one: &T, other: &T) -> bool {
    one != other && one == one
}

pub(crate) fn show<T: fmt::Debug>(value: &T) -> String {
    format!("{value:?}")
}

impl<A> fmt::Debug for ReplayCheck<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayCheck").field("compares", &self.differ.is_some()).finish_non_exhaustive()
    }
}
