//! What a store knows of a commit: whether it is stored, what it is made of, and whether its events are these.

use std::ops::ControlFlow;

use uuid::Uuid;

use crate::aggregate::attempt::Part;
use crate::aggregate::is_of_framework;
use crate::error::{CommitError, LoadError, SaveError};
use crate::repository::CommitOptions;
use crate::repository::begin::begin_commit;
use crate::repository::fingerprint::check_fingerprint;
use crate::store::{Committed, EventStore, LogRead, NewEvent, StoredEvent};
use crate::stream::{CommitId, Position, StreamId, Version};

/// Looks for a stored commit, by sending one under its id that no store can store, because no stream comes to the version that it expects.
/// `stream` and `expected` say where the first event of the commit would stand.
pub(super) async fn find_commit(
    store: &dyn EventStore,
    id: CommitId,
    given: bool,
    stream: &StreamId,
    expected: Version,
) -> Result<Option<Committed>, SaveError> {
    let mut question = begin_commit(id, given, None)?;
    question.append(stream.clone(), Version::MAX)?;
    question.append(stream.clone(), expected)?.event("?", 1, b"{}")?;
    match store.commit(question).await {
        Ok(committed) => Ok(Some(committed).filter(|committed| committed.repeated)),
        Err(CommitError::Conflict(_)) => Ok(None),
        Err(error @ (CommitError::Store(_) | CommitError::PrecedingNotStored)) => Err(error.into()),
    }
}

/// Looks for the commit that these options are of: none if they have no id.
pub(super) async fn find_same_commit(
    store: &dyn EventStore,
    options: &CommitOptions,
) -> Result<Option<Committed>, SaveError> {
    let Some(id) = options.id else { return Ok(None) };
    let found = find_commit(store, id, true, &anywhere(), Version::new(0)).await?;
    if let Some(committed) = &found {
        check_fingerprint(store, options, committed).await?;
    }
    Ok(found)
}

/// The position of the last event of the commit that these options are of.
pub(crate) async fn find_position(
    store: &dyn EventStore,
    options: &CommitOptions,
) -> Result<Option<Position>, SaveError> {
    Ok(find_same_commit(store, options).await?.map(|committed| committed.last))
}

/// A stream for what is to be found wherever it stands.
pub(super) fn anywhere() -> StreamId {
    StreamId::new("?", Uuid::nil())
}

/// The parts of a stored commit, in their order.
pub(super) async fn read_parts(store: &dyn EventStore, committed: &Committed) -> Result<Vec<Part>, LoadError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut after = committed.first.previous();
    loop {
        let mut visit = |event: StoredEvent<'_>| {
            if event.position > committed.last {
                return ControlFlow::Break(());
            }
            // Claims and journals go with the events of their aggregates.
            match parts.last_mut() {
                _ if is_of_framework(event.stream) => {}
                Some(part) if part.stream == *event.stream => part.events += 1,
                _ => parts.push(Part { stream: event.stream.clone(), expected: event.version.previous(), events: 1 }),
            }
            ControlFlow::Continue(())
        };
        let page = store.read_log(LogRead::after(after), &mut visit).await?;
        after = page.reached;
        if !page.more || after >= committed.last {
            return Ok(parts);
        }
    }
}

/// Whether a stored event was stored from this one.
pub(super) fn is_stored_as(event: &NewEvent<'_>, stored: &StoredEvent<'_>) -> bool {
    (&**event.name, event.schema_version, event.payload) == (stored.name, stored.schema_version, stored.payload)
}
