//! Several repositories over one store, and one commit of several aggregates.

use std::sync::Arc;

use crate::aggregate::Aggregate;
use crate::blocking;
use crate::error::{SaveError, UpdateError};
use crate::event::Unknown;
use crate::repository::{
    AggregateSchema, CommandOutput, CommitOptions, CommitSet, Ids, Repository, Sources, retry, save, update_several,
};
use crate::store::EventStore;
use crate::stream::Position;

/// A part of an application that is made from its store: a [`Repository`], or an application of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an application",
    label = "not a repository",
    note = "the fields of an application are `Repository<..>`s, or other applications"
)]
pub trait FromStore: Sized {
    /// The stored names of the aggregates that it keeps.
    const AGGREGATES: &'static [&'static str];

    /// What the events of its aggregates are stored as.
    fn aggregate_schemas() -> Vec<AggregateSchema>;

    /// The part, over this store.
    fn from_store(store: &Arc<dyn EventStore>) -> Self;

    /// The store that it is over.
    fn store(&self) -> &Arc<dyn EventStore>;
}

impl<A: Aggregate> FromStore for Repository<A> {
    const AGGREGATES: &'static [&'static str] = &[A::NAME];

    fn aggregate_schemas() -> Vec<AggregateSchema> {
        vec![AggregateSchema::of::<A>()]
    }

    fn from_store(store: &Arc<dyn EventStore>) -> Self {
        Self::over(Arc::clone(store))
    }

    fn store(&self) -> &Arc<dyn EventStore> {
        Self::store(self)
    }
}

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
    /// The application over this store. A clone of the store, or an `Arc` of it, is a handle on the same store.
    fn new(store: impl EventStore) -> Self {
        let store: Arc<dyn EventStore> = Arc::new(store);
        Self::from_store(&store)
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
    /// not one of these aggregates, all of them and no other.
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
        async move { save(&*store, &options, Unknown::Refuse, aggregates).await }
    }

    /// Loads several aggregates, runs a command on them and saves what it recorded in one commit; on a conflict, does so again.
    ///
    /// The command may run several times, each time on freshly loaded aggregates. An aggregate on which it records nothing must still be at
    /// the version that it was loaded at when the others are saved.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] pub fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Moved)] pub fn move_money(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// # pollster::block_on(async {
    /// # let bank = Bank::new(MemoryStore::new());
    /// # let (mut from, mut to) = (Account::open(), Account::open());
    /// # bank.commit((&mut from, &mut to)).await?;
    /// # let (from, to) = (from.id(), to.id());
    /// bank.update((from, to), |(from, to)| {
    ///     from.move_money(-5);
    ///     to.move_money(5);
    /// })
    /// .await?;
    /// assert_eq!(bank.accounts.get(to).await?.balance, 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Repository::update`]; [`LoadError::Duplicate`](crate::LoadError::Duplicate) if an id is given twice.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored all events of the command or none.
    fn update<I: Ids, R: CommandOutput>(
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

    /// Does something that ends in a conflict again, until it does not: loading, deciding and saving that no `update` covers.
    ///
    /// Whatever error has a [`Conflict`](crate::Conflict) among its sources is tried again, 32 times at most. Load within the operation what
    /// it decides on; what else it does may happen several times.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] pub struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] pub fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Moved)] pub fn move_money(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// # #[derive(Application)] pub struct Bank { pub accounts: Repository<Account> }
    /// # pollster::block_on(async {
    /// # let bank = Bank::new(MemoryStore::new());
    /// # let (mut from, mut to) = (Account::open(), Account::open());
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
        E: Sources<M>,
    {
        retry(operation)
    }

    /// [`commit`](Self::commit) without async, on the caller's own thread.
    fn blocking(&self) -> blocking::Application {
        blocking::Application::new(self.store())
    }
}
