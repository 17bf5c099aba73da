//! Claiming the values that are there, for a field that became unique later.

use std::convert::Infallible;

use super::batch::{Batch, Failed, NewClaim, Seen, commit_of, failed, not_saved};
use super::changes::append;
use super::report::{ClaimReport, Duplicate};
use super::standing::Standing;
use crate::aggregate::{Aggregate, Id, Unique, stream_of};
use crate::codec::ClaimEvent;
use crate::error::{CommitError, LoadError, ReadError, UpdateError};
use crate::log::OnUnknown;
use crate::repository::fold::load;
use crate::repository::{Repository, Tries};
use crate::store::{Commit, StreamList};
use crate::stream::{StreamId, Version};

impl<A: Aggregate> Repository<A> {
    /// Claims the values of unique fields that are there and not claimed: to be called once after `#[aggregate(unique)]` was written on a field of
    /// aggregates that exist, and after an import without claims. The report lists the values that several aggregates have.
    ///
    /// Claims of aggregates that do not have the value are released, as they are left by a release that does not have the field unique. It may be called
    /// again, and beside those that save: each claim is stored only if its aggregate is as it was read. Programs of the release before do not claim what
    /// they save: call it when they have ended.
    ///
    /// ```
    /// # use eventsourcing::prelude::*;
    /// # #[derive(Aggregate)] struct Customer { root: Root<Self>, #[aggregate(unique)] email: String }
    /// # #[events] impl Customer {
    /// #     #[event(Registered)] fn register(email: &str) -> Self { Self { root: Root::new(), email: email.to_owned() } }
    /// # }
    /// # pollster::block_on(async {
    /// # let customers = Repository::<Customer>::new(MemoryStore::new());
    /// let report = customers.claim_all().await?;
    /// for duplicate in &report.duplicates {
    ///     println!("{} `{}` is that of {} and of {}", duplicate.field, duplicate.value, duplicate.holder, duplicate.other);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`UpdateError::Load`], whatever the repository does with [unknown events](Self::on_unknown), if an aggregate has one: what it holds is not known. Also [`UpdateError::Save`]; [`UpdateError::Conflict`] when others were first until the [deadline](Self::deadline). What was
    /// claimed before stays claimed: call it again.
    ///
    /// # Cancel safety
    ///
    /// What was claimed when the future is dropped stays claimed.
    pub async fn claim_all(&self) -> Result<ClaimReport<A>, UpdateError<Infallible>> {
        let mut report = ClaimReport::default();
        if A::UNIQUE.is_empty() {
            return Ok(report);
        }
        for (field, unique) in A::UNIQUE.iter().enumerate() {
            self.release_unheld(field, unique, &mut report).await?;
        }
        let mut ids = self.ids();
        let mut batch = Batch::default();
        loop {
            let page = ids.next_page().await.map_err(UpdateError::Load)?;
            if page.is_empty() {
                break;
            }
            for id in page {
                let mut seen = self.look_at(id).await.map_err(UpdateError::Load)?;
                if !batch.takes(&seen) {
                    self.store_batch(std::mem::take(&mut batch), &mut report).await?;
                    seen = self.look_at(id).await.map_err(UpdateError::Load)?;
                }
                batch.push(id, seen);
            }
        }
        self.store_batch(batch, &mut report).await?;
        Ok(report)
    }

    /// Releases the claims on a field that are not held by aggregates that have the value.
    async fn release_unheld(
        &self,
        field: usize,
        unique: &'static Unique<A>,
        report: &mut ClaimReport<A>,
    ) -> Result<(), Failed> {
        let mut list = StreamList::new(unique.kind());
        loop {
            let page = self.store().list_streams(list.clone()).await.map_err(|error| failed(ReadError::from(error)))?;
            for id in &page.ids {
                let claim = StreamId::new(unique.kind(), *id);
                let mut tries = Tries::new(self.deadline);
                while let Some(commit) = self.release_of(field, &claim).await? {
                    match self.store().commit(commit).await {
                        Ok(_) => report.released += 1,
                        Err(error) => wait_after(error, &mut tries).await?,
                    }
                }
            }
            match page.ids.last() {
                Some(end) if page.more => list = list.after(*end),
                _ => return Ok(()),
            }
        }
    }

