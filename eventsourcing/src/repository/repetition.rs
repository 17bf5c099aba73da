//! What is known of a commit that is stored already.

use std::ops::ControlFlow;

use crate::aggregate::{Aggregate, Id, stream_of};
use crate::error::{CommitError, LoadError, SaveError};
use crate::event::Unknown;
use crate::repository::fold::load;
use crate::repository::save::empty;
use crate::repository::{Member, Repository};
use crate::store::{Committed, EventStore, LogRead, StoredEvent};
use crate::stream::{CommitId, StreamId, Version};

/// Looks for a stored commit, by sending one under its id that no store can store, because no stream comes to the version that it expects.
/// `stream` and `expected` say where the first event of the commit would stand.
pub(super) async fn find_commit(
    store: &dyn EventStore,
    id: CommitId,
    given: bool,
    stream: &StreamId,
    expected: Version,
) -> Result<Option<Committed>, SaveError> {
    let mut question = empty(id, given, None)?;
    question.append(stream.clone(), Version::MAX)?;
    question.append(stream.clone(), expected)?.event("?", 1, b"{}")?;
    match store.commit(question).await {
        Ok(committed) => Ok(Some(committed).filter(|committed| committed.repeated)),
        Err(CommitError::Conflict(_)) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Makes the aggregates what was stored under an id that was used before: all of them, or none. One that is new is the one that was
/// created then, in its place.
pub(super) async fn reload(
    store: &dyn EventStore,
    unknown: Unknown,
    id: Option<CommitId>,
    first: &Committed,
    members: &mut [&mut dyn Member],
) -> Result<(), SaveError> {
    let is_new = |member: &dyn Member| member.stored().version == 0;
    let known: Vec<StreamId> =
        members.iter().filter(|member| !is_new(&***member)).map(|member| member.stream()).collect();
    let streams = streams(store, first).await.map_err(SaveError::Reload)?;
    if let (Some(commit), Some(stream)) = (id, known.first())
        && known.len() == members.len()
        && !streams.iter().any(|(stream, _)| known.contains(stream))
    {
        return Err(SaveError::OtherCommit { commit, stream: stream.clone() });
    }
    let mut created = streams.into_iter().map(|(stream, _)| stream).filter(|stream| !known.contains(stream));
    let mut loaded = Vec::new();
    for member in &*members {
        let stream = if is_new(&**member) { created.next() } else { None };
        loaded.push(member.load(store, stream, unknown).await.map_err(SaveError::Reload)?);
    }
    for (member, loaded) in members.iter_mut().zip(loaded) {
        member.replace(loaded);
    }
    Ok(())
}

/// The streams of a commit, in their order, and the version of the first event of each in it.
async fn streams(store: &dyn EventStore, committed: &Committed) -> Result<Vec<(StreamId, Version)>, LoadError> {
    let mut streams: Vec<(StreamId, Version)> = Vec::new();
    let mut after = committed.first - 1;
    loop {
        let mut visit = |event: StoredEvent<'_>| {
            if event.position > committed.last {
                return ControlFlow::Break(());
            }
            if streams.last().is_none_or(|(last, _)| last != event.stream) {
                streams.push((event.stream.clone(), event.version));
            }
            ControlFlow::Continue(())
        };
        let page = store.read_log(LogRead::after(after), &mut visit).await?;
        after = page.reached;
        if !page.more || after >= committed.last {
            return Ok(streams);
        }
    }
}

impl<A: Aggregate> Repository<A> {
    /// The aggregate as it was before a commit that is stored: what was decided then was decided on this.
    pub(super) async fn before(&self, commit: CommitId, first: &Committed, id: Id<A>) -> Result<A, SaveError> {
        let (store, stream) = (&**self.store(), stream_of(id));
        let streams = streams(store, first).await.map_err(SaveError::Reload)?;
        let version = streams.iter().find(|(of, _)| *of == stream).map_or(0, |(_, version)| version - 1);
        if version == 0 {
            return Err(SaveError::OtherCommit { commit, stream });
        }
        let before: Option<A> = load(store, id, version, self.unknown).await.map_err(SaveError::Reload)?;
        before.ok_or(SaveError::Reload(LoadError::NotFound { stream }))
    }
}
