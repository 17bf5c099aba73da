//! Loading, deciding and saving, again and again until it is saved.

use crate::aggregate::{Aggregate, Id};
use crate::error::UpdateError;
use crate::repository::{CommandOutput, CommitOptions, Repository};
use crate::stream::Version;

impl<A: Aggregate> Repository<A> {
    /// Loads an aggregate, runs a command on it and saves what it recorded; on a conflict, does so again.
    ///
    /// The command may run several times, each time on the aggregate as its events made it, so it should do nothing but decide.
    /// It returns `()` or a `Result`; what it returns comes back. One that waits for something goes to
    /// [`update_async`](Self::update_async).
    ///
    /// Updates of one aggregate in one process come in turns, first come, first served, through whatever handle on the store. Each decides on what the one
    /// before has decided, also if that is not stored yet, and is stored only after it; those that wait share a sync. So each command runs about once, however many
    /// callers there are. What comes back, a refusal too, rests on nothing that is not stored. If what it was decided on turns out not to be stored, it
    /// is decided again.
    ///
    /// Tries end by time: after 10 s, or the [`deadline`](Self::deadline) of the repository.
    ///
    /// When the store does not know whether it has stored the events ([`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown)), the same
    /// events are sent again under the same commit id, which stores nothing twice. If that stays unknown until the
    /// deadline, it is the error that comes back, and calling `update` again may do the same twice: use
    /// [`update_with`](Self::update_with) and an id where that matters.
    ///
    /// # Errors
    ///
    /// [`UpdateError::Rejected`] is the command's own error. [`UpdateError::Conflict`] comes when others were first until the deadline.
    /// Both mean that nothing was stored, and so does [`UpdateError::Load`]. [`UpdateError::Save`] is any other failure
    /// to save; see [`SaveError`](crate::SaveError).
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored all events of the command or none.
    pub async fn update<R: CommandOutput>(
        &self,
        id: Id<A>,
        mut command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        self.decide(&self.options, id, None, &mut command).await.result
    }

    /// [`update`](Self::update) of an aggregate that must be at this version, such as that of the `If-Match` of a request: what the caller
    /// has seen of it is what the command decides on.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// # pollster::block_on(async {
    /// # let accounts = Repository::<Account>::new(MemoryStore::new());
    /// # let mut account = Account::open();
    /// # accounts.save(&mut account).await?;
    /// # let id = account.id();
    /// let seen = accounts.get(id).await?.version();
    /// accounts.update_at(id, seen, |account| account.deposit(5)).await?;
    /// let again = accounts.update_at(id, seen, |account| account.deposit(5)).await;
    /// assert!(matches!(again, Err(UpdateError::WrongVersion(conflict)) if conflict.actual == seen + 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update); [`UpdateError::WrongVersion`] if the aggregate is at another version, or comes to one before it is saved.
    /// It is never [`UpdateError::Conflict`], and no [`retry`](crate::Application::retry) tries it again.
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub async fn update_at<R: CommandOutput>(
        &self,
        id: Id<A>,
        expected: impl Into<Version>,
        mut command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        self.decide(&self.options, id, Some(expected.into()), &mut command).await.result
    }

    /// [`update`](Self::update) under a commit id or metadata of the caller's; metadata given here stands for that of the repository.
    ///
    /// Give it a [`CommitId`](crate::CommitId) that belongs to what is to be done, such as the id of a request: however often it is called with
    /// the id, also by other processes and after a crash, the events of the command are stored once.
    ///
    /// A repetition stores nothing. The command runs on the aggregate as it was before the first commit under the id, and what it returns comes
    /// back: a command that depends on nothing but the aggregate returns what it returned the first time, whatever has happened since, also
    /// when it would be rejected now, and when the aggregate was discarded. (As a repetition is only noticed when the store is asked, the
    /// command may have run on the aggregate as it is now before that.) A call that stored nothing leaves no trace of its id.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// # pollster::block_on(async {
    /// # let accounts = Repository::<Account>::new(MemoryStore::new());
    /// # let mut account = Account::open();
    /// # accounts.save(&mut account).await?;
    /// # let id = account.id();
    /// let request = CommitId::named("request 17");
    /// for _ in 0..2 {
    ///     let deposit = |account: &mut Account| {
    ///         account.deposit(5);
    ///         Ok::<_, std::convert::Infallible>(account.balance)
    ///     };
    ///     assert_eq!(accounts.update_with(request, id, deposit).await?, 5);
    ///     accounts.update(id, |account| account.deposit(100)).await?;
    /// }
    /// assert_eq!(accounts.get(id).await?.balance, 205);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), where "nothing was stored" is said of this call. After
    /// [`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown), call it again with the same id. Also
    /// [`SaveError::OtherCommit`](crate::SaveError::OtherCommit) if the id is that of a commit of other aggregates, or of the one that created this one,
    /// [`SaveError::OtherFingerprint`](crate::SaveError::OtherFingerprint) if it stands for something else, and
    /// [`SaveError::Reload`](crate::SaveError::Reload) if the aggregate as it was cannot be loaded.
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored all events of the command or none; call it again with the same id.
    pub async fn update_with<R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        id: Id<A>,
        mut command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        self.decide_once(&options.into().or(&self.options), id, None, &mut command).await
    }

    /// [`update_at`](Self::update_at) under a commit id or metadata of the caller's: what [`update_with`](Self::update_with) is to [`update`](Self::update).
    ///
    /// A repetition returns what the first call returned, although the aggregate is at another version since: by the first call, and also by
    /// others after it. The version that it expects is not compared then; where another version makes another request, put it into the
    /// [fingerprint](CommitOptions::fingerprint).
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// # pollster::block_on(async {
    /// # let accounts = Repository::<Account>::new(MemoryStore::new());
    /// # let mut account = Account::open();
    /// # accounts.save(&mut account).await?;
    /// # let id = account.id();
    /// let (request, seen) = (CommitId::named("request 17"), accounts.get(id).await?.version());
    /// for _ in 0..2 {
    ///     accounts.update_at_with(request, id, seen, |account| account.deposit(5)).await?;
    /// }
    /// assert_eq!(accounts.get(id).await?.balance, 5);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update_with`](Self::update_with); [`UpdateError::WrongVersion`] as [`update_at`](Self::update_at), if no commit is stored under the id.
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// As [`update_with`](Self::update_with).
    pub async fn update_at_with<R: CommandOutput>(
        &self,
        options: impl Into<CommitOptions>,
        id: Id<A>,
        expected: impl Into<Version>,
        mut command: impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        self.decide_once(&options.into().or(&self.options), id, Some(expected.into()), &mut command).await
    }

    /// Decides under these options; on what the first was decided on, if this is a repetition.
    async fn decide_once<R: CommandOutput>(
        &self,
        options: &CommitOptions,
        id: Id<A>,
        expected: Option<Version>,
        command: &mut impl FnMut(&mut A) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        let ended = self.decide(options, id, expected, command).await;
        let Some(commit) = options.id else { return ended.result };
        let first = ended.stored.find_first(&**self.store(), options).await.map_err(UpdateError::Save)?;
        let Some(first) = first else { return ended.result };
        let mut before = self.before(commit, &first, id).await.map_err(UpdateError::Save)?;
        command(&mut before).into_result().map_err(UpdateError::Rejected)
    }
}
