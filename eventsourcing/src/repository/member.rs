//! One aggregate of a commit, without its type.

use std::any::Any;

use self::sealed::Sealed;
use crate::aggregate::attempt::Attempt;
use crate::aggregate::root::StoredEnd;
use crate::aggregate::{
    Aggregate, Held, Id, Mark, SnapshotSupport, access, check_twin, continue_after, replayed, stream_of,
};
use crate::codec;
use crate::error::{LoadError, SaveError};
use crate::event::Event;
use crate::log::OnUnknown;
use crate::repository::claims::Changes;
use crate::repository::fold::load;
use crate::snapshot::{self, event_checksum, is_due};
use crate::store::{BoxFuture, Commit, EventStore};
use crate::stream::{CommitId, Position, StreamId, Version};

/// One of the aggregates to be saved together. Every [`Aggregate`] is one; there is nothing to call on it.
pub trait Member: Sealed {}

impl<A: Aggregate> Member for A {}

pub(crate) mod sealed {
    use super::{
        Any, Attempt, BoxFuture, Changes, Commit, EventStore, LoadError, Mark, OnUnknown, Position, SaveError,
        StoredEnd, StreamId,
    };

    pub trait Sealed: Send + Sync {
        fn stream(&self) -> StreamId;
        /// What of it is stored, as far as it knows.
        fn stored(&self) -> StoredEnd;
        /// How many events are not yet saved.
        fn pending(&self) -> u64;
        /// Whether its state is what its events make it: an error if an event has panicked halfway, or none has made it.
        ///
        /// # Panics
        ///
        /// In builds with debug assertions, if it is another.
        fn check_state(&mut self) -> Result<(), SaveError>;
        /// Marks it for a command that it is given to.
        fn lend(&mut self, mark: Mark);
        /// Whether it is what was marked so, or a clone of that.
        fn is_lent(&self, mark: Mark) -> bool;
        fn attempt(&self) -> Option<&Attempt>;
        /// Takes note of a commit that is about to be sent, and of what this one holds once that is stored.
        fn attempted(&mut self, attempt: Attempt);
        /// Adds what the commit that was noted changes of claims.
        fn change_claims(&self, changes: &mut Changes);
        fn attempt_failed(&mut self);
        /// Adds so many of the pending events to a commit, the oldest. Without any, the version alone: what was decided with an aggregate
        /// in hand holds only if it was not changed meanwhile.
        fn stage(&self, events: u64, commit: &mut Commit) -> Result<(), SaveError>;
        /// Takes note that so many of the pending events are stored, the last of them at this position.
        fn drain(&mut self, events: u64, last: Position);
        /// Loads the aggregate of this stream if it is of the same kind, and else this one again.
        fn load<'a>(
            &'a self,
            store: &'a dyn EventStore,
            stream: Option<StreamId>,
            on_unknown: OnUnknown,
        ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, LoadError>>;
        fn replace(&mut self, loaded: Box<dyn Any + Send>);
        /// Whether the first of its pending events starts the stream of a discarded aggregate again.
        fn revives(&self) -> bool;
        /// Whether this new aggregate, whose stream exists, can be saved after the end of a discarded one: it is then ready to be.
        ///
        /// # Errors
        ///
        /// [`SaveError::Discarded`] if there is a discarded one, and its stream is not to be started again.
        fn revive<'a>(&'a mut self, store: &'a dyn EventStore) -> BoxFuture<'a, Result<bool, SaveError>>;
    }
}

impl<A: Aggregate> Sealed for A {
    fn stream(&self) -> StreamId {
        stream_of(self.id())
    }

    fn stored(&self) -> StoredEnd {
        self.root().state.stored()
    }

    fn pending(&self) -> u64 {
        self.root().state.pending_len()
    }

    fn check_state(&mut self) -> Result<(), SaveError> {
        if let Some(event) = self.root().state.event_that_panicked() {
            return Err(SaveError::EventPanicked { stream: self.stream(), event });
        }
        if !self.root().state.is_begun() && !can_be_read(self) {
            return Err(SaveError::NotCreated { stream: self.stream() });
        }
        check_twin(self);
        Ok(())
    }

    fn lend(&mut self, mark: Mark) {
        self.root_mut(access()).state.lend(mark);
    }

    fn is_lent(&self, mark: Mark) -> bool {
        self.root().state.is_lent(mark)
    }

    fn attempt(&self) -> Option<&Attempt> {
        self.root().state.attempt()
    }

    fn attempted(&mut self, mut attempt: Attempt) {
        if !A::UNIQUE.is_empty() {
            attempt.held = Held::of(self);
        }
        self.root_mut(access()).state.attempted(attempt);
    }

    fn change_claims(&self, changes: &mut Changes) {
        if let (false, Some(attempt)) = (A::UNIQUE.is_empty(), self.attempt()) {
            changes.add(self, &self.stream(), &attempt.held);
        }
    }

    fn attempt_failed(&mut self) {
        self.root_mut(access()).state.attempt_failed();
    }

