//! Reading the log forward under a name that remembers how far it has come: for everything that is no view, such as sending mails.
//!
//! A [`Subscription`] delivers events at least once, in the order of the log: a batch is delivered until it is [acknowledged](Batch::ack), also after the
//! process was killed, and each event has a [key](Delivered::key) by which a receiver does once what it is sent twice. One reader at a time has a
//! subscription, in all processes together; who was stopped for longer than its lease is refused afterwards.
//!
//! ```
//! # use eventsourcing::prelude::*;
//! # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
//! # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
//! # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
//! use eventsourcing::subscription::Start;
//!
//! # pollster::block_on(async {
//! let (bank, views) = (Bank::new(MemoryStore::new()), Views::memory());
//! let mut mails = bank.subscribe("mailer").of::<Account>().starting(Start::Now).open(&views).await?;
//!
//! let mut account = Account::open();
//! bank.accounts.save(&mut account).await?;
//! # let mut sent = Vec::new();
//! while let Some(batch) = mails.next().await? {
//!     for event in &batch {
//!         sent.push((event.key(), event.id())); // the mail
//!     }
//!     batch.ack().await?;
//! #   break;
//! }
//! assert_eq!(sent[0].1, account.id());
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! [`Subscriptions`] lists and removes what is kept.
// One way: `subscribe` says what is wanted, `lease` makes its caller the one reader, `handle` asks `read` for a `batch`, whose acknowledgement goes by the
// `lease` to the `checkpoints`: of `memory`, or of a file.

mod batch;
mod checkpoints;
mod handle;
mod key;
mod lease;
mod memory;
mod read;
#[cfg(feature = "sqlite")]
mod sqlite;
mod start;
mod status;
mod subscribe;
mod subscriptions;

pub use self::batch::{Batch, Delivered};
pub use self::handle::Subscription;
pub(crate) use self::lease::Lease;
pub use self::start::Start;
pub use self::status::{Skipped, SubscriptionStatus};
pub use self::subscribe::Subscribe;
pub use self::subscriptions::Subscriptions;

#[cfg(test)]
mod tests;
