//! Whether the commit that is stored under an id is of what the caller means by the id.

use std::ops::ControlFlow;

use crate::error::{LoadError, SaveError};
use crate::event::Metadata;
use crate::log;
use crate::repository::CommitOptions;
use crate::store::{Committed, EventStore, LogRead, StoredEvent};

/// Compares the fingerprint of a stored commit with the one that the caller gives. Where one of them is missing there is nothing to compare.
///
/// # Errors
///
/// [`SaveError::OtherFingerprint`], and [`SaveError::Reload`] if the stored commit cannot be read.
pub(super) async fn check_fingerprint(
    store: &dyn EventStore,
    options: &CommitOptions,
    first: &Committed,
) -> Result<(), SaveError> {
    let (Some(commit), Some(given)) = (options.id, options.stored_fingerprint()) else { return Ok(()) };
    let is_same = is_of_fingerprint(store, Some(&given), first).await.map_err(SaveError::Reload)?;
    if is_same { Ok(()) } else { Err(SaveError::OtherFingerprint { commit }) }
}

/// Whether a stored commit has this fingerprint, as far as both have one.
pub(super) async fn is_of_fingerprint(
    store: &dyn EventStore,
    given: Option<&str>,
    first: &Committed,
) -> Result<bool, LoadError> {
    if given.is_none() {
        return Ok(true);
    }
    let mut stored = Ok(Metadata::new());
    let mut visit = |event: StoredEvent<'_>| {
        stored = log::recorded(&event, event.stream.clone(), ()).map(|recorded| recorded.metadata);
        ControlFlow::Break(())
    };
    // All events of a commit have the same metadata.
    let read = LogRead::after(first.first.previous()).limit(1).never_waits();
    store.read_log(read, &mut visit).await?;
    Ok(is_same(given, stored?.fingerprint()))
}

/// Whether two fingerprints are the same, as far as both are there.
pub(super) fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}
