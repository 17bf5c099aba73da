//! Event-sourced aggregates, checked by the compiler and kept in SQLite.
//!
//! Annotate a domain struct with `#[derive(Aggregate)]`, declare its events with `#[event(..)]` in one `#[events] impl` block,
//! and keep it in a [`Repository`]. What happened is stored, event by event, and the state is made of it.
//!
//! ```
//! use eventsourcing::prelude::*;
//!
//! #[derive(Aggregate, Debug)]
//! pub struct Example {
//!     root: Root<Self>,
//!     foo: String,
//! }
//!
//! #[events]
//! impl Example {
//!     #[event(Created)]
//!     pub fn create(foo: &str) -> Self {
//!         Self { root: Root::new(), foo: foo.to_owned() }
//!     }
//!
//!     #[event(Changed)]
//!     pub fn change(&mut self, foo: &str) {
//!         self.foo = foo.to_owned();
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let examples = Repository::<Example>::new(SqliteStore::in_memory()?).blocking();
//! let mut example = Example::create("bar");
//! examples.save(&mut example)?;
//! examples.update(example.id(), |example| example.change("baz"))?;
//! assert_eq!(examples.get(example.id())?.foo, "baz");
//! # Ok(()) }
//! ```
//!
//! The `guide` module goes on from here, a page for each step.
//!
//! # What it is, and is not
//!
//! It is a library: aggregates, their events, and stores that keep them on one machine, in one file, without a server. It is for async and
//! [`blocking`] code alike and needs no runtime. It is not a message broker, and not a document store: what you cannot say as an event of
//! an aggregate, it does not keep.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `derive` | yes | the macros |
//! | `sqlite` | yes | [`SqliteStore`], with SQLite compiled in |
//! | `testing` | no | `testing::Scenario` and `history_tests!` for those who use the crate, `testing::contract` for those who write a store |
//!
//! Without any, the traits, the repositories and the [`MemoryStore`] remain.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
mod aggregate;
mod application;
pub mod blocking;
mod bytes;
mod codec;
mod error;
mod event;
// Its pages show all of the crate together, so they are there when all of it is.
#[cfg(all(feature = "derive", feature = "sqlite", feature = "testing"))]
pub mod guide;
mod repository;
pub mod schema;
mod snapshot;
pub mod store;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod upcast;

pub use self::aggregate::{Aggregate, Apply, Id, Root, Snapshots};
pub use self::application::{Application, FromStore};
pub use self::bytes::Bytes;
#[cfg(feature = "sqlite")]
pub use self::error::OpenError;
pub use self::error::{
    CommitError, Conflict, CreateError, DecodeError, EncodeError, Error, EventLocation, ExportError, ImportError,
    InvalidCommit, LineError, LoadError, ParseIdError, ReadError, SaveError, SnapshotError, StoreError, StoreErrorKind,
    UpdateError,
};
pub use self::event::{Event, EventKind, Known, Metadata, RawEvent, Recorded, Unknown};
pub use self::repository::{
    AggregateSchema, CommandOutput, CommitOptions, CommitSet, IdReader, Ids, Imported, LogReader, Logged, Member,
    Repository, Sources,
};
pub use self::schema::Schema;
pub use self::snapshot::Snapshot;
pub use self::store::memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use self::store::sqlite::{Durability, SqliteStore};
pub use self::stream::{CommitId, Position, StoreId, StreamId, Version};
pub use self::upcast::{IntoEvents, Upcast, Upcaster};
#[cfg(feature = "derive")]
pub use eventsourcing_derive::{Aggregate, Application, Schema, event, events, upcast};

/// What most programs need of the crate, in one `use`.
pub mod prelude {
    #[cfg(feature = "sqlite")]
    pub use crate::SqliteStore;
    // A trait and the derive macro of the same name come together.
    pub use crate::{
        Aggregate, Application, Apply, CommitId, Event, Id, LoadError, MemoryStore, Metadata, Recorded, Repository,
        Root, SaveError, Schema, UpdateError,
    };
    #[cfg(feature = "derive")]
    pub use crate::{event, events, upcast};
}

#[cfg(all(doctest, feature = "derive", feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;