    fn stage(&self, events: u64, commit: &mut Commit) -> Result<(), SaveError> {
        let (root, stream) = (self.root(), self.stream());
        let is_all = events == root.state.pending_len();
        if is_all && root.state.is_recorded_after_discard() {
            return Err(SaveError::Discarded { stream });
        }
        let events = usize::try_from(events).unwrap_or(usize::MAX);
        let events = root.pending().get(..events).unwrap_or_else(|| root.pending());
        let StoredEnd { version, position } = root.state.stored();
        stage_events::<A>(stream, version, (version > 0).then_some(position), events, commit)?;
        // The state is that after all of them, and none of an older one is kept.
        if let Some(snapshots) = A::SNAPSHOTS.as_ref().filter(|_| is_all) {
            stage_snapshot(snapshots, self, commit);
        }
        Ok(())
    }

    fn drain(&mut self, events: u64, last: Position) {
        let from = self.root().state.stored().version;
        let root = self.root_mut(access());
        if let (false, Some(attempt)) = (A::UNIQUE.is_empty(), root.state.attempt()) {
            root.state.hold(attempt.held.clone());
        }
        root.state.drain(events, last);
        let is_cut = |snapshots: &SnapshotSupport<A>| is_due(snapshots, from, from + events);
        if root.state.pending_len() > 0 && A::SNAPSHOTS.as_ref().is_some_and(is_cut) {
            root.state.needs_snapshot();
        }
    }

    fn load<'a>(
        &'a self,
        store: &'a dyn EventStore,
        stream: Option<StreamId>,
        on_unknown: OnUnknown,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, LoadError>> {
        Box::pin(async move {
            let same_kind = stream.filter(|stream| stream.aggregate() == A::NAME);
            let id = same_kind.map_or(self.id(), |stream| Id::from(stream.id()));
            let loaded: Option<A> = load(store, id, Version::MAX, on_unknown).await?;
            let loaded = loaded.ok_or_else(|| LoadError::NotFound { stream: stream_of(id) })?;
            Ok(Box::new(loaded) as Box<dyn Any + Send>)
        })
    }

    fn replace(&mut self, loaded: Box<dyn Any + Send>) {
        if let Ok(loaded) = loaded.downcast() {
            *self = *loaded;
        }
    }

    fn revives(&self) -> bool {
        self.root().pending().first().is_some_and(|event| event.kind().is_revival())
    }

    fn revive<'a>(&'a mut self, store: &'a dyn EventStore) -> BoxFuture<'a, Result<bool, SaveError>> {
        Box::pin(async move {
            // What cannot be read is not known to have ended: the conflict stands.
            let found: Result<Option<A>, LoadError> = load(store, self.id(), Version::MAX, OnUnknown::Error).await;
            let Some(ended) = found.ok().flatten().filter(|found| found.root().state.is_discarded()) else {
                return Ok(false);
            };
            if !self.revives() {
                return Err(SaveError::Discarded { stream: self.stream() });
            }
            continue_after(self, ended.root().state.stored());
            Ok(true)
        })
    }
}

/// Whether the first event of an aggregate that was put together by hand makes one when it is read.
#[cold]
fn can_be_read<A: Aggregate>(aggregate: &A) -> bool {
    let first = aggregate.root().pending().first();
    first.is_some_and(|first| replayed(aggregate.id(), first.clone()).is_ok())
}

/// Adds events of an aggregate to a commit.
pub(super) fn stage_events<A: Aggregate>(
    stream: StreamId,
    expected: Version,
    last_position: Option<Position>,
    events: &[A::Event],
    commit: &mut Commit,
) -> Result<(), SaveError> {
    let mut append = commit.append(stream, expected)?;
    if let Some(position) = last_position {
        append = append.last_position(position);
    }
    append.make_room(events.len());
    for event in events {
        let kind = event.kind();
        append = append.event_with(kind.name().into(), kind.schema_version(), |payloads| {
            codec::encode(A::NAME, event, payloads).map_err(SaveError::from)
        })?;
    }
    Ok(())
}

/// Adds a snapshot of what an aggregate will be, if one is due. Without one its events are stored all the same.
fn stage_snapshot<A: Aggregate>(snapshots: &SnapshotSupport<A>, aggregate: &A, commit: &mut Commit) {
    let root = aggregate.root();
    let is_wanted = root.state.lacks_snapshot() && snapshots.every.is_some();
    let is_due = is_wanted || is_due(snapshots, root.state.stored().version, root.version());
    if !is_due || root.state.is_discarded() || root.state.has_unknown() {
        return;
    }
    let Some(event) = commit.last_event().map(|event| event_checksum(event.name, event.schema_version, event.payload))
    else {
        return;
    };
    match snapshot::cut(snapshots, aggregate, event) {
        Ok(cut) => commit.add_snapshot(cut),
        Err(error) => snapshot::not_taken(&stream_of(aggregate.id()), root.version(), &*error),
    }
}

/// Forgets a commit that was answered for certain and is not to be sent again.
pub(super) fn forget_attempt(members: &mut [&mut dyn Member], commit: CommitId) {
    for member in members {
        if member.attempt().is_some_and(|attempt| attempt.commit == commit) {
            member.attempt_failed();
        }
    }
}
