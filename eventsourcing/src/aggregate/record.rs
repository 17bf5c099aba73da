//! Recording: an event is applied to the state, and is then pending.
//!
//! Here a mutator that does more than it may is stopped: one that replaces the root would have the aggregate saved under another id or without
//! its pending events, and what one records itself would be recorded again whenever the history is read.

use std::ptr;

use crate::aggregate::root_access::access;
use crate::aggregate::{Aggregate, Root};
use crate::error::CreateError;
use crate::event::{Event, EventKind};

impl<A: Aggregate> Root<A> {
    /// Starts an aggregate with its first event, for an aggregate whose events its user wrote: `root` is its field, which is private, so that
    /// only the module of the aggregate can call this. `#[derive(Aggregate)]` with `#[aggregate(event = ..)]` makes a function `begin` of it.
    ///
    /// # Errors
    ///
    /// [`CreateError`] if this event cannot be the first of an aggregate; nothing is recorded.
    ///
    /// # Panics
    ///
    /// If [`Apply::create`](crate::Apply::create) records an event, or `root` is not the field that [`Aggregate::root`] lends.
    pub fn begin(event: A::Event, root: fn(&mut A) -> &mut Self) -> Result<A, CreateError> {
        let mut aggregate = begin(event)?;
        check_field(&mut aggregate, root);
        Ok(aggregate)
    }

    /// Records an event and brings the state up to date with it: it is stored by the next save. `root` is the field, which is private, so that
    /// only the module of the aggregate can call this. `#[derive(Aggregate)]` with `#[aggregate(event = ..)]` makes a method `record` of it.
    ///
    /// ```
    /// # use eventsourcing::{Apply, RootAccess, prelude::*};
    /// # #[event] pub enum CounterEvent { Started, Counted }
    /// # pub struct Counter { root: Root<Self>, total: u32 }
    /// # impl Apply for Counter {
    /// #     type Event = CounterEvent;
    /// #     fn create(_: CounterEvent) -> Option<Self> { Some(Self { root: Root::new(), total: 0 }) }
    /// #     fn apply(&mut self, _: CounterEvent) { self.total += 1; }
    /// # }
    /// # impl Aggregate for Counter {
    /// #     const NAME: &'static str = "counter";
    /// #     fn root(&self) -> &Root<Self> { &self.root }
    /// #     fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> { &mut self.root }
    /// # }
    /// impl Counter {
    ///     pub fn start() -> Self {
    ///         Root::begin(CounterEvent::Started, |counter: &mut Self| &mut counter.root).unwrap()
    ///     }
    ///
    ///     pub fn count(&mut self) {
    ///         Root::record(self, |counter| &mut counter.root, CounterEvent::Counted);
    ///     }
    /// }
    /// # let mut counter = Counter::start();
    /// # counter.count();
    /// # assert_eq!((counter.total, counter.version()), (1, 2.into()));
    /// ```
    ///
    /// # Panics
    ///
    /// If [`Apply::apply`](crate::Apply::apply) replaces the root or records another event, or `root` is not the field that [`Aggregate::root`]
    /// lends.
    pub fn record(aggregate: &mut A, root: fn(&mut A) -> &mut Self, event: A::Event) {
        check_field(aggregate, root);
        record(aggregate, event);
    }
}

/// Code that can name the field is in the module of the aggregate; another root proves nothing.
fn check_field<A: Aggregate>(aggregate: &mut A, root: fn(&mut A) -> &mut Root<A>) {
    let named: *const Root<A> = root(aggregate);
    assert!(
        ptr::eq(named, aggregate.root()),
        "events of `{}` are recorded within its module: give its own root, as in `|aggregate| &mut aggregate.root`",
        A::NAME,
    );
}

/// Starts an aggregate with its first event.
pub(crate) fn begin<A: Aggregate>(event: A::Event) -> Result<A, CreateError> {
    let kind = event.kind();
    let Some(mut aggregate) = A::create(event.clone()) else {
        return Err(CreateError { aggregate: A::NAME, event: kind.name() });
    };
    if !aggregate.root().state.is_new() {
        refuse(A::NAME, kind.name());
    }
    let root = aggregate.root_mut(access());
    root.push(event);
    root.state.begun();
    Ok(aggregate)
}

/// Records an event and brings the state up to date with it. It is stored by the next save.
pub(crate) fn record<A: Aggregate>(aggregate: &mut A, event: A::Event) {
    // Noted before, so that neither a clone that the mutator leaves elsewhere nor the aggregate, if it is exchanged for another, is saved halfway.
    let kind = event.kind();
    let earlier = aggregate.root_mut(access()).state.applying(kind);
    // Applied first: if a mutator panics, what it could not apply is not stored either.
    {
        let mut applying = Applying { aggregate: &mut *aggregate, event: Some(kind) };
        if !apply(&mut *applying.aggregate, event.clone()) {
            refuse(A::NAME, kind.name());
        }
        applying.event = None;
    }
    let root = aggregate.root_mut(access());
    root.state.applied(earlier);
    root.push(event);
}

/// Applies an event, and says whether the root is then what it was.
#[inline]
#[must_use]
pub(crate) fn apply<A: Aggregate>(aggregate: &mut A, event: A::Event) -> bool {
    let before = aggregate.root().state.fixed();
    aggregate.apply(event);
    aggregate.root().state.is_still(&before)
}

#[cold]
#[expect(clippy::panic, reason = "the program is wrong, and would lose events")]
fn refuse(aggregate: &str, event: &str) -> ! {
    panic!(
        "event `{event}` of `{aggregate}` replaces the root or records another event: it may change every other field, and no more; decide and \
         record in a command",
    );
}

/// An aggregate while an event is applied to it. Dropped before that is done, it leaves the aggregate unsaveable: the mutator has panicked, and
/// the state may be half changed.
struct Applying<'a, A: Aggregate> {
    aggregate: &'a mut A,
    /// None when it is done.
    event: Option<&'static EventKind>,
}

impl<A: Aggregate> Drop for Applying<'_, A> {
    fn drop(&mut self) {
        if let Some(event) = self.event {
            self.aggregate.root_mut(access()).state.panicked_in(event);
        }
    }
}
