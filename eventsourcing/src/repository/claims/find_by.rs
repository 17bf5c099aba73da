//! Finding an aggregate by a unique value.

use super::standing::Standing;
use crate::aggregate::{Aggregate, Id, UniqueField, UniqueType, UniqueValue as _};
use crate::error::LoadError;
use crate::repository::Repository;

impl<A: Aggregate> Repository<A> {
    /// Loads the aggregate that holds this value of a unique field, if there is one: by its claim, and without any view, so that whatever was saved is
    /// found, also by a caller that was first to hear of it.
    ///
    /// Values that were there before the field was unique are found once [`claim_all`](Self::claim_all) has claimed them.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Customer { root: Root<Self>, #[aggregate(unique)] email: String }
    /// # #[events] impl Customer {
    /// #     #[event(Registered)] fn register(email: &str) -> Self { Self { root: Root::new(), email: email.to_owned() } }
    /// # }
    /// # pollster::block_on(async {
    /// # let customers = Repository::<Customer>::new(MemoryStore::new());
    /// customers.save(&mut Customer::register("alice@example.org")).await?;
    ///
    /// let alice = customers.find_by(Customer::EMAIL, "alice@example.org").await?;
    /// assert_eq!(alice.expect("she is registered").email, "alice@example.org");
    /// assert!(customers.find_by(Customer::EMAIL, "bob@example.org").await?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// By [`LoadError`], never [`LoadError::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Reading changes nothing.
    pub async fn find_by<T: UniqueType>(
        &self,
        field: UniqueField<A, T>,
        value: impl Into<T::Value>,
    ) -> Result<Option<A>, LoadError> {
        let unique = field.unique();
        let text = value.into().unique_text().into_owned();
        let claim = unique.claim(&text);
        let mut found = Standing::read(&**self.store(), &claim).await?;
        loop {
            let Some(holder) = found.holder else { return Ok(None) };
            let aggregate = self.find(Id::from(holder)).await?;
            let holds = |aggregate: &A| unique.text(aggregate).as_deref() == Some(&*text);
            if let Some(aggregate) = aggregate.filter(holds) {
                return Ok(Some(aggregate));
            }
            // It was passed on between the two reads; or the claim is one that nothing keeps up to date.
            let again = Standing::read(&**self.store(), &claim).await?;
            if again == found {
                return Ok(None);
            }
            found = again;
        }
    }
}
