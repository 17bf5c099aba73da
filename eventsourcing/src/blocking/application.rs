//! An application without async.

use std::fmt;
use std::future::ready;
use std::io::BufRead;
use std::sync::Arc;

use pollster::block_on;

use super::LogReader;
use crate::error::{ImportError, LoadError, SaveError, StoreError, UpdateError};
use crate::log::{self, LogSource, OnUnknown, Trace};
use crate::repository::{self, CommandOutput, CommitOptions, CommitSet, ErrorChain, Imported, UpdateSet};
use crate::store::EventStore;
use crate::stream::Position;

/// What an [`Application`](crate::Application) does, without async: made by its [`blocking`](crate::Application::blocking). `E` are the events
/// of its aggregates.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
/// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
/// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
/// let bank = Bank::new(MemoryStore::new());
/// bank.blocking().commit((&mut Account::open(), &mut Account::open()))?;
///
/// let mut lines = Vec::new();
/// bank.blocking().log().export(&mut lines)?;
/// assert_eq!(Bank::new(MemoryStore::new()).blocking().import(&mut &*lines)?.stored, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Application<E> {
    store: Arc<dyn EventStore>,
    source: LogSource<E>,
}

impl<E> Application<E> {
    pub(crate) fn new(store: &Arc<dyn EventStore>, source: LogSource<E>) -> Self {
        Self { store: Arc::clone(store).blocking(), source }
    }

    pub(super) const fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    pub(super) const fn source(&self) -> LogSource<E> {
        self.source
    }

    /// As [`Application::commit`](crate::Application::commit).
    ///
    /// # Errors
    ///
    /// By [`SaveError`]; the pending events of all aggregates are kept.
    pub fn commit(&self, aggregates: impl CommitSet) -> Result<Position, SaveError> {
        self.commit_with(CommitOptions::new(), aggregates)
    }

    /// As [`Application::commit_with`](crate::Application::commit_with).
    ///
    /// # Errors
    ///
    /// By [`SaveError`]; the pending events of all aggregates are kept.
    pub fn commit_with(
        &self,
        options: impl Into<CommitOptions>,
        aggregates: impl CommitSet,
    ) -> Result<Position, SaveError> {
        block_on(repository::save(&*self.store, &options.into(), OnUnknown::Error, aggregates))
    }

    /// As [`Application::find_commit`](crate::Application::find_commit).
    ///
    /// # Errors
    ///
    /// By [`SaveError`].
    pub fn find_commit(&self, commit: impl Into<CommitOptions>) -> Result<Option<Position>, SaveError> {
        block_on(repository::find_position(&*self.store, &commit.into()))
    }

    /// As [`Application::update`](crate::Application::update).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    pub fn update<I: UpdateSet, R: CommandOutput>(
        &self,
        ids: I,
        command: impl FnMut(I::Lent<'_>) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(repository::update_several(&*self.store, ids, command))
    }

    /// As [`Application::update_with`](crate::Application::update_with).
    ///
    /// # Errors
    ///
    /// By [`UpdateError`].
    pub fn update_with<I: UpdateSet, R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        ids: I,
        command: impl FnMut(I::Lent<'_>) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        block_on(repository::update_several_with(&*self.store, &options.into(), ids, command))
    }

    /// As [`Application::retry`](crate::Application::retry).
    ///
    /// # Errors
    ///
    /// The operation's own: the first that was not caused by a conflict, or the last.
    pub fn retry<T, F: ErrorChain<M>, M>(&self, mut operation: impl FnMut() -> Result<T, F>) -> Result<T, F> {
        block_on(repository::retry(&*self.store, || ready(operation())))
    }

    /// As [`Application::log`](crate::Application::log).
    #[must_use]
    pub fn log(&self) -> LogReader<E> {
        log::LogReader::new(Arc::clone(&self.store), self.source, OnUnknown::default()).blocking()
    }

    /// As [`Application::trace`](crate::Application::trace).
    ///
    /// # Errors
    ///
    /// By [`LoadError`].
    pub fn trace(&self, correlation_id: &str) -> Result<Trace<E>, LoadError>
    where
        E: Send,
    {
        block_on(log::LogReader::new(Arc::clone(&self.store), self.source, OnUnknown::Keep).trace(correlation_id))
    }

    /// As [`Application::position`](crate::Application::position).
    ///
    /// # Errors
    ///
    /// By [`StoreError`].
    pub fn position(&self) -> Result<Position, StoreError> {
        block_on(self.store.head())
    }

    /// As [`Application::import`](crate::Application::import).
    ///
    /// # Errors
    ///
    /// By [`ImportError`]; the commits before the line that it names are stored.
    pub fn import(&self, input: &mut (dyn BufRead + Send)) -> Result<Imported, ImportError> {
        block_on(repository::import(&*self.store, &self.source, OnUnknown::default(), input))
    }
}

impl<E> fmt::Debug for Application<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("store", &self.store).finish_non_exhaustive()
    }
}

impl<E> Clone for Application<E> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), source: self.source }
    }
}
