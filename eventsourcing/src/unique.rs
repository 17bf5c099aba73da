//! Values that no two aggregates of one kind have: an e-mail address, an ISBN, the name of an account.
//!
//! `#[aggregate(unique)]` on a field makes its values unique, and a constant to find an aggregate by:
//!
//! ```
//! use eventsourcing::prelude::*;
//!
//! #[derive(Aggregate, Debug)]
//! pub struct Customer {
//!     root: Root<Self>,
//!     #[aggregate(unique)]
//!     email: String, // or `Option<String>`: `None` claims nothing
//! }
//!
//! #[events]
//! impl Customer {
//!     #[event(Registered)]
//!     pub fn register(email: &str) -> Self {
//!         Self { root: Root::new(), email: email.to_owned() }
//!     }
//! }
//!
//! # pollster::block_on(async {
//! let customers = Repository::<Customer>::new(MemoryStore::new());
//! let mut alice = Customer::register("alice@example.org");
//! customers.save(&mut alice).await?;
//!
//! let second = customers.save(&mut Customer::register("alice@example.org")).await;
//! assert!(matches!(second, Err(SaveError::Taken { field: "email", by, .. }) if Id::from(by) == alice.id()));
//!
//! let found = customers.find_by(Customer::EMAIL, "alice@example.org").await?;
//! assert_eq!(found.map(|customer| customer.id()), Some(alice.id()));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! A **claim** is a stream of the framework's own, whose name is that of the aggregate, a dot and that of the field (`Customer.email`), and whose id
//! belongs to the value. Its events `Claimed` and `Released` are part of the commit that changes the field, so that of any number of racers one has the
//! value, in every store, whatever is killed. They are no events of the aggregate: no view, log, history or list of ids shows them; an export has
//! them, and `verify` checks them. [The guide](crate::guide::unique_values) says more.

pub use crate::aggregate::{Unique, UniqueField, UniqueType, UniqueValue};
pub use crate::repository::{ClaimReport, Duplicate};
