//! Processes: aggregates that react to events of others and to time, each reaction as one commit.
//!
//! A process is an [`Aggregate`](crate::Aggregate) of its own, one instance for each thing that is going on: an order that waits for its payment, a transfer
//! between two accounts. Its handlers are given an event and a [`Reaction`], by which they update other aggregates and set timers. What a handler has
//! recorded and changed is stored in one commit, with a note in the instance's journal, so that it happens once, however often the event is
//! delivered.
//!
//! `#[process]` writes nothing but [`Process`] and [`Reacts`], so that all of it can be written by hand as well.
// One way: `definition` says what a process is and decodes events for it, `reaction` collects what a handler does.

mod attempt;
mod clock;
mod definition;
mod delivery;
mod handler;
mod instance_of;
mod journal;
mod members;
mod note;
mod parked;
mod react;
mod reaction;
mod reactor;
mod returned;
mod run;

pub use self::clock::{Clock, SystemClock};
pub use self::definition::{Mode, Process, Reacting, Reacts, Source, To};
pub use self::instance_of::InstanceOf;
pub use self::reaction::Reaction;
pub use self::returned::Returned;
pub(crate) use self::run::{AnyProcess, ProcessClaim, ProcessSettings, Processes, Wish};
pub use self::run::{ParkedInstance, ProcessState, ProcessStatus};
pub use crate::view::{At, Handled};
