//! Errors of saving and of deciding.

use thiserror::Error;
use uuid::Uuid;

use crate::error::{CommitError, Conflict, EncodeError, InvalidCommit, LoadError, StoreError, StoreErrorKind};
use crate::stream::{CommitId, StreamId};

/// Why an aggregate was not saved. Its pending events are kept, whatever the reason; but for those that were sent before without an answer
/// and are now found to be stored, or are stored now: they are pending no longer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SaveError {
    /// Another commit changed the aggregate since it was loaded; nothing was stored. Load it again and
    /// decide again, as `update` does.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Events were recorded after one that discards the aggregate, or an aggregate was created under the id of a discarded one; nothing was
    /// stored. Create one under another id, or mark the creating event with `revives`, as in `#[event(Registered, revives)]`: then save the
    /// new aggregate again.
    #[error(
        "{stream} was discarded: create an aggregate under another id, or mark the event that creates it with `revives`, so that it may \
         start the stream of a discarded one again"
    )]
    #[non_exhaustive]
    Discarded {
        /// The aggregate's stream.
        stream: StreamId,
    },
    /// A pending event cannot be written; nothing was stored.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The commit is beyond a limit; nothing was stored.
    #[error(transparent)]
    InvalidCommit(#[from] InvalidCommit),
    /// The store failed. Nothing was stored, unless its kind is
    /// [`OutcomeUnknown`](crate::error::StoreErrorKind::OutcomeUnknown): then save the same aggregate again, which
    /// stores nothing twice. It is of that kind as long as events that were sent before are in doubt; the store's own error is then its source.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The aggregate was sent in one commit together with others that are not here now, and whether that commit is stored is not known. It
    /// is not split: commit all of them together again, or load the aggregate again.
    #[error(
        "{stream} was committed together with {missing}, and whether that is stored is not known: commit them together again, or \
         load them again"
    )]
    #[non_exhaustive]
    Unsettled {
        /// The aggregate's stream.
        stream: StreamId,
        /// The stream of another aggregate of that commit.
        missing: Box<StreamId>,
    },
    /// The commit id was used before for a commit of other aggregates, or one that created what is now to be changed, or changed what is now
    /// to be created; nothing was stored.
    #[error("{stream} was not saved: {commit} is the id of a commit {}: give each commit an id of its own", described(other.as_deref()))]
    #[non_exhaustive]
    OtherCommit {
        /// The id.
        commit: CommitId,
        /// The stream of the aggregate that was to be saved.
        stream: StreamId,
        /// The stream of an aggregate of the commit that is stored under the id, if there is another.
        other: Option<Box<StreamId>>,
    },
    /// The commit id was used before for something else: the [fingerprint](crate::repository::CommitOptions::fingerprint) that was given then is not the one
    /// that is given now. Nothing was stored, and the same call will be refused each time.
    #[error(
        "{commit} is the id of a commit of another fingerprint: an id is to be used again for the same request only"
    )]
    #[non_exhaustive]
    OtherFingerprint {
        /// The id.
        commit: CommitId,
    },
    /// A command left or returned another aggregate than the one that it was given to change, or the same one as it was loaded or made elsewhere;
    /// nothing was stored.
    #[error(
        "the command was given {stream} and left {} in its place: change the aggregate that it is given",
        left(stream, returned)
    )]
    #[non_exhaustive]
    OtherAggregate {
        /// The stream of the aggregate that it was given.
        stream: StreamId,
        /// The stream of the aggregate that it left or returned: the same one if that came from elsewhere.
        returned: Box<StreamId>,
    },
    /// An event panicked while it was applied to this aggregate, and the panic was caught: the state may be half changed. Nothing was stored;
    /// load the aggregate again.
    #[error("event `{event}` panicked when it was applied to {stream}, whose state may be half changed: load it again")]
    #[non_exhaustive]
    EventPanicked {
        /// The aggregate's stream.
        stream: StreamId,
        /// The stored name of the event.
        event: &'static str,
    },
    /// No event made this aggregate, so what is recorded on it could not be read again. Nothing was stored; make it by a creating event: a function
    /// with `#[event(..)]` that returns `Self`, or [`Root::begin`](crate::Root::begin).
    #[error(
        "no event made {stream}, so it could not be loaded again: make it by a creating event, an `#[event(..)] fn .. -> Self`"
    )]
    #[non_exhaustive]
    NotCreated {
        /// The aggregate's stream.
        stream: StreamId,
    },
    /// One aggregate was given twice to be saved in one commit; nothing was sent to the store. Give it once: all of its events go with it.
    #[error("{stream} is in one commit twice: record all of its events on one value of it, and give that once")]
    #[non_exhaustive]
    Duplicate {
        /// The aggregate's stream.
        stream: StreamId,
    },
    /// Another aggregate holds the value of a field that is unique; nothing was stored. Trying again is of no use as long as that one has the value:
    /// change it here, or there first. `Id::from(by)` is the id of that one.
    #[error(
        "{stream} was not saved: {by} has the same `{field}`, which no two of them may have: change it in one of them"
    )]
    #[non_exhaustive]
    Taken {
        /// The aggregate's stream.
        stream: StreamId,
        /// The stored name of the field.
        field: &'static str,
        /// The id of the aggregate that holds the value: `Id::from(by)`.
        by: Uuid,
    },
    /// The commit id was used before and stored nothing now; loading what was stored then failed. The
    /// aggregate is as it was before the call: load it again.
    #[error(transparent)]
    Reload(LoadError),
}

/// What a commit is one of, for [`SaveError::OtherCommit`].
fn described(other: Option<&StreamId>) -> String {
    other.map_or_else(|| "with other events of it".to_owned(), |other| format!("of {other}"))
}

/// What a command left, for [`SaveError::OtherAggregate`].
fn left(given: &StreamId, returned: &StreamId) -> String {
    if given == returned { "one that was loaded or made elsewhere, or none,".to_owned() } else { returned.to_string() }
}

impl SaveError {
    pub(crate) fn other_commit(commit: CommitId, stream: StreamId, other: Option<&StreamId>) -> Self {
        let other = other.filter(|other| **other != stream).cloned().map(Box::new);
        Self::OtherCommit { commit, stream, other }
    }

    /// Whether the events may be stored or not.
    pub(crate) fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind() == StoreErrorKind::OutcomeUnknown)
    }
}

impl From<CommitError> for SaveError {
    fn from(error: CommitError) -> Self {
        error.without_preceding().map_or_else(Self::Conflict, Self::Store)
    }
}

/// Why an update was not done. This call stored nothing, unless [`Save`](Self::Save) says that the outcome is not known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError<E> {
    /// The command refused; this is its own error.
    #[error(transparent)]
    Rejected(E),
    /// Other commits were first at each try, until the deadline. Try again later, or give the repository more time
    /// ([`deadline`](crate::Repository::deadline)).
    #[error("other commits were first at each try until the deadline: try again later, or set a longer `deadline`")]
    Conflict(#[source] Conflict),
    /// The aggregate is not at the version that the caller expects it at: look at it again. It is not tried again.
    #[error("{0}")]
    WrongVersion(Conflict),
    /// The aggregate could not be loaded.
    #[error(transparent)]
    Load(LoadError),
    /// The events of the command could not be saved, for another reason than a conflict.
    #[error(transparent)]
    Save(SaveError),
}
