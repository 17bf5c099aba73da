//! Updating by a command that waits for something.

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{SaveError, UpdateError};
use crate::repository::Repository;
use crate::repository::tries::{Sent, Tries};

impl<A: Aggregate> Repository<A> {
    /// [`update`](Self::update) by a command that waits for something: it takes the aggregate, and returns it with what is to come back.
    ///
    /// The command may run several times, each time on a freshly loaded aggregate, so whatever else it does may happen several times.
    /// While it waits, others may change the aggregate, which is then a conflict: the longer it waits, the more often it runs.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Account { root: Root<Self>, balance: i64 }
    /// # #[events] impl Account {
    /// #     #[event(Opened)] fn open() -> Self { Self { root: Root::new(), balance: 0 } }
    /// #     #[event(Deposited)] fn deposit(&mut self, amount: i64) { self.balance += amount; }
    /// # }
    /// struct Rates;
    /// impl Rates {
    ///     async fn in_euro(&self, amount: i64) -> Result<i64, std::io::Error> { Ok(amount * 9 / 10) }
    /// }
    ///
    /// # pollster::block_on(async {
    /// # let accounts = Repository::<Account>::new(MemoryStore::new());
    /// # let mut account = Account::open();
    /// # accounts.save(&mut account).await?;
    /// # let id = account.id();
    /// let rates = &Rates;
    /// let deposit = |mut account: Account| async move {
    ///     let amount = rates.in_euro(100).await?;
    ///     account.deposit(amount);
    ///     Ok::<_, std::io::Error>((account, amount))
    /// };
    /// assert_eq!(accounts.update_async(id, deposit).await?, 90);
    /// assert_eq!(accounts.get(id).await?.balance, 90);
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update); also [`SaveError::OtherAggregate`] if the command returns another aggregate than it was given. Nothing
    /// was stored then.
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has stored all events of the command or none. The command may have done the rest of what
    /// it does.
    pub async fn update_async<T, E, F>(&self, id: Id<A>, mut command: impl FnMut(A) -> F) -> Result<T, UpdateError<E>>
    where
        F: Future<Output = Result<(A, T), E>>,
    {
        let mut tries = Tries::new(self.tries);
        let mut in_doubt: Option<(A, T)> = None;
        loop {
            let (mut aggregate, value) = if let Some(decided) = in_doubt.take() {
                decided
            } else {
                let aggregate = self.get(id).await.map_err(UpdateError::Load)?;
                command(aggregate).await.map_err(UpdateError::Rejected)?
            };
            if aggregate.id() != id {
                let (stream, returned) = (stream_of(id), stream_of(aggregate.id()));
                return Err(UpdateError::Save(SaveError::OtherAggregate { stream, returned }));
            }
            match tries.send(&**self.store(), &self.options, &mut [&mut aggregate]).await {
                Sent::Done(_) => {
                    return self.check_saved(&aggregate).await.map(|()| value).map_err(UpdateError::Save);
                }
                Sent::InDoubt => in_doubt = Some((aggregate, value)),
                Sent::Outdated => {}
                Sent::Spent(conflict) => return Err(UpdateError::Conflict(conflict)),
                Sent::Failed(error) => return Err(UpdateError::Save(error)),
            }
        }
    }
}
