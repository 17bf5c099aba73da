//! Updating by a command that waits for something.

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::UpdateError;
use crate::repository::Repository;
use crate::repository::pipeline::{check_same, get_in_turn, lend};
use crate::repository::tries::{Sent, Tries};
use crate::store::take_place;

impl<A: Aggregate> Repository<A> {
    /// [`update`](Self::update) by a command that waits for something: it takes the aggregate, and returns it with what is to come back.
    ///
    /// The command may run several times, each time on a freshly loaded aggregate, so whatever else it does may happen several times.
    /// While it waits, others may change the aggregate, which is then a conflict: it runs again, in its turn among the [updates](Self::update) of the
    /// aggregate, which wait for it for 50 ms.
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
    /// As [`update`](Self::update); also [`SaveError::OtherAggregate`](crate::SaveError::OtherAggregate) if the command returns another aggregate than it was given, or the
    /// same one as it was loaded elsewhere. Nothing was stored then.
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
        let (mut tries, store) = (Tries::new(self.deadline), &**self.store());
        // A command that waits would hold up the others, so the first try takes no turn.
        let mut place = None;
        loop {
            let loaded = get_in_turn(store, place.as_mut(), id, self.on_unknown).await;
            let mut aggregate = loaded.map_err(UpdateError::Load)?;
            let mark = lend(&mut aggregate);
            let (mut aggregate, value) = command(aggregate).await.map_err(UpdateError::Rejected)?;
            check_same(id, mark, &aggregate).map_err(UpdateError::Save)?;
            loop {
                match tries.send_once(store, &self.options, &mut [&mut aggregate]).await {
                    Sent::Done(_) => {
                        return self.check_saved(&aggregate).await.map(|()| value).map_err(UpdateError::Save);
                    }
                    Sent::InDoubt => {
                        place = None;
                        tries.wait().await;
                    }
                    Sent::Outdated => break,
                    Sent::Spent(conflict) => return Err(UpdateError::Conflict(conflict)),
                    Sent::Failed(error) => return Err(UpdateError::Save(error)),
                }
            }
            drop(place);
            tries.wait().await;
            let mut next = take_place(store, stream_of(id));
            place = next.wait().await.then_some(next);
        }
    }
}
