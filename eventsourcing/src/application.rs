//! Several repositories over one store, and one commit of several aggregates: [`Application`], and [`FromStore`] of which its fields are made. The
//! page of a method that needs much of one is beside it.

use std::borrow::Borrow;
use std::io::BufRead;
use std::sync::Arc;

use crate::blocking;
use crate::error::{ImportError, LoadError, RunError, SaveError, StoreError, UpdateError};
use crate::log::{LogReader, OnUnknown, Trace};
use crate::repository::from_store::log_source;
pub use crate::repository::from_store::{FromStore, StoreOnly};
use crate::repository::{
    CommandOutput, CommitOptions, CommitSet, ErrorChain, Imported, UpdateSet, find_position, import, retry, save,
    update_several, update_several_with,
};
use crate::runner::{Running, Views};
use crate::store::{EventStore, into_handle};
use crate::stream::Position;
use crate::subscription::Subscribe;

/// Repositories over one store. `#[derive(Application)]` writes it.
///
/// ```
/// # use eventsourcing::prelude::*;
/// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, balance: i64 }
/// # #[events] impl Account {
/// #     #[event(Opened)] pub fn open() -> Self { Self { root: Root::new(), balance: 0 } }
/// #     #[event(Moved)] pub fn move_money(&mut self, amount: i64) { self.balance += amount; }
/// # }
/// #[derive(Application)]
/// pub struct Bank {
///     pub accounts: Repository<Account>,
/// }
///
/// # pollster::block_on(async {
/// let bank = Bank::new(MemoryStore::new());
/// let (mut from, mut to) = (Account::open(), Account::open());
/// from.move_money(-5);
/// to.move_money(5);
/// bank.commit((&mut from, &mut to)).await?; // both, or neither
/// assert!(bank.accounts.contains(to.id()).await?);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an application",
    label = "not an application",
    note = "write `#[derive(Application)]` on a struct whose fields are `Repository<..>`s"
)]
pub trait Application: FromStore {
    /// The application over this store. A clone of the store, or an `Arc<dyn EventStore>`, is another handle on it.
    ///
    /// # Panics
    ///
    /// As [`Repository::new`](crate::Repository::new), which makes its parts.
    fn new(store: impl EventStore) -> Self {
        Self::from_store(&into_handle(store))
    }

    /// Saves several aggregates in one commit: the pending events of all of them are stored, or none.
    ///
    /// An aggregate with nothing pending must still be at the version that it was loaded at, because what the others
    /// decided may rest on it.
    ///
    /// # Errors
    ///
    /// By [`SaveError`]; [`SaveError::Duplicate`] if one of them is given twice. Whatever the reason, all pending events are kept, and
    /// nothing was stored unless the store says that the outcome is not known. After an unknown outcome, commit the same aggregates again, in any order, with more recorded since or with others
    /// beside them: what was sent before is settled first, and the rest is then stored in a commit of its own. One of them alone goes on only
    /// if that commit is stored, and is [`SaveError::Unsettled`] if it is not: it is never split.
    ///
    /// # Panics
    ///
    /// As [`Repository::save`](crate::Repository::save) of each of them.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored everything or nothing. Committing the same aggregates again
    /// stores nothing twice, as after an unknown outcome.
    fn commit(&self, aggregates: impl CommitSet) -> impl Future<Output = Result<Position, SaveError>> + Send {
        self.commit_with(CommitOptions::new(), aggregates)
    }

    /// [`commit`](Self::commit) under a commit id or metadata of the caller's.
    ///
    /// With a [`CommitId`](crate::CommitId) that was used before, nothing is stored, the position of the first commit is
    /// returned, and the aggregates are loaded again. Those that were to be created are those that were created then with the same events.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit); also [`SaveError::Reload`], and [`SaveError::OtherCommit`] if the commit that was stored under the id is
    /// not one of these aggregates, all of them and no other, or [`SaveError::OtherFingerprint`] if it stands for something else.
    ///
    /// # Cancel safety
    ///
    /// As [`commit`](Self::commit).
    fn commit_with(
        &self,
        options: impl Into<CommitOptions>,
        aggregates: impl CommitSet,
    ) -> impl Future<Output = Result<Position, SaveError>> + Send {
        let (store, options) = (Arc::clone(self.store()), options.into());
        async move { save(&*store, &options, OnUnknown::Error, aggregates).await }
    }

    #[doc = include_str!("application/find_commit.md")]
    fn find_commit(
        &self,
        commit: impl Into<CommitOptions>,
    ) -> impl Future<Output = Result<Option<Position>, SaveError>> + Send {
        let (store, options) = (Arc::clone(self.store()), commit.into());
        async move { find_position(&*store, &options).await }
    }

