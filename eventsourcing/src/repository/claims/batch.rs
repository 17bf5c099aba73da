//! Claims that are stored together, for values that are there.

use std::collections::HashSet;
use std::convert::Infallible;

use uuid::Uuid;

use super::changes::append;
use super::report::{ClaimReport, Duplicate};
use crate::aggregate::{Aggregate, Id, stream_of};
use crate::codec::ClaimEvent;
use crate::error::{LoadError, SaveError, UpdateError};
use crate::store::Commit;
use crate::stream::{StreamId, Version};

/// How many claims go into one commit.
const MOST: usize = 128;

pub(super) type Failed = UpdateError<Infallible>;

/// A claim to be stored, if its aggregate is still at this version.
pub(super) struct NewClaim {
    pub(super) by: Uuid,
    pub(super) version: Version,
    pub(super) claim: StreamId,
    pub(super) expected: Version,
}

/// What was found of an aggregate.
pub(super) struct Seen<A> {
    pub(super) found: u64,
    pub(super) duplicates: Vec<Duplicate<A>>,
    pub(super) claims: Vec<NewClaim>,
}

impl<A> Default for Seen<A> {
    fn default() -> Self {
        Self { found: 0, duplicates: Vec::new(), claims: Vec::new() }
    }
}

impl<A> ClaimReport<A> {
    pub(super) fn add(&mut self, seen: Seen<A>) {
        self.found += seen.found;
        self.duplicates.extend(seen.duplicates);
    }
}

/// Claims that go into one commit, and of which aggregates.
pub(super) struct Batch<A> {
    pub(super) seen: Vec<(Id<A>, Seen<A>)>,
    pub(super) claims: Vec<NewClaim>,
    /// The claims, once more.
    streams: HashSet<StreamId>,
}

impl<A> Default for Batch<A> {
    fn default() -> Self {
        Self { seen: Vec::new(), claims: Vec::new(), streams: HashSet::new() }
    }
}

impl<A> Batch<A> {
    /// Whether there is room for the claims of one more aggregate, and none of them is in it, as that of another.
    pub(super) fn takes(&self, seen: &Seen<A>) -> bool {
        self.claims.len() < MOST && !seen.claims.iter().any(|new| self.streams.contains(&new.claim))
    }

    pub(super) fn push(&mut self, id: Id<A>, mut seen: Seen<A>) {
        self.streams.extend(seen.claims.iter().map(|new| new.claim.clone()));
        self.claims.append(&mut seen.claims);
        self.seen.push((id, seen));
    }
}

/// The commit of these claims, each of which is stored only if its aggregate is as it was read.
pub(super) fn commit_of<A: Aggregate>(claims: &[NewClaim]) -> Result<Commit, Failed> {
    let mut commit = Commit::new();
    for new in claims {
        commit.append(stream_of::<A>(Id::from(new.by)), new.version).map_err(not_saved)?;
        append(&mut commit, &new.claim, new.expected, ClaimEvent::Claimed { by: new.by }).map_err(UpdateError::Save)?;
    }
    Ok(commit)
}

pub(super) fn failed(error: impl Into<LoadError>) -> Failed {
    UpdateError::Load(error.into())
}

pub(super) fn not_saved(error: impl Into<SaveError>) -> Failed {
    UpdateError::Save(error.into())
}
