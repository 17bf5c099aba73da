//! What a process is: to which events it reacts, and what its handlers do.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use crate::aggregate::{Aggregate, Id};
use crate::error::{BoxError, LoadError, ReactionFault};
use crate::event::Metadata;
use crate::process::Reaction;
use crate::repository::from_store::FromStore;
use crate::store::StoredEvent;
use crate::view::{At, Handled, each_decoded};

/// A handler that runs: it gives the instance with the events that it has recorded, or why it could not react.
pub type Reacting<'a, P> = Pin<Box<dyn Future<Output = Result<P, BoxError>> + Send + 'a>>;

/// An aggregate that reacts to events of others and to time.
///
/// `#[process]` writes it, and [`Reacts`] for each kind of aggregate to whose events it reacts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a process",
    label = "no `#[process] impl` block for this aggregate",
    note = "write `#[process(app = YourApplication)]` on the `impl` block with its `#[starts(..)]` and `#[continues(..)]` handlers"
)]
pub trait Process: Aggregate {
    /// The application whose aggregates it updates.
    type App: FromStore + Send + Sync + 'static;

    /// The kinds of aggregates to whose events it reacts.
    const SOURCES: &'static [Source<Self>];

    /// The names of the timers that have a handler: none, unless said.
    const TIMERS: &'static [&'static str] = &[];

    /// Runs the handler of a timer. Unless it is written, no timer has one, and each that fires is a fault.
    fn fire<'a>(self, timer: &'a str, cx: &'a mut Reaction<'_, Self::App>) -> Reacting<'a, Self> {
        let _ = cx;
        let fault = ReactionFault::UnknownTimer { timer: timer.to_owned(), known: Self::TIMERS };
        Box::pin(ready(Err(fault.into())))
    }
}

/// How a process reacts to the events of one kind of aggregate.
pub trait Reacts<A: Aggregate>: Process {
    /// Which kinds of events have handlers; any, unless said.
    ///
    /// Events of the other kinds are not decoded: it is as if [`route`](Self::route) gave nothing for them.
    const HANDLED: Handled = Handled::ANY;

    /// Tells which handlers of which instances are given an event, in that order. It depends on nothing but what it is given: which
    /// deliveries to an instance were made before is known by their number.
    fn route(at: &At<A>, event: &A::Event, to: &mut dyn FnMut(To<Self>));

    /// Runs a handler. `this` is there unless the handler begins the process.
    fn react<'a>(
        handler: u16,
        this: Option<Self>,
        at: &'a At<A>,
        event: &'a A::Event,
        cx: &'a mut Reaction<'_, Self::App>,
    ) -> Reacting<'a, Self>;
}

/// One event, given to one handler of one instance.
#[expect(clippy::exhaustive_structs, reason = "those who write a process by hand build it")]
pub struct To<P> {
    /// The instance.
    pub instance: Id<P>,
    /// The handler, by a number of the process's own.
    pub handler: u16,
    /// Whether the instance is to be there.
    pub mode: Mode,
}

/// Whether an instance is to be there when one of its handlers is given an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an instance is there or not, and a handler takes one or both")]
pub enum Mode {
    /// The handler begins the process: the instance is not to be there.
    Starts,
    /// The handler goes on with the process: the instance is to be there.
    Continues,
    /// The handler begins the process or goes on with it.
    StartsOrContinues,
}

// Written out, because a derive would ask the same of `P`.
impl<P> Clone for To<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for To<P> {}

impl<P> PartialEq for To<P> {
    fn eq(&self, other: &Self) -> bool {
        (self.instance, self.handler, self.mode) == (other.instance, other.handler, other.mode)
    }
}

impl<P> Eq for To<P> {}

impl<P> fmt::Debug for To<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("To");
        shown.field("instance", &self.instance).field("handler", &self.handler).field("mode", &self.mode).finish()
    }
}

/// One kind of aggregate to whose events a process reacts.
pub struct Source<P> {
    pub(super) aggregate: &'static str,
    read: ReadCauses<P>,
}

type ReadCauses<P> = fn(&StoredEvent<'_>) -> Result<Vec<Arc<dyn Cause<P>>>, LoadError>;

/// A decoded event that is given to handlers.
pub(super) trait Cause<P: Process>: Send + Sync {
    fn metadata(&self) -> &Metadata;

    fn route(&self, to: &mut dyn FnMut(To<P>));

    fn react<'a>(&'a self, handler: u16, this: Option<P>, cx: &'a mut Reaction<'_, P::App>) -> Reacting<'a, P>;
}

impl<P: Process> Source<P> {
    /// The events of this kind of aggregate.
    #[must_use]
    pub const fn of<A: Aggregate>() -> Self
    where
        P: Reacts<A>,
    {
        Self { aggregate: A::NAME, read: read::<A, P> }
    }

    /// What a stored event of this kind of aggregate means today.
    pub(super) fn read(&self, stored: &StoredEvent<'_>) -> Result<Vec<Arc<dyn Cause<P>>>, LoadError> {
        (self.read)(stored)
    }
}

impl<P> fmt::Debug for Source<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("aggregate", &self.aggregate).finish_non_exhaustive()
    }
}

struct EventOf<A: Aggregate> {
    at: At<A>,
    event: A::Event,
}

fn read<A: Aggregate, P: Reacts<A>>(stored: &StoredEvent<'_>) -> Result<Vec<Arc<dyn Cause<P>>>, LoadError> {
    if P::HANDLED.is_without::<A::Event>(stored.name, stored.schema_version) {
        return Ok(Vec::new());
    }
    let mut causes = Vec::<Arc<dyn Cause<P>>>::new();
    each_decoded::<A>(stored, |at, event| causes.push(Arc::new(EventOf { at, event })))?;
    Ok(causes)
}

impl<A: Aggregate, P: Reacts<A>> Cause<P> for EventOf<A> {
    fn metadata(&self) -> &Metadata {
        self.at.metadata()
    }

    fn route(&self, to: &mut dyn FnMut(To<P>)) {
        P::route(&self.at, &self.event, to);
    }

    fn react<'a>(&'a self, handler: u16, this: Option<P>, cx: &'a mut Reaction<'_, P::App>) -> Reacting<'a, P> {
        P::react(handler, this, &self.at, &self.event, cx)
    }
}
