//! One commit of one or several aggregates.
//!
//! A save first settles what these aggregates were sent in before without an answer (`settle.rs`), and then sends what is left in a commit of
//! its own. Each aggregate notes the commit before it is sent, and forgets it when the answer is certain.

use std::collections::HashSet;
use std::sync::Arc;

use crate::aggregate::Held;
use crate::aggregate::attempt::{Attempt, Part};
use crate::error::{CommitError, Conflict, SaveError};
use crate::log::OnUnknown;
use crate::repository::begin::begin_commit;
use crate::repository::claims::{Changes, NotStored};
use crate::repository::fingerprint::{check_fingerprint, is_same};
use crate::repository::member::forget_attempt;
use crate::repository::repetition::reload;
use crate::repository::settle::settle;
use crate::repository::{CommitOptions, CommitSet, Member};
use crate::store::{Committed, EventStore};
use crate::stream::{CommitId, Position, StreamId};

/// What became of a commit.
pub(crate) enum Saved {
    /// All events are stored, the last at this position.
    Stored(Position),
    /// The given id was used before: nothing is stored now, and the events are still pending.
    Repeated(CommitId, Committed),
}

/// Stores the pending events of all of them, or of none, and returns the position of the last. Under a given id that was used before, it makes
/// them what is stored.
pub(crate) async fn save(
    store: &dyn EventStore,
    options: &CommitOptions,
    on_unknown: OnUnknown,
    mut unsaved: impl CommitSet,
) -> Result<Position, SaveError> {
    let mut members = unsaved.members();
    match send(store, options, &mut members).await? {
        Saved::Stored(position) => Ok(position),
        Saved::Repeated(commit, first) => {
            Box::pin(reload(store, on_unknown, commit, &first, &mut members)).await?;
            Ok(first.last)
        }
    }
}

/// Stores the pending events of all of them, or of none.
pub(crate) async fn send(
    store: &dyn EventStore,
    options: &CommitOptions,
    members: &mut [&mut dyn Member],
) -> Result<Saved, SaveError> {
    if let Some(stream) = find_duplicate(members) {
        return Err(SaveError::Duplicate { stream });
    }
    members.iter_mut().try_for_each(|member| member.check_state())?;
    check_in_doubt(options, members)?;
    // Boxed, because it is rare and large.
    let in_doubt = members.iter().any(|member| member.attempt().is_some());
    let settled = if in_doubt { Box::pin(settle(store, options.id, members)).await? } else { None };
    if members.iter().all(|member| member.pending() == 0) {
        let stored = members.iter().map(|member| member.stored().position).max();
        return Ok(Saved::Stored(settled.or(stored).unwrap_or_default()));
    }
    loop {
        match send_pending(store, options, members).await? {
            Sent::Saved(saved) => return Ok(saved),
            // Boxed, because it is rare and large.
            Sent::Conflict(conflict) => {
                if !Box::pin(revive(store, members, &conflict)).await? {
                    return Err(conflict.into());
                }
            }
        }
    }
}

/// What became of one try.
enum Sent {
    Saved(Saved),
    Conflict(Conflict),
}

/// Sends what is pending in a commit of its own.
async fn send_pending(
    store: &dyn EventStore,
    options: &CommitOptions,
    members: &mut [&mut dyn Member],
) -> Result<Sent, SaveError> {
    let (id, given) = (options.id.unwrap_or_else(CommitId::new), options.id.is_some());
    let metadata = options.stored_metadata();
    let mut commit = begin_commit(id, given, metadata.as_deref())?;
    for member in &*members {
        member.stage(member.pending(), &mut commit)?;
    }
    store.limits().check(&commit)?;
    let parts = parts(members);
    for member in members.iter_mut().filter(|member| member.pending() > 0) {
        let (metadata, parts, events) = (metadata.clone(), parts.clone(), member.pending());
        member.attempted(Attempt { commit: id, given, metadata, events, held: Held::NONE, parts });
    }
    match changes_of(members).commit(store, commit).await {
        Ok((first, _)) if first.repeated && given => {
            forget_attempt(members, id);
            check_fingerprint(store, options, &first).await?;
            Ok(Sent::Saved(Saved::Repeated(id, first)))
        }
        Ok((committed, all)) => {
            let mut stored = 0;
            for member in members.iter_mut().filter(|member| member.pending() > 0) {
                let events = member.pending();
                stored += events;
                member.drain(events, committed.position_of(stored, all));
            }
            Ok(Sent::Saved(Saved::Stored(committed.position_of(stored, all))))
        }
        Err(NotStored::Commit(CommitError::Conflict(conflict))) => {
            forget_attempt(members, id);
            Ok(Sent::Conflict(conflict))
        }
        Err(NotStored::Commit(error)) => {
            let error = SaveError::from(error);
            if !error.is_outcome_unknown() {
                forget_attempt(members, id);
            }
            Err(error)
        }
        Err(NotStored::Refused(error)) => {
            forget_attempt(members, id);
            Err(error)
        }
    }
}

/// What is in doubt under the given id is to be of what the caller now means by the id.
fn check_in_doubt(options: &CommitOptions, members: &[&mut dyn Member]) -> Result<(), SaveError> {
    let (Some(commit), Some(given)) = (options.id, options.stored_fingerprint()) else { return Ok(()) };
    let mut attempts = members.iter().filter_map(|member| member.attempt()).filter(|attempt| attempt.commit == commit);
    if attempts.all(|attempt| is_same(attempt.fingerprint(), Some(&given))) {
        Ok(())
    } else {
        Err(SaveError::OtherFingerprint { commit })
    }
}

/// Has new aggregates go on after the end of those that were discarded before them, if the conflict is that of one, and its creating event says so. All of
/// them at once: each would be another conflict.
async fn revive(
    store: &dyn EventStore,
    members: &mut [&mut dyn Member],
    conflict: &Conflict,
) -> Result<bool, SaveError> {
    let is_new = |member: &dyn Member| member.stored().version == 0 && member.pending() > 0;
    let taken = members.iter_mut().find(|member| is_new(&***member) && member.stream() == conflict.stream);
    let is_revived = match taken {
        Some(member) => member.revive(store).await?,
        None => false,
    };
    if is_revived {
        for member in members.iter_mut().filter(|member| is_new(&***member)) {
            member.revive(store).await?;
        }
    }
    Ok(is_revived)
}

/// What their commit changes of claims.
fn changes_of(members: &[&mut dyn Member]) -> Changes {
    let mut changes = Changes::default();
    for member in members {
        member.change_claims(&mut changes);
    }
    changes
}

/// An aggregate that is among them twice.
fn find_duplicate(members: &[&mut dyn Member]) -> Option<StreamId> {
    if members.len() < 2 {
        return None;
    }
    let mut seen = HashSet::with_capacity(members.len());
    members.iter().map(|member| member.stream()).find(|stream| !seen.insert(stream.clone()))
}

/// What each of several aggregates has in their commit.
fn parts(members: &[&mut dyn Member]) -> Option<Arc<[Part]>> {
    let part = |member: &&mut dyn Member| Part {
        stream: member.stream(),
        expected: member.stored().version,
        events: member.pending(),
    };
    (members.len() > 1).then(|| members.iter().map(part).collect())
}
