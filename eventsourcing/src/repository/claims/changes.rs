//! What a commit changes of claims, and the commit with it.

use std::collections::HashMap;

use uuid::Uuid;

use super::standing::{Standing, unreadable};
use crate::aggregate::{Aggregate, Held};
use crate::codec::{CLAIM_SCHEMA_VERSION, ClaimEvent};
use crate::error::{CommitError, SaveError};
use crate::store::{Commit, Committed, EventStore};
use crate::stream::{StreamId, Version};

/// How often a commit is sent whose claims are released, and held by others again before it comes.
const TRIES: usize = 16;

/// What a commit changes of claims.
#[derive(Debug, Default)]
pub struct Changes {
    releases: Vec<Change>,
    claims: Vec<Change>,
}

#[derive(Debug)]
struct Change {
    claim: StreamId,
    field: &'static str,
    aggregate: StreamId,
}

/// Why a commit with claims is not stored, or not known to be.
pub(in crate::repository) enum NotStored {
    Commit(CommitError),
    /// The store was not asked, or has answered that it is not stored.
    Refused(SaveError),
}

impl Changes {
    /// Adds those of an aggregate that will hold this.
    pub(in crate::repository) fn add<A: Aggregate>(&mut self, aggregate: &A, stream: &StreamId, held: &Held) {
        let before = aggregate.root().state.held();
        for (index, unique) in A::UNIQUE.iter().enumerate() {
            let (before, after) = (before.get(index), held.get(index));
            if before == after {
                continue;
            }
            let change = |text| Change { claim: unique.claim(text), field: unique.name(), aggregate: stream.clone() };
            self.releases.extend(before.map(change));
            self.claims.extend(after.map(change));
        }
    }

    /// Sends a commit with these changes until it is answered; gives also how many events it has then.
    pub(in crate::repository) async fn commit(
        &self,
        store: &dyn EventStore,
        commit: Commit,
    ) -> Result<(Committed, u64), NotStored> {
        if !self.releases.is_empty() || !self.claims.is_empty() {
            // Boxed, because it is rare and large.
            return Box::pin(self.send(store, &commit)).await;
        }
        let events = commit.len() as u64;
        store.commit(commit).await.map(|committed| (committed, events)).map_err(NotStored::Commit)
    }

    async fn send(&self, store: &dyn EventStore, commit: &Commit) -> Result<(Committed, u64), NotStored> {
        let refused = |claim: &StreamId, error| NotStored::Refused(unreadable(claim, error).into());
        let mut known = Known::default();
        for Change { claim, .. } in &self.releases {
            let standing = Standing::read(store, claim).await.map_err(|error| refused(claim, error))?;
            known.to_release.insert(claim, standing);
        }
        let mut tries = 0;
        loop {
            let sent = self.stage(commit.clone(), &known).map_err(NotStored::Refused)?;
            store.limits().check(&sent).map_err(|error| NotStored::Refused(error.into()))?;
            let events = sent.len() as u64;
            let conflict = match store.commit(sent).await {
                Ok(committed) => return Ok((committed, events)),
                Err(CommitError::Conflict(conflict)) => conflict,
                Err(error) => return Err(NotStored::Commit(error)),
            };
            let mut changes = self.claims.iter().chain(&self.releases);
            let Some(change) = changes.find(|change| change.claim == conflict.stream) else {
                return Err(NotStored::Commit(conflict.into()));
            };
            let standing = Standing::read(store, &change.claim).await.map_err(|error| refused(&change.claim, error))?;
            tries += 1;
            if tries == TRIES {
                let others = standing.last_holder.filter(|holder| *holder != change.aggregate.id());
                return Err(match others {
                    Some(by) => NotStored::Refused(change.taken(by)),
                    None => NotStored::Commit(conflict.into()),
                });
            }
            known.met.insert(&change.claim, standing);
        }
    }

    /// Adds them to a commit: all releases, and then all claims.
    fn stage(&self, mut commit: Commit, known: &Known<'_>) -> Result<Commit, SaveError> {
        // How the claims stand within the commit, where it has changed them.
        let mut staged: HashMap<&StreamId, Standing> = HashMap::new();
        for Change { claim, aggregate, .. } in &self.releases {
            let standing = known.met.get(claim).or_else(|| known.to_release.get(claim)).copied().unwrap_or_default();
            if standing.holder == Some(aggregate.id()) {
                let version = append(&mut commit, claim, standing.version, ClaimEvent::Released)?;
                staged.insert(claim, Standing { version, ..Standing::default() });
            } else {
                // The value was there before the field was unique. That it is not claimed meanwhile is checked.
                commit.append(claim.clone(), standing.version)?;
            }
        }
        for change in &self.claims {
            let (claim, by) = (&change.claim, change.aggregate.id());
            // What a read before the first try has found does not count: if the aggregate was changed since it was loaded, that is a conflict.
            let standing = staged.get(claim).or_else(|| known.met.get(claim)).copied().unwrap_or_default();
            match standing.holder {
                None => {
                    let version = append(&mut commit, claim, standing.version, ClaimEvent::Claimed { by })?;
                    staged.insert(claim, Standing { version, holder: Some(by), last_holder: Some(by) });
                }
                Some(holder) if holder == by => {
                    commit.append(claim.clone(), standing.version)?;
                }
                Some(other) => return Err(change.taken(other)),
            }
        }
        Ok(commit)
    }
}

/// How claims stand, as far as was read.
#[derive(Default)]
struct Known<'c> {
    /// Those that are to be released, before the first try.
    to_release: HashMap<&'c StreamId, Standing>,
    /// Those at which the store has found a conflict.
    met: HashMap<&'c StreamId, Standing>,
}

impl Change {
    fn taken(&self, by: Uuid) -> SaveError {
        SaveError::Taken { stream: self.aggregate.clone(), field: self.field, by }
    }
}

/// Adds an event of a claim, and gives the version that it is at then.
pub(super) fn append(
    commit: &mut Commit,
    claim: &StreamId,
    expected: Version,
    event: ClaimEvent,
) -> Result<Version, SaveError> {
    let append = commit.append(claim.clone(), expected)?;
    append.event(event.name(), CLAIM_SCHEMA_VERSION, event.payload().as_bytes())?;
    Ok(expected.next())
}
