//! Errors of saving and of deciding.

use thiserror::Error;

use crate::error::{CommitError, EncodeError, LoadError, StoreError, StoreErrorKind};
use crate::stream::{CommitId, StreamId, Version};

/// A stream is not at the version that a commit expects: another commit was stored first.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{stream} is at version {actual}, not {expected}: load it again and decide again")]
#[non_exhaustive]
pub struct Conflict {
    /// The stream.
    pub stream: StreamId,
    /// The version that the commit expected it at.
    pub expected: Version,
    /// The version that it is at.
    pub actual: Version,
}

impl Conflict {
    /// A conflict on this stream; for those who write a store.
    #[must_use]
    pub const fn new(stream: StreamId, expected: Version, actual: Version) -> Self {
        Self { stream, expected, actual }
    }
}

/// A commit that no store takes, found before anything is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// One payload is too large.
    #[error(
        "the payload of event `{event}` has {bytes} bytes; {limit} are allowed: let a field of bytes be an `eventsourcing::Bytes`, which is \
         stored as base64 and not as a list of numbers, and keep what is still larger elsewhere, with its address in the event"
    )]
    #[non_exhaustive]
    PayloadTooLarge {
        /// The stored name of the event.
        event: String,
        /// The bytes of its payload.
        bytes: usize,
        /// The most that a payload may have.
        limit: usize,
    },
    /// All payloads together are too large.
    #[error(
        "the commit has more than {limit} bytes of payload and metadata: save earlier, before so much is pending, or put less into one commit"
    )]
    #[non_exhaustive]
    CommitTooLarge {
        /// The most that the payloads of a commit may have together.
        limit: usize,
    },
    /// Too many events.
    #[error(
        "the commit has more than {limit} events: save earlier, before so many are pending, or put fewer aggregates into one commit"
    )]
    #[non_exhaustive]
    TooManyEvents {
        /// The most that a commit may have.
        limit: usize,
    },
    /// The metadata is too large.
    #[error("the metadata has {bytes} bytes; {limit} are allowed")]
    #[non_exhaustive]
    MetadataTooLarge {
        /// The bytes of the metadata as JSON.
        bytes: usize,
        /// The most that it may have.
        limit: usize,
    },
    /// The name of an aggregate or of an event is empty, too long, or has a control character.
    #[error("{name:?} cannot be stored as a name: 1 to {limit} bytes without control characters can")]
    #[non_exhaustive]
    Name {
        /// The name.
        name: String,
        /// The most bytes that a name may have.
        limit: usize,
    },
}

/// Why an aggregate was not saved. Its pending events are kept, whatever the reason; but for those that were sent before without an answer
/// and are now found to be stored, or are stored now: they are pending no longer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SaveError {
    /// Another commit changed the aggregate since it was loaded; nothing was stored. Load it again and
    /// decide again, as `update` does.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Events were recorded after one that discards the aggregate; nothing was stored.
    #[error("{stream} was discarded: no event can be recorded after that")]
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
    Refused(#[from] Refused),
    /// The store failed. Nothing was stored, unless its kind is
    /// [`OutcomeUnknown`](crate::StoreErrorKind::OutcomeUnknown): then save the same aggregate again, which
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
        missing: StreamId,
    },
    /// The commit id was used before for another commit, which has no events of these aggregates or created the one that was to be updated;
    /// nothing was stored.
    #[error(
        "{commit} is the id of another commit than of one that changed {stream}: give each request an id of its own"
    )]
    #[non_exhaustive]
    OtherCommit {
        /// The id.
        commit: CommitId,
        /// The stream of the aggregate that was to be saved.
        stream: StreamId,
    },
    /// The commit id was used before and stored nothing now; loading what was stored then failed. The
    /// aggregate is as it was before the call: load it again.
    #[error(transparent)]
    Reload(LoadError),
}

impl SaveError {
    /// Whether the events may be stored or not.
    pub(crate) fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::Store(error) if error.kind() == StoreErrorKind::OutcomeUnknown)
    }
}

impl From<CommitError> for SaveError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(conflict) => Self::Conflict(conflict),
            CommitError::Store(store) => Self::Store(store),
        }
    }
}

/// Why an update was not done. This call stored nothing, unless [`Save`](Self::Save) says that the outcome is not known.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError<E> {
    /// The command refused; this is its own error.
    #[error(transparent)]
    Rejected(E),
    /// Other commits were first at each of the tries. Try again later.
    #[error(transparent)]
    Conflict(Conflict),
    /// The aggregate could not be loaded.
    #[error(transparent)]
    Load(LoadError),
    /// The events of the command could not be saved, for another reason than a conflict.
    #[error(transparent)]
    Save(SaveError),
}
