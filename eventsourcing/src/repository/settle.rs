//! Settling commits that were sent and not answered.
//!
//! An aggregate whose save was given up, or ended in `OutcomeUnknown`, does not know whether its events are stored. Its next save finds out
//! before anything else: it sends exactly the same commit again, under the same id, with the same events of the same aggregates, whatever was
//! recorded since. If the store has it, it says so; if not, it stores it now, or finds a conflict, which is then a true one. So no aggregate
//! has more than one commit in doubt, and no event is stored twice.
//!
//! A commit that others had a part in, which are not here now, cannot be sent again, and it is not split either: what was to be stored
//! together is, or not at all. The store is then only asked whether it has it. Under the same given id nothing need be asked: what is sent
//! under it now is stored only if that commit is not.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::aggregate::attempt::{Attempt, Part};
use crate::error::{CommitError, SaveError, StoreError, StoreErrorKind};
use crate::repository::Member;
use crate::repository::begin::begin_commit;
use crate::repository::claims::{Changes, NotStored};
use crate::repository::fingerprint::is_of_fingerprint;
use crate::repository::fold::visit_stream;
use crate::repository::member::forget_attempt;
use crate::repository::stored_commit::{find_commit, is_stored_as};
use crate::store::{Commit, Committed, EventStore, StoredEvent};
use crate::stream::{CommitId, Position, StreamId};

/// Settles each commit that these aggregates have in doubt, and returns the last position of their events in them. `next` is the id that is
/// given for what they are sent in next.
pub(super) async fn settle(
    store: &dyn EventStore,
    next: Option<CommitId>,
    members: &mut [&mut dyn Member],
) -> Result<Option<Position>, SaveError> {
    let mut last = None;
    while let Some(doubt) = members.iter().find_map(|member| InDoubt::find_in(&**member)) {
        last = last.max(doubt.settle(store, next, members).await?);
    }
    Ok(last)
}

/// A commit in doubt.
struct InDoubt {
    attempt: Attempt,
    parts: Arc<[Part]>,
    /// Of the aggregate that it was found at.
    stream: StreamId,
}

impl InDoubt {
    fn find_in(member: &dyn Member) -> Option<Self> {
        let (attempt, stream) = (member.attempt()?.clone(), member.stream());
        let alone = || Part { stream: stream.clone(), expected: member.stored().version, events: attempt.events };
        let parts = attempt.parts.clone().unwrap_or_else(|| [alone()].into());
        Some(Self { attempt, parts, stream })
    }

    /// Whether an aggregate has this commit in doubt.
    fn is_of(&self, member: &dyn Member) -> bool {
        member.attempt().is_some_and(|attempt| attempt.commit == self.attempt.commit)
    }

    /// Finds out whether it is stored, and leaves none of these aggregates in doubt about it.
    async fn settle(
        &self,
        store: &dyn EventStore,
        next: Option<CommitId>,
        members: &mut [&mut dyn Member],
    ) -> Result<Option<Position>, SaveError> {
        let (committed, all) = match self.rebuild(members) {
            Ok(commit) => match self.changes(members).commit(store, commit).await {
                Ok(committed) => committed,
                Err(NotStored::Commit(CommitError::Conflict(conflict))) => {
                    forget_attempt(members, self.attempt.commit);
                    return Err(conflict.into());
                }
                Err(NotStored::Refused(taken @ SaveError::Taken { .. })) => {
                    forget_attempt(members, self.attempt.commit);
                    return Err(taken);
                }
                Err(NotStored::Commit(error)) => return Err(still_in_doubt(error.into())),
                Err(NotStored::Refused(error)) => return Err(still_in_doubt(error)),
            },
            Err(SaveError::Unsettled { .. }) if next == Some(self.attempt.commit) => {
                forget_attempt(members, self.attempt.commit);
                return Ok(None);
            }
            Err(unsettled @ SaveError::Unsettled { .. }) => {
                let found = self.find(store).await.map_err(still_in_doubt)?.ok_or(unsettled)?;
                (found, self.parts.iter().map(|part| part.events).sum())
            }
            Err(error) => return Err(error),
        };
        let ends = self.ends(&committed, all);
        // An id of the framework's making is that of no other commit. A given one is, if the same request was handled elsewhere meanwhile, or
        // another one under the same id.
        if self.attempt.given && committed.repeated && !self.is_stored(store, members, &committed).await? {
            forget_attempt(members, self.attempt.commit);
            return Ok(None);
        }
        let mut last = None;
        for member in members.iter_mut().filter(|member| self.is_of(&***member)) {
            let events = member.attempt().map_or(0, |attempt| attempt.events);
            let end = ends.get(&member.stream()).copied().unwrap_or(committed.last);
            member.drain(events, end);
            last = last.max(Some(end));
        }
        Ok(last)
    }

