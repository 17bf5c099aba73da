//! Processes: aggregates that react to events of others and to time, each reaction as one commit.
//!
//! A process is an [`Aggregate`](crate::Aggregate) of its own, one instance for each thing that is going on: an order that waits for its payment, a transfer
//! between two accounts. Its handlers are given an event and a [`Reaction`], by which they update other aggregates and set timers. What a handler has
//! recorded and changed is stored in one commit, with a note in the instance's journal, so that it happens once, however often the event is
//! delivered.
//!
//! [`#[process]`](macro@crate::process) writes one from its handlers: the [guide](crate::guide::processes) shows how. All that it writes is an
//! implementation of [`Process`] and [`Reacts`], which can be written by hand as well:
//!
//! ```
//! use eventsourcing::prelude::*;
//! use eventsourcing::process::{InstanceOf as _, Mode, Process, Reacting, Reaction, Reacts, Source, To};
//!
//! # #[derive(Aggregate)] pub struct Customer { root: Root<Self>, orders: u32 }
//! # #[events] impl Customer {
//! #     #[event(Registered)] pub fn register() -> Self { Self { root: Root::new(), orders: 0 } }
//! #     #[event(Ordered)] pub fn ordered(&mut self) { self.orders += 1; }
//! # }
//! # #[derive(Aggregate)] pub struct Order { root: Root<Self> }
//! # #[events] impl Order {
//! #     #[event(Placed)] pub fn place(customer: Id<Customer>) -> Self { Self { root: Root::new() } }
//! # }
//! #[derive(Application)]
//! pub struct Shop {
//!     pub customers: Repository<Customer>,
//!     pub orders: Repository<Order>,
//!     pub countings: Repository<Counting>,
//! }
//!
//! /// Counts the orders of a customer.
//! #[derive(Aggregate)]
//! pub struct Counting {
//!     root: Root<Self>,
//! }
//!
//! #[events]
//! impl Counting {
//!     #[event(Counted)]
//!     fn counted(order: Id<Order>) -> Self {
//!         Self { root: Root::with_id(order.instance()) }
//!     }
//! }
//!
//! impl Process for Counting {
//!     type App = Shop;
//!     const SOURCES: &'static [Source<Self>] = &[Source::of::<Order>()];
//! }
//!
//! impl Reacts<Order> for Counting {
//!     fn route(at: &At<Order>, _: &OrderEvent, to: &mut dyn FnMut(To<Self>)) {
//!         to(To { instance: at.id().instance(), handler: 0, mode: Mode::Starts });
//!     }
//!
//!     fn react<'a>(
//!         _: u16,
//!         _: Option<Self>,
//!         at: &'a At<Order>,
//!         event: &'a OrderEvent,
//!         cx: &'a mut Reaction<'_, Shop>,
//!     ) -> Reacting<'a, Self> {
//!         Box::pin(async move {
//!             let OrderEvent::Placed { customer } = event;
//!             cx.update(*customer, Customer::ordered).await?; // in the same commit as the event of this instance
//!             Ok(Self::counted(at.id()))
//!         })
//!     }
//! }
//!
//! # pollster::block_on(async {
//! let shop = Shop::new(MemoryStore::new());
//! let views = Views::memory().with_process::<Counting>();
//! let running = shop.run(&views)?; // each process on a thread of its own
//!
//! let mut customer = Customer::register();
//! shop.customers.save(&mut customer).await?;
//! shop.orders.save(&mut Order::place(customer.id())).await?;
//! views.caught_up().await?; // what was committed before this call has been reacted to
//! assert_eq!(shop.customers.get(customer.id()).await?.orders, 1);
//! running.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! # What is done once, and what more than once
//!
//! A reaction that stores anything, an event or a timer, happens once: on every store, with any number of runners, and also when the checkpoint is lost. One
//! that stores nothing may run again after a lost checkpoint; and a handler runs again whenever another commit was first. So what it does
//! outside of the store is done at least once: [`Reaction::key`] is for receivers which do once what they are sent twice.
//!
//! # What fails
//!
//! A handler that returns an error, panics or takes too long parks its instance, with all that comes for it later; others go on.
//! [`Views::parked_instances`](crate::Views::parked_instances) lists those that are parked, [`retry_instance`](crate::Views::retry_instance) makes what waits
//! for one, and [`drop_instance`](crate::Views::drop_instance) drops it: all runners find that in the journal. A store that fails parks nothing: it is
//! tried again without end, and the [status](crate::Views::processes) says so. An event that cannot be read stops the process.
//!
//! # Timers
//!
//! [`Reaction::timer`] and [`Reaction::cancel`] are part of the commit. A timer is fired once, also by several runners, by the [`Clock`] of whichever comes first;
//! what fell due while nobody ran is fired at the start, in order of the time.
//!
//! # Threads
//!
//! [`Views::run`](crate::Views::run) runs each process on a thread of its own, where no runtime is: handlers that need one are run by
//! [`Application::drive`](crate::Application::drive) in a task of it. A handler that blocks its thread keeps the other instances of its process waiting.
// One way: `run` reads the log and gives each instance its `delivery`; `react` makes a `reaction`, by one `attempt` after the other, of which the `journal`
// says whether it was made before; `members` are the aggregates that it has read, and a `note` is the journal's part of their commit.

mod act_on_parked;
mod asked;
mod attempt;
mod clock;
mod definition;
mod delivery;
mod handler;
mod instance_of;
mod instance_timers;
mod journal;
mod members;
mod parking;
mod react;
mod reaction;
mod reactor;
mod returned;
mod run;
mod same_app;

pub use self::clock::{Clock, SystemClock};
pub use self::definition::{Mode, Process, Reacting, Reacts, Source, To};
pub use self::instance_of::InstanceOf;
pub(crate) use self::parking::Parked;
pub use self::parking::ParkedInstance;
#[cfg(feature = "testing")]
pub(crate) use self::parking::Parking;
pub use self::reaction::Reaction;
pub use self::returned::Returned;
pub(crate) use self::run::{AnyProcess, Journals, ProcessClaim, ProcessSettings, Processes};
pub use self::run::{ProcessState, ProcessStatus};
#[doc(hidden)]
pub use self::same_app::cx_of;
pub(crate) use crate::repository::from_store::StoreOnly;
pub use crate::view::{At, Handled};
