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
//! The [`guide`] goes on from here, a page for each step.
//!
//! # What it is, and is not
//!
//! It is a library: aggregates, their events, and stores that keep them on one machine, in one file, without a server. It is for async and
//! [`blocking`] code alike and needs no runtime. It is not a message broker, and not a document store: what you cannot say as an event of
//! an aggregate, it does not keep.
//!
//! # Where to find what
//!
//! Most programs need the [`prelude`] alone. The crate root has what they name most; the rest is in a module for each task:
//!
//! | to | look in |
//! |---|---|
//! | learn it step by step | [`guide`] |
//! | declare an aggregate | [`#[derive(Aggregate)]`](macro@Aggregate), [`#[events]`](macro@events); by hand [`Aggregate`], [`Apply`], [`Event`] |
//! | save, load, update | [`Repository`], and in [`repository`] what its methods take and give |
//! | change several aggregates in one commit | [`Application`], and what it is made of in [`application`] |
//! | do so without async | [`blocking`] |
//! | read the events of all aggregates, export them | [`log`] |
//! | list, look up and count what is there | [`view`], and [`Views`] with what its methods take and give in [`runner`] |
//! | do something about each event, also after a crash | [`subscription`] |
//! | react to events and to time by commits, once for each | [`#[process]`](macro@process), [`process`](mod@process), [a page of the guide](guide::processes) |
//! | answer to what went wrong | [`error`]: one enum for each operation, and [`Error`] for any of them |
//! | read what older releases have stored | [`#[upcast]`](macro@upcast); by hand [`upcaster`] |
//! | load long histories faster | [`snapshot`] |
//! | know what is stored of a type | [`schema`] |
//! | keep a value unique, and find an aggregate by it | [`unique`] |
//! | choose or write a store | [`store`] |
//! | test aggregates, views, processes, released events, or a store | `testing` (feature `testing`) |
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `derive` | yes | the macros |
//! | `sqlite` | yes | [`SqliteStore`], with SQLite compiled in |
//! | `testing` | no | `testing::Scenario`, `ViewScenario`, `SqlViewScenario`, `ProcessScenario` and `history_tests!` for those who use the crate, `testing::contract` for those who write a store |
//!
//! Without any, the traits, the repositories and the [`MemoryStore`] remain.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Links to what the features bring.
#![cfg_attr(
    not(all(feature = "derive", feature = "sqlite", feature = "testing")),
    allow(rustdoc::broken_intra_doc_links, reason = "not all features are on")
)]

#[doc(hidden)]
pub mod __private;
mod aggregate;
pub mod application;
pub mod blocking;
mod bytes;
mod codec;
pub mod error;
mod event;
pub mod guide;
mod lease;
pub mod log;
pub mod process;
pub mod repository;
pub mod runner;
pub mod schema;
mod signal;
pub mod snapshot;
pub mod store;
mod stream;
pub mod subscription;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unique;
pub mod view;

pub use self::aggregate::{Aggregate, Apply, Id, ReplayCheck, Root, RootAccess};
#[doc(inline)]
pub use self::application::Application;
pub use self::bytes::Bytes;
#[doc(inline)]
pub use self::error::{Error, LoadError, SaveError, UpdateError};
pub use self::event::{Event, EventKind, Metadata, Recorded, upcaster};
#[doc(inline)]
pub use self::process::Process;
#[doc(inline)]
pub use self::repository::Repository;
#[doc(inline)]
pub use self::runner::Views;
#[doc(inline)]
pub use self::schema::Schema;
#[doc(inline)]
pub use self::store::memory::MemoryStore;
#[cfg(feature = "sqlite")]
#[doc(inline)]
pub use self::store::sqlite::SqliteStore;
pub use self::stream::{CommitId, Position, StreamId, Version};
#[doc(inline)]
pub use self::view::View;
#[cfg(feature = "derive")]
pub use eventsourcing_derive::{
    Aggregate, Application, Schema, View, continues, event, events, on, process, projection, setup, starts,
    starts_or_continues, timer, upcast,
};
/// The driver of SQLite, whose types a [projection in SQL](view::SqlProjection) names.
#[cfg(feature = "sqlite")]
#[doc(no_inline)]
pub use rusqlite;

/// What most programs need of the crate, in one `use`.
pub mod prelude {
    #[cfg(feature = "sqlite")]
    #[doc(no_inline)]
    pub use crate::SqliteStore;
    #[doc(no_inline)]
    pub use crate::repository::CommitOptions;
    #[doc(no_inline)]
    pub use crate::subscription::Start;
    // A trait and the derive macro of the same name come together.
    #[doc(no_inline)]
    pub use crate::process::Reaction;
    #[doc(no_inline)]
    pub use crate::view::At;
    #[cfg(feature = "sqlite")]
    #[doc(no_inline)]
    pub use crate::view::SqliteTx;
    #[doc(no_inline)]
    pub use crate::{
        Aggregate, Application, CommitId, Event, Id, LoadError, MemoryStore, Metadata, Position, Recorded, Repository,
        Root, SaveError, Schema, UpdateError, Version, View, Views,
    };
    #[cfg(feature = "derive")]
    #[doc(no_inline)]
    pub use crate::{continues, event, events, on, projection, starts, starts_or_continues, timer, upcast};
    // The macro without the module of its name.
    #[cfg(feature = "derive")]
    #[doc(no_inline)]
    pub use eventsourcing_derive::process;
}

#[cfg(all(doctest, feature = "derive", feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct Readme;
