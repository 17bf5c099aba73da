//! Making aggregates what a commit that is stored already made of them.

use std::ops::ControlFlow;

use crate::aggregate::attempt::Part;
use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::fold::{load, visit_stream};
use crate::repository::stored_commit::{anywhere, is_stored_as, read_parts};
use crate::repository::{Member, Repository};
use crate::store::{Commit, Committed, EventStore, StoredEvent, StreamRead};
use crate::stream::{CommitId, Position, StreamId, Version};

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

/// A commit that is stored under an id that is used again.
#[derive(Debug)]
pub struct Repeated<'c> {
    commit: CommitId,
    first: &'c Committed,
    parts: Vec<Part>,
}

impl<'c> Repeated<'c> {
    /// One of these streams and no other.
    ///
    /// # Errors
    ///
    /// [`SaveError::OtherCommit`] if it is another commit, and [`SaveError::Reload`] if it cannot be read.
    pub(super) async fn of(
        store: &dyn EventStore,
        commit: CommitId,
        first: &'c Committed,
        streams: &[StreamId],
    ) -> Result<Self, SaveError> {
        let parts = read_parts(store, first).await.map_err(SaveError::Reload)?;
        match parts.iter().find(|part| !streams.contains(&part.stream)) {
            Some(other) => Err(other_commit(commit, streams, Some(&other.stream))),
            None => Ok(Self { commit, first, parts }),
        }
    }

    /// That the stored commit changed each of these streams.
    ///
    /// # Errors
    ///
    /// [`SaveError::OtherCommit`] if one of them is not in it: what was recorded on that one is stored nowhere.
    pub(super) fn check_changed(&self, mut streams: impl Iterator<Item = StreamId>) -> Result<(), SaveError> {
        let is_missing = |stream: &StreamId| self.parts.iter().all(|part| part.stream != *stream);
        match streams.find(is_missing) {
            Some(stream) => {
                let stored = self.parts.first().map(|part| &part.stream);
                Err(SaveError::other_commit(self.commit, stream, stored))
            }
            None => Ok(()),
        }
    }

    /// An aggregate as it was before: what was decided then was decided on this.
    pub(super) async fn before<A: Aggregate>(
        &self,
        store: &dyn EventStore,
        id: Id<A>,
        on_unknown: OnUnknown,
    ) -> Result<A, SaveError> {
        let before = self.find_before(store, id, on_unknown).await?;
        // The commit did not change it: it created it, or started its stream again.
        let before = before.filter(|before: &A| !before.root().is_discarded());
        before.ok_or_else(|| SaveError::other_commit(self.commit, stream_of(id), None))
    }

    /// The same of one that may not have been there, or may have been discarded.
    pub(super) async fn find_before<A: Aggregate>(
        &self,
        store: &dyn EventStore,
        id: Id<A>,
        on_unknown: OnUnknown,
    ) -> Result<Option<A>, SaveError> {
        let stream = stream_of(id);
        let version = match self.parts.iter().find(|part| part.stream == stream) {
            Some(part) => part.expected,
            None => version_at(store, &stream, self.first.first).await.map_err(SaveError::Reload)?,
        };
        if version == 0 {
            return Ok(None);
        }
        let before: Option<A> = load(store, id, version, on_unknown).await.map_err(SaveError::Reload)?;
        before.map(Some).ok_or(SaveError::Reload(LoadError::NotFound { stream }))
    }
}

fn other_commit(commit: CommitId, streams: &[StreamId], other: Option<&StreamId>) -> SaveError {
    let stream = streams.first().cloned().unwrap_or_else(anywhere);
    SaveError::other_commit(commit, stream, other)
}

/// The version that a stream was at before this position.
async fn version_at(store: &dyn EventStore, stream: &StreamId, position: Position) -> Result<Version, LoadError> {
    let mut read = StreamRead::new(stream.clone()).backward();
    loop {
        let mut version = Version::default();
        let mut visit = |stored: StoredEvent<'_>| {
            if stored.position >= position {
                return ControlFlow::Continue(());
            }
            version = stored.version;
            ControlFlow::Break(())
        };
        let page = store.read_stream(read.clone(), &mut visit).await?;
        if version > 0 || !page.more || page.reached <= 1 {
            return Ok(version);
        }
        read = read.versions(..=page.reached.previous());
    }
}

impl<A: Aggregate> Repository<A> {
    /// The aggregate as it was before a commit that is stored.
    pub(super) async fn before(&self, commit: CommitId, first: &Committed, id: Id<A>) -> Result<A, SaveError> {
        let store = &**self.store();
        let repeated = Repeated::of(store, commit, first, &[stream_of(id)]).await?;
        repeated.before(store, id, self.on_unknown).await
    }
}
