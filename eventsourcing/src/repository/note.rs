//! What a commit has of a stream beside the aggregates: an event of a journal, or that the stream is at a version.

use std::any::Any;

use crate::aggregate::Mark;
use crate::aggregate::attempt::Attempt;
use crate::aggregate::root::StoredEnd;
use crate::codec::{JOURNAL_SCHEMA_VERSION, JournalEvent};
use crate::error::{LoadError, SaveError};
use crate::log::OnUnknown;
use crate::repository::{AsMember, Changes, Member};
use crate::store::{BoxFuture, Commit, EventStore};
use crate::stream::{Position, StreamId, Version};

/// An event of a journal, or nothing but the version of a stream: a member of a commit beside aggregates.
#[derive(Debug)]
pub(crate) struct Note {
    stream: StreamId,
    stored: StoredEnd,
    event: Option<JournalEvent>,
    attempt: Option<Attempt>,
}

impl Note {
    /// That a journal at this version goes on with this event.
    pub(crate) const fn of(stream: StreamId, version: Version, event: JournalEvent) -> Self {
        Self { stream, stored: at(version), event: Some(event), attempt: None }
    }

    /// That a stream is at this version.
    pub(crate) const fn version(stream: StreamId, version: Version) -> Self {
        Self { stream, stored: at(version), event: None, attempt: None }
    }
}

const fn at(version: Version) -> StoredEnd {
    StoredEnd { version, position: Position::new(0) }
}

impl Member for Note {}

impl AsMember for Note {
    fn stream(&self) -> StreamId {
        self.stream.clone()
    }

    fn stored(&self) -> StoredEnd {
        self.stored
    }

    fn pending(&self) -> u64 {
        self.event.is_some().into()
    }

    fn check_state(&mut self) -> Result<(), SaveError> {
        Ok(())
    }

    fn lend(&mut self, _: Mark) {}

    fn is_lent(&self, _: Mark) -> bool {
        true
    }

    fn attempt(&self) -> Option<&Attempt> {
        self.attempt.as_ref()
    }

    fn attempted(&mut self, attempt: Attempt) {
        self.attempt = Some(attempt);
    }

    fn change_claims(&self, _: &mut Changes) {}

    fn attempt_failed(&mut self) {
        self.attempt = None;
    }

    fn stage(&self, events: u64, commit: &mut Commit) -> Result<(), SaveError> {
        let append = commit.append(self.stream.clone(), self.stored.version)?;
        if let Some(event) = self.event.as_ref().filter(|_| events > 0) {
            append.event(event.name(), JOURNAL_SCHEMA_VERSION, event.payload().as_bytes())?;
        }
        Ok(())
    }

    fn drain(&mut self, events: u64, last: Position) {
        self.stored = StoredEnd { version: self.stored.version + events, position: last };
        self.event = None;
        self.attempt = None;
    }

    fn load<'a>(
        &'a self,
        _: &'a dyn EventStore,
        _: Option<StreamId>,
        _: OnUnknown,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, LoadError>> {
        // Asked for after a commit under an id of a caller's alone, which a reaction has none of.
        Box::pin(async { Err(LoadError::NotFound { stream: self.stream.clone() }) })
    }

    fn replace(&mut self, _: Box<dyn Any + Send>) {}

    fn revives(&self) -> bool {
        false
    }

    fn revive<'a>(&'a mut self, _: &'a dyn EventStore) -> BoxFuture<'a, Result<bool, SaveError>> {
        Box::pin(async { Ok(false) })
    }
}