    #[doc = include_str!("application/update.md")]
    fn update<I: UpdateSet, R: CommandOutput>(
        &self,
        ids: I,
        command: impl FnMut(I::Lent<'_>) -> R + Send,
    ) -> impl Future<Output = Result<R::Value, UpdateError<R::Error>>> + Send
    where
        R::Value: Send,
    {
        let store = Arc::clone(self.store());
        async move { update_several(&*store, ids, command).await }
    }

    #[doc = include_str!("application/update_with.md")]
    fn update_with<I: UpdateSet, R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        ids: I,
        command: impl FnMut(I::Lent<'_>) -> R + Send,
    ) -> impl Future<Output = Result<R::Value, UpdateError<R::Error>>> + Send
    where
        R::Value: Send,
        // A refusal is kept while the store is asked whether it has a commit under the id.
        R::Error: Send,
    {
        let (store, options) = (Arc::clone(self.store()), options.into());
        async move { update_several_with(&*store, &options, ids, command).await }
    }

    /// Does something that ends in a conflict again, until it does not: loading, deciding and saving that no `update` covers.
    ///
    /// Whatever error has a [`Conflict`](crate::error::Conflict) among its sources is tried again, for 10 s. Load within the operation what
    /// it decides on; what else it does may happen several times. After a conflict it holds the turn among the updates of that aggregate, so
    /// save what it has loaded, and leave [`update`](crate::Repository::update) to other places: that would wait for the same turn.
    ///
    /// A conflict on creating is tried again too, as an operation that creates where it finds none may then find one. A second one on the same
    /// aggregate is final: the operation creates it without looking, and there is one.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Moved)] pub fn move_money(&mut self, amount: i64) { self.balance += amount; } }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// # pollster::block_on(async {
    /// # let (bank, mut from, mut to) = (Bank::new(MemoryStore::new()), Account::open(), Account::open());
    /// # bank.commit((&mut from, &mut to)).await?;
    /// # let ids = [from.id(), to.id()];
    /// let saved = bank.retry(|| async {
    ///     let mut accounts = bank.accounts.get_many(ids).await?;
    ///     for account in &mut accounts {
    ///         account.move_money(1);
    ///     }
    ///     bank.commit(&mut accounts).await?;
    ///     Ok::<_, Box<dyn std::error::Error>>(accounts)
    /// });
    /// assert_eq!(saved.await?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// The operation's own: the first that was not caused by a conflict, or the last.
    ///
    /// # Cancel safety
    ///
    /// That of the operation.
    fn retry<F, T, E, M>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
        E: ErrorChain<M>,
    {
        let store = Arc::clone(self.store());
        async move { retry(&*store, operation).await }
    }

    #[doc = include_str!("application/log.md")]
    fn log(&self) -> LogReader<Self::Event> {
        LogReader::new(Arc::clone(self.store()), log_source::<Self>(), OnUnknown::default())
    }

    #[doc = include_str!("application/trace.md")]
    fn trace(&self, correlation_id: &str) -> impl Future<Output = Result<Trace<Self::Event>, LoadError>> + Send
    where
        Self::Event: Send,
    {
        let log = LogReader::new(Arc::clone(self.store()), log_source::<Self>(), OnUnknown::Keep);
        let correlation_id = correlation_id.to_owned();
        async move { log.trace(&correlation_id).await }
    }

    /// The position of the newest event of the store; 0 if there is none. What `commit` and `save` return is that of their own last event;
    /// an `update` returns what its command does: give this to [`wait_for`](crate::Views::wait_for) after it.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self> }
    /// # #[events] impl Account { #[event(Opened)] pub fn open() -> Self { Self { root: Root::new() } } }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// # pollster::block_on(async {
    /// let bank = Bank::new(MemoryStore::new());
    /// assert_eq!(bank.position().await?, 0);
    /// let position = bank.accounts.save(&mut Account::open()).await?;
    /// assert_eq!(bank.position().await?, position);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`StoreError`] if the store fails.
    ///
    /// # Cancel safety
    ///
    /// Asking changes nothing.
    fn position(&self) -> impl Future<Output = Result<Position, StoreError>> + Send {
        let store = Arc::clone(self.store());
        async move { store.head().await }
    }

    /// Subscribes to the events of all its aggregates under a name, or to those [`of`](Subscribe::of) one kind of them: [`subscription`](crate::subscription)
    /// has an example.
    fn subscribe(&self, name: &str) -> Subscribe<Self::Event>
    where
        Self::Event: Send + 'static,
    {
        Subscribe::new(Arc::clone(self.store()), name, log_source::<Self>())
    }

    #[doc = include_str!("application/import.md")]
    fn import(&self, input: &mut (dyn BufRead + Send)) -> impl Future<Output = Result<Imported, ImportError>> + Send {
        let store = Arc::clone(self.store());
        async move { import(&*store, &log_source::<Self>(), OnUnknown::default(), input).await }
    }

    /// Brings views up to date with the events of this application, and keeps them so, on a thread of its own: [`Views::run`] on its store. [`drive`](Self::drive) is the
    /// same as a future, such as for a task of a runtime.
    ///
    /// # Errors
    ///
    /// By [`RunError`].
    fn run(&self, views: impl Borrow<Views>) -> Result<Running, RunError> {
        views.borrow().run(Arc::clone(self.store()))
    }

    #[doc = include_str!("application/drive.md")]
    fn drive(&self, views: impl Borrow<Views>) -> impl Future<Output = Result<(), RunError>> + Send + 'static {
        views.borrow().drive(Arc::clone(self.store()))
    }

    #[doc = include_str!("application/drive_until.md")]
    fn drive_until<F: Future<Output = ()> + Send + 'static>(
        &self,
        views: impl Borrow<Views>,
        signal: F,
    ) -> impl Future<Output = Result<(), RunError>> + Send + 'static {
        views.borrow().drive_until(Arc::clone(self.store()), signal)
    }

    /// The same without async, on the caller's own thread.
    fn blocking(&self) -> blocking::Application<Self::Event> {
        blocking::Application::new(self.store(), log_source::<Self>())
    }
}
