//! The same interface without async, thin: each call is done on the caller's own thread.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

mod application;
mod log;
mod past;
mod processes;
mod snapshots;
#[cfg(feature = "sqlite")]
mod sql_view;
mod store;
mod subscription;
mod unique;
mod views;

use pollster::block_on;

pub use self::application::Application;
pub use self::log::{LogReader, LogStream};
pub use self::past::{IdReader, IdStream};
#[cfg(feature = "sqlite")]
pub use self::sql_view::SqlView;
pub use self::store::Store;
pub use self::subscription::{Batch, Subscribe, Subscription, Subscriptions};
pub use self::views::{Rows, Views};
use crate::aggregate::{Aggregate, Id};
use crate::error::{LoadError, SaveError, UpdateError};
use crate::event::{Metadata, Recorded};
use crate::log::OnUnknown;
use crate::repository::{self, CommandOutput, CommitOptions};
use crate::stream::{Position, Version};

/// [`Repository`](crate::Repository) without async, made by its `blocking()`.
///
/// It blocks the thread that calls it; from async code, use the repository itself.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] struct Example { root: Root<Self>, foo: String }
/// # #[events] impl Example {
/// #     #[event(Created)] pub fn create(foo: &str) -> Self { Self { root: Root::new(), foo: foo.to_owned() } }
/// #     #[event(Changed)] pub fn change(&mut self, foo: &str) { self.foo = foo.to_owned(); }
/// # }
/// let examples = Repository::<Example>::new(MemoryStore::new()).blocking();
///
/// let mut example = Example::create("bar");
/// examples.save(&mut example)?;
/// examples.update(example.id(), |example| example.change("baz"))?;
/// assert_eq!(examples.get(example.id())?.foo, "baz");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Repository<A> {
    inner: repository::Repository<A>,
}

impl<A: Aggregate> repository::Repository<A> {
    /// The same repository without async: each call is done on the caller's own thread.
    #[must_use]
    pub fn blocking(&self) -> Repository<A> {
        Repository { inner: self.blocking_on(Arc::clone(self.store()).blocking()) }
    }
}

impl<A: Aggregate> Repository<A> {
    /// As [`Repository::with_metadata`](crate::Repository::with_metadata).
    #[must_use]
    pub fn with_metadata(&self, metadata: Metadata) -> Self {
        Self { inner: self.inner.with_metadata(metadata) }
    }

    /// As [`Repository::deadline`](crate::Repository::deadline).
    #[must_use]
    pub fn deadline(&self, deadline: Duration) -> Self {
        Self { inner: self.inner.deadline(deadline) }
    }

    /// As [`Repository::on_unknown`](crate::Repository::on_unknown).
    #[must_use]
    pub fn on_unknown(&self, on_unknown: OnUnknown) -> Self {
        Self { inner: self.inner.on_unknown(on_unknown) }
    }

    /// The store that it keeps its aggregates in, without async.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::new(Arc::clone(self.inner.store()))
    }

    /// As [`Repository::save`](crate::Repository::save).
    ///
    /// # Errors
    ///
    /// By [`SaveError`]; the pending events are kept.
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn save(&self, aggregate: &mut A) -> Result<Position, SaveError> {
        block_on(self.inner.save(aggregate))
    }

    /// As [`Repository::save_with`](crate::Repository::save_with).
    ///
    /// # Errors
    ///
    /// By [`SaveError`]; the pending events are kept.
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn save_with(&self, options: impl Into<CommitOptions>, aggregate: &mut A) -> Result<Position, SaveError> {
        block_on(self.inner.save_with(options, aggregate))
    }

    /// As [`Repository::update`](crate::Repository::update).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn update<R: CommandOutput>(
        &self,
        id: Id<A>,
        command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(self.inner.update(id, command))
    }

    /// As [`Repository::update_at`](crate::Repository::update_at).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn update_at<R: CommandOutput>(
        &self,
        id: Id<A>,
        expected: impl Into<Version>,
        command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(self.inner.update_at(id, expected, command))
    }

    /// As [`Repository::update_at_with`](crate::Repository::update_at_with).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn update_at_with<R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        id: Id<A>,
        expected: impl Into<Version>,
        command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(self.inner.update_at_with(options, id, expected, command))
    }

    /// As [`Repository::get_or_create`](crate::Repository::get_or_create).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn get_or_create(&self, id: Id<A>, create: impl FnOnce() -> A) -> Result<A, UpdateError<Infallible>> {
        block_on(self.inner.get_or_create(id, create))
    }

    /// As [`Repository::update_with`](crate::Repository::update_with).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save).
    pub fn update_with<R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        id: Id<A>,
        command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(self.inner.update_with(options, id, command))
    }

    /// As [`Repository::get`](crate::Repository::get).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn get(&self, id: Id<A>) -> Result<A, LoadError> {
        block_on(self.inner.get(id))
    }

    /// As [`Repository::find`](crate::Repository::find).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn find(&self, id: Id<A>) -> Result<Option<A>, LoadError> {
        block_on(self.inner.find(id))
    }

    /// As [`Repository::get_at`](crate::Repository::get_at).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn get_at(&self, id: Id<A>, version: impl Into<Version>) -> Result<A, LoadError> {
        block_on(self.inner.get_at(id, version))
    }

    /// As [`Repository::get_many`](crate::Repository::get_many).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn get_many(&self, ids: impl IntoIterator<Item = Id<A>>) -> Result<Vec<A>, LoadError> {
        block_on(self.inner.get_many(ids))
    }

    /// As [`Repository::contains`](crate::Repository::contains).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn contains(&self, id: Id<A>) -> Result<bool, LoadError> {
        block_on(self.inner.contains(id))
    }

    /// As [`Repository::history`](crate::Repository::history).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn history(&self, id: Id<A>) -> Result<Vec<Recorded<A::Event>>, LoadError> {
        block_on(self.inner.history(id))
    }
}

impl<A> Clone for Repository<A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}
