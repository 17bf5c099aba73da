//! Making aggregates what a commit that is stored already made of them.

use std::ops::ControlFlow;

use crate::aggregate::attempt::Part;
use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::fold::{load, visit_stream};
use crate::repository::stored_commit::{is_stored_as, read_parts};
use crate::repository::{Member, Repository};
use crate::store::{Commit, Committed, EventStore, StoredEvent};
use crate::stream::{CommitId, StreamId};

/// Makes the aggregates what was stored under an id that was used before: all of them, or none. One that is new is the one that was
/// created then with the same events.
///
/// # Errors
///
/// [`SaveError::OtherCommit`] unless these are the aggregates of the stored commit: what is pending of any other would be lost.
pub(super) async fn reload(
    store: &dyn EventStore,
    on_unknown: OnUnknown,
    commit: CommitId,
    first: &Committed,
    members: &mut [&mut dyn Member],
) -> Result<(), SaveError> {
    let mut unmatched = read_parts(store, first).await.map_err(SaveError::Reload)?;
    let other_commit = |stream: StreamId, parts: &[Part]| {
        SaveError::other_commit(commit, stream, parts.first().map(|part| &part.stream))
    };
    let mut sources: Vec<Option<StreamId>> = Vec::new();
    for member in &*members {
        let stream = member.stream();
        let mut same = unmatched.iter().position(|part| part.stream == stream);
        if same.is_none() && is_new(&**member) {
            same = created_alike(store, &unmatched, &**member).await?;
        }
        match same {
            Some(index) => {
                let part = unmatched.remove(index);
                // What an aggregate begins with is no repetition of a change of it, nor the other way round.
                let is_created = part.expected == 0 || member.revives();
                if member.pending() > 0 && is_new(&**member) != is_created {
                    return Err(other_commit(stream, &[part]));
                }
                sources.push(Some(part.stream));
            }
            // Only its version was to be checked.
            None if member.pending() == 0 => sources.push(None),
            None => return Err(other_commit(stream, &unmatched)),
        }
    }
    if let (false, Some(member)) = (unmatched.is_empty(), members.first()) {
        return Err(other_commit(member.stream(), &unmatched));
    }
    let mut loaded = Vec::new();
    for (member, source) in members.iter().zip(sources) {
        loaded.push(member.load(store, source, on_unknown).await.map_err(SaveError::Reload)?);
    }
    for (member, loaded) in members.iter_mut().zip(loaded) {
        member.replace(loaded);
    }
    Ok(())
}

fn is_new(member: &dyn Member) -> bool {
    member.stored().version == 0
}

/// Which part of a stored commit created an aggregate of the same kind with the same events.
async fn created_alike(
    store: &dyn EventStore,
    parts: &[Part],
    member: &dyn Member,
) -> Result<Option<usize>, SaveError> {
    let (stream, pending) = (member.stream(), member.pending());
    let mut staged = Commit::new();
    member.stage(pending, &mut staged)?;
    for (index, part) in parts.iter().enumerate() {
        let is_alike = part.stream.aggregate() == stream.aggregate() && part.expected == 0 && part.events == pending;
        if is_alike && begins_with(store, &part.stream, &staged).await? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Whether a stream begins with these events.
async fn begins_with(store: &dyn EventStore, stream: &StreamId, staged: &Commit) -> Result<bool, SaveError> {
    let mut events = staged.appends().flat_map(|append| append.events());
    let mut is_same = true;
    let mut compare = |stored: StoredEvent<'_>| {
        is_same &= events.next().is_some_and(|event| is_stored_as(&event, &stored));
        ControlFlow::Continue(())
    };
    visit_stream(store, stream.clone(), 1..=staged.len() as u64, &mut compare).await.map_err(SaveError::Reload)?;
    Ok(is_same && events.next().is_none())
}

impl<A: Aggregate> Repository<A> {
    /// The aggregate as it was before a commit that is stored: what was decided then was decided on this.
    pub(super) async fn before(&self, commit: CommitId, first: &Committed, id: Id<A>) -> Result<A, SaveError> {
        let (store, stream) = (&**self.store(), stream_of(id));
        let parts = read_parts(store, first).await.map_err(SaveError::Reload)?;
        let version = match &*parts {
            [part] if part.stream == stream && part.expected > 0 => part.expected,
            others => {
                let other = others.iter().map(|part| &part.stream).find(|other| **other != stream);
                return Err(SaveError::other_commit(commit, stream.clone(), other));
            }
        };
        let before: Option<A> = load(store, id, version, self.on_unknown).await.map_err(SaveError::Reload)?;
        let before = before.ok_or_else(|| SaveError::Reload(LoadError::NotFound { stream: stream.clone() }))?;
        // The commit did not change it: it started the stream again.
        if before.root().is_discarded() { Err(SaveError::other_commit(commit, stream, None)) } else { Ok(before) }
    }
}
