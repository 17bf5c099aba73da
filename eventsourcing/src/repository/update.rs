//! Loading, deciding and saving, again and again until it is saved.

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{Conflict, LoadError, UpdateError};
use crate::repository::repetition::find_commit;
use crate::repository::save::Saved;
use crate::repository::tries::{Sent, Tries};
use crate::repository::{CommandOutput, CommitOptions, Repository};
use crate::store::Committed;
use crate::stream::Version;

/// How deciding ended.
struct Ended<V, E> {
    result: Result<V, UpdateError<E>>,
    stored: Stored,
}

/// What is stored of what was decided.
enum Stored {
    /// All, or the result says why not.
    Now,
    /// There was nothing to store. Under a given id that may be so because it was stored before.
    Nothing,
    /// Nothing, because a commit under the given id was stored before.
    Before(Committed),
}

impl<A: Aggregate> Repository<A> {
    /// Loads an aggregate, runs a command on it and saves what it recorded; on a conflict, does so again.
    ///
    /// The command may run several times, each time on a freshly loaded aggregate, so it should do nothing but decide.
    /// It returns `()` or a `Result`; what it returns comes back. One that waits for something goes to
    /// [`update_async`](Self::update_async).
    ///
    /// When the store does not know whether it has stored the events ([`OutcomeUnknown`](crate::StoreErrorKind::OutcomeUnknown)), the same
    /// events are sent again under the same commit id, which stores nothing twice. If that stays unknown until the
    /// [tries](Self::tries) are spent, it is the error that comes back, and calling `update` again may do the same twice: use
    /// [`update_with`](Self::update_with) and an id where that matters.
    ///
    /// # Errors
    ///
    /// [`UpdateError::Rejected`] is the command's own error. [`UpdateError::Conflict`] comes when the tries are spent.
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
    /// [`OutcomeUnknown`](crate::StoreErrorKind::OutcomeUnknown), call it again with the same id. Also
    /// [`SaveError::OtherCommit`](crate::SaveError::OtherCommit) if the id is that of a commit of other aggregates, or of the one that created this one, and
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
        let options = options.into().or(&self.options);
        let ended = self.decide(&options, id, None, &mut command).await;
        let Some(commit) = options.id else { return ended.result };
        let first = match ended.stored {
            Stored::Now => None,
            Stored::Before(first) => Some(first),
            Stored::Nothing => {
                let found = find_commit(&**self.store(), commit, true, &stream_of(id), Version::new(0)).await;
                found.map_err(UpdateError::Save)?
            }
        };
        let Some(first) = first else { return ended.result };
        let mut before = self.before(commit, &first, id).await.map_err(UpdateError::Save)?;
        command(&mut before).into_result().map_err(UpdateError::Rejected)
    }

    async fn decide<R: CommandOutput>(
        &self,
        options: &CommitOptions,
        id: Id<A>,
        expected: Option<Version>,
        command: &mut impl FnMut(&mut A) -> R,
    ) -> Ended<R::Value, R::Error> {
        let mut tries = Tries::new(self.tries);
        let mut in_doubt: Option<(A, R::Value)> = None;
        loop {
            let (mut aggregate, value) = match in_doubt.take() {
                Some(decided) => decided,
                None => match self.get(id).await {
                    Err(error) => {
                        let is_there = !matches!(error, LoadError::NotFound { .. });
                        let stored = if is_there { Stored::Now } else { Stored::Nothing };
                        return Ended { result: Err(UpdateError::Load(error)), stored };
                    }
                    Ok(aggregate) if expected.is_some_and(|expected| aggregate.version() != expected) => {
                        let (expected, actual) = (expected.unwrap_or_default(), aggregate.version());
                        let conflict = Conflict::new(stream_of(id), expected, actual);
                        return Ended { result: Err(UpdateError::WrongVersion(conflict)), stored: Stored::Nothing };
                    }
                    Ok(mut aggregate) => match command(&mut aggregate).into_result() {
                        Err(error) => {
                            return Ended { result: Err(UpdateError::Rejected(error)), stored: Stored::Nothing };
                        }
                        Ok(value) => (aggregate, value),
                    },
                },
            };
            let stored = if aggregate.root().pending_len() > 0 { Stored::Now } else { Stored::Nothing };
            match tries.send(&**self.store(), options, &mut [&mut aggregate]).await {
                Sent::Done(Saved::Stored(_)) => {
                    let checked = self.check_saved(&aggregate).await;
                    return Ended { result: checked.map(|()| value).map_err(UpdateError::Save), stored };
                }
                Sent::Done(Saved::Repeated(_, first)) => {
                    return Ended { result: Ok(value), stored: Stored::Before(first) };
                }
                Sent::InDoubt => in_doubt = Some((aggregate, value)),
                Sent::Outdated => {}
                Sent::Spent(conflict) if expected.is_some() => {
                    return Ended { result: Err(UpdateError::WrongVersion(conflict)), stored };
                }
                Sent::Spent(conflict) => return Ended { result: Err(UpdateError::Conflict(conflict)), stored },
                Sent::Failed(error) => return Ended { result: Err(UpdateError::Save(error)), stored },
            }
        }
    }
}
