//! Loading an aggregate, or creating it if there is none.

use std::convert::Infallible;

use crate::aggregate::{Aggregate, Id};
use crate::error::UpdateError;
use crate::repository::Repository;
use crate::repository::pipeline::other_aggregate;
use crate::repository::tries::{Sent, Tries};

impl<A: Aggregate> Repository<A> {
    /// Loads an aggregate; if there is none, creates and saves it. Of several that do so at once, one creates it and the others load it.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Cart { root: Root<Self>, owner: String }
    /// # #[events] impl Cart {
    /// #     #[event(Opened)] fn open(owner: &str) -> Self { Self { root: Root::named(owner), owner: owner.to_owned() } }
    /// # }
    /// # pollster::block_on(async {
    /// # let carts = Repository::<Cart>::new(MemoryStore::new());
    /// for _ in 0..2 {
    ///     let cart = carts.get_or_create(Id::named("alice"), || Cart::open("alice")).await?;
    ///     assert_eq!(cart.owner, "alice");
    ///     assert_eq!(cart.version(), 1);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`UpdateError::Load`] and [`UpdateError::Save`], the latter with
    /// [`SaveError::OtherAggregate`](crate::SaveError::OtherAggregate) if what is created has another id;
    /// [`UpdateError::Conflict`] when others were first until the [deadline](Self::deadline).
    ///
    /// # Panics
    ///
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped before it is done has created the aggregate or not; call it again.
    pub async fn get_or_create(&self, id: Id<A>, create: impl FnOnce() -> A) -> Result<A, UpdateError<Infallible>> {
        if let Some(found) = self.find(id).await.map_err(UpdateError::Load)? {
            return Ok(found);
        }
        let mut created = create();
        if created.id() != id {
            return Err(UpdateError::Save(other_aggregate(id, &created)));
        }
        let mut tries = Tries::new(self.deadline);
        loop {
            match tries.send(&**self.store(), &self.options, &mut [&mut created]).await {
                Sent::Done(_) => {
                    return self.check_saved(&created).await.map(|()| created).map_err(UpdateError::Save);
                }
                Sent::InDoubt => {}
                Sent::Outdated => {
                    if let Some(found) = self.find(id).await.map_err(UpdateError::Load)? {
                        return Ok(found);
                    }
                }
                Sent::Spent(conflict) => {
                    let found = self.find(id).await.map_err(UpdateError::Load)?;
                    return found.ok_or(UpdateError::Conflict(conflict));
                }
                Sent::Failed(error) => return Err(UpdateError::Save(error)),
            }
        }
    }
}