    /// The commit that releases a claim, if its holder does not have the value.
    async fn release_of(&self, field: usize, claim: &StreamId) -> Result<Option<Commit>, Failed> {
        let store = &**self.store();
        let standing = Standing::read(store, claim).await.map_err(UpdateError::Load)?;
        let Some(holder) = standing.holder else { return Ok(None) };
        let id = Id::from(holder);
        let found: Option<A> = load(store, id, Version::MAX, OnUnknown::Error).await.map_err(UpdateError::Load)?;
        let has_it = |aggregate: &A| claims_of(aggregate).any(|(of, _, held)| of == field && held == *claim);
        if found.as_ref().is_some_and(has_it) {
            return Ok(None);
        }
        let version = found.map_or(Version::default(), |aggregate| aggregate.root().state.stored().version);
        let mut commit = Commit::new();
        commit.append(stream_of(id), version).map_err(not_saved)?;
        append(&mut commit, claim, standing.version, ClaimEvent::Released).map_err(UpdateError::Save)?;
        Ok(Some(commit))
    }

    /// What is to be claimed for an aggregate.
    async fn look_at(&self, id: Id<A>) -> Result<Seen<A>, LoadError> {
        let (store, mut seen) = (&**self.store(), Seen::default());
        let Some(aggregate) = load::<A>(store, id, Version::MAX, OnUnknown::Error).await? else { return Ok(seen) };
        let version = aggregate.root().state.stored().version;
        for (field, value, claim) in claims_of(&aggregate).collect::<Vec<_>>() {
            let standing = Standing::read(store, &claim).await?;
            match standing.holder {
                Some(holder) if holder == id.as_uuid() => seen.found += 1,
                Some(holder) => {
                    let field = A::UNIQUE.get(field).map_or("", Unique::name);
                    seen.duplicates.push(Duplicate { field, value, holder: holder.into(), other: id });
                }
                None => seen.claims.push(NewClaim { by: id.as_uuid(), version, claim, expected: standing.version }),
            }
        }
        Ok(seen)
    }

    /// Stores the claims of a batch; if something has changed meanwhile, those of each aggregate by itself.
    async fn store_batch(&self, batch: Batch<A>, report: &mut ClaimReport<A>) -> Result<(), Failed> {
        let commit = commit_of::<A>(&batch.claims)?;
        match self.store().commit(commit).await {
            Ok(_) => {
                report.claimed += batch.claims.len() as u64;
                batch.seen.into_iter().for_each(|(_, seen)| report.add(seen));
                return Ok(());
            }
            Err(CommitError::Conflict(_)) => {}
            Err(error) => return Err(not_saved(error)),
        }
        for (id, _) in batch.seen {
            let mut tries = Tries::new(self.deadline);
            loop {
                let mut seen = self.look_at(id).await.map_err(UpdateError::Load)?;
                let claims = std::mem::take(&mut seen.claims);
                match self.store().commit(commit_of::<A>(&claims)?).await {
                    Ok(_) => {
                        report.claimed += claims.len() as u64;
                        report.add(seen);
                        break;
                    }
                    Err(error) => wait_after(error, &mut tries).await?,
                }
            }
        }
        Ok(())
    }
}

/// What an aggregate has to claim: the number of the field, the text of its value, and the claim.
fn claims_of<A: Aggregate>(aggregate: &A) -> impl Iterator<Item = (usize, String, StreamId)> {
    let is_there = !aggregate.root().state.is_discarded();
    let fields = A::UNIQUE.iter().enumerate().filter(move |_| is_there);
    fields.filter_map(|(field, unique)| {
        let text = unique.text(aggregate)?;
        Some((field, text.clone().into_owned(), unique.claim(&text)))
    })
}

/// After a conflict, waits until it is time for the next try.
async fn wait_after(error: CommitError, tries: &mut Tries) -> Result<(), Failed> {
    match error {
        CommitError::Conflict(conflict) if !tries.is_left() => Err(UpdateError::Conflict(conflict)),
        CommitError::Conflict(_) => {
            tries.wait().await;
            Ok(())
        }
        CommitError::Store(_) | CommitError::PrecedingNotStored => Err(not_saved(error)),
    }
}