    /// The same commit, to be sent again.
    fn rebuild(&self, members: &[&mut dyn Member]) -> Result<Commit, SaveError> {
        let here = members.iter().map(|member| &**member).filter(|member| self.is_of(*member));
        let here: HashMap<StreamId, &dyn Member> = here.map(|member| (member.stream(), member)).collect();
        let mut commit = begin_commit(self.attempt.commit, self.attempt.given, self.attempt.metadata.as_deref())?;
        for part in &*self.parts {
            match here.get(&part.stream) {
                Some(member) if part.events > 0 => member.stage(part.events, &mut commit)?,
                None if part.events > 0 => {
                    return Err(SaveError::Unsettled {
                        stream: self.stream.clone(),
                        missing: part.stream.clone().into(),
                    });
                }
                _ => {
                    commit.append(part.stream.clone(), part.expected)?;
                }
            }
        }
        Ok(commit)
    }

    /// What it changes of claims.
    fn changes(&self, members: &[&mut dyn Member]) -> Changes {
        let mut changes = Changes::default();
        for member in members.iter().filter(|member| self.is_of(&***member)) {
            member.change_claims(&mut changes);
        }
        changes
    }

    /// Asks the store for it: it is found where its first event stands.
    async fn find(&self, store: &dyn EventStore) -> Result<Option<Committed>, SaveError> {
        let Some(first) = self.parts.iter().find(|part| part.events > 0) else { return Ok(None) };
        let Attempt { commit, given, .. } = self.attempt;
        find_commit(store, commit, given, &first.stream, first.expected).await
    }

    /// The position of the last event of each part, of a commit of so many events.
    fn ends(&self, committed: &Committed, all: u64) -> HashMap<&StreamId, Position> {
        let mut stored = 0;
        let with_events = self.parts.iter().filter(|part| part.events > 0);
        with_events
            .map(|part| {
                stored += part.events;
                (&part.stream, committed.position_of(stored, all))
            })
            .collect()
    }

    /// Whether the events of these aggregates are what stands where the commit of this id is stored: the events of a commit stand together.
    async fn is_stored(
        &self,
        store: &dyn EventStore,
        members: &[&mut dyn Member],
        committed: &Committed,
    ) -> Result<bool, SaveError> {
        if !is_of_fingerprint(store, self.attempt.fingerprint(), committed).await.map_err(SaveError::Reload)? {
            return Ok(false);
        }
        let mut ours = Commit::made(self.attempt.commit);
        for (member, attempt) in members.iter().filter_map(|member| Some((member, member.attempt()?))) {
            if attempt.commit == self.attempt.commit {
                member.stage(attempt.events, &mut ours)?;
            }
        }
        for append in ours.appends() {
            let mut events = append.events();
            let (version, count) = (append.expected, events.len() as u64);
            let mut is_same = true;
            let mut compare = |stored: StoredEvent<'_>| {
                let is_of_commit = (committed.first..=committed.last).contains(&stored.position);
                is_same &= is_of_commit && events.next().is_some_and(|event| is_stored_as(&event, &stored));
                ControlFlow::Continue(())
            };
            let stream = append.stream.clone();
            visit_stream(store, stream, version + 1..=version + count, &mut compare)
                .await
                .map_err(SaveError::Reload)?;
            if !is_same || events.len() > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A commit in doubt stays so after an error that does not answer it, whatever that says of this attempt to send it.
pub(super) fn still_in_doubt(error: SaveError) -> SaveError {
    let SaveError::Store(error) = error else { return error };
    if error.kind() == StoreErrorKind::OutcomeUnknown {
        return error.into();
    }
    let message = "whether events that were sent before are stored is still not known: save the same aggregates again, \
                   which stores nothing twice";
    StoreError::new(StoreErrorKind::OutcomeUnknown, message).caused_by(error).into()
}
