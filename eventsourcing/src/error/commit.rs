//! Errors of a commit.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::error::{StoreError, StoreErrorKind};
use crate::stream::{StreamId, Version};

/// Why a commit was not acknowledged.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum CommitError {
    /// A stream is not at the version that the commit expects; nothing was stored.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The commit was to come [after](crate::store::Commit::follow) another, which is not stored; nothing was stored. What was decided on that one
    /// has to be decided again.
    #[error(
        "a commit that this one was to come after is not stored, and so neither is this one: load again and decide again"
    )]
    PrecedingNotStored,
    /// The store failed. Unless its kind is [`StoreErrorKind::OutcomeUnknown`], nothing was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The answer of a store that takes less than [`Limits::MAX`](crate::store::Limits::MAX): [`StoreErrorKind::Unsupported`].
impl From<InvalidCommit> for CommitError {
    fn from(refused: InvalidCommit) -> Self {
        StoreError::new(StoreErrorKind::Unsupported, refused.to_string()).into()
    }
}

impl CommitError {
    /// Of a commit that comes after no other: the store's error, or the conflict. For those who write a store.
    ///
    /// # Errors
    ///
    /// The [`Conflict`], if it is one.
    pub fn without_preceding(self) -> Result<StoreError, Conflict> {
        match self {
            Self::Conflict(conflict) => Err(conflict),
            Self::Store(error) => Ok(error),
            Self::PrecedingNotStored => Ok(StoreError::new(StoreErrorKind::Unavailable, self.to_string())),
        }
    }
}

/// A stream is not at the version that a commit expects: another commit was stored first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    stored_first: StoredFirst,
    /// The stream.
    pub stream: StreamId,
    /// The version that the commit expected it at: 0 if it was to be created.
    pub expected: Version,
    /// The version that it is at.
    pub actual: Version,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, expected, actual, .. } = self;
        if *expected == 0 {
            let new = "load it and decide on it, or create one under another id";
            return write!(f, "there is a {stream} already, at version {actual}: {new}");
        }
        write!(f, "{stream} is at version {actual}, not {expected}: load it again and decide again")
    }
}

impl StdError for Conflict {
    // A wrapper that is transparent passes on what caused the conflict, not the conflict itself: so there is a cause, to know it by.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.stored_first)
    }
}

/// At the end of the sources of whatever was caused by a [`Conflict`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("another commit was stored first")]
pub(crate) struct StoredFirst {
    // Shared, to keep the errors small.
    stream: Arc<StreamId>,
    is_on_creating: bool,
}

impl StoredFirst {
    /// What caused the conflict that is among what caused an error, or is the error.
    pub(crate) fn find_in<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        let mut chain = Some(error);
        while let Some(error) = chain {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            chain = error.source();
        }
        None
    }

    pub(crate) fn conflicting_stream(&self) -> &StreamId {
        &self.stream
    }

    pub(crate) const fn is_on_creating(&self) -> bool {
        self.is_on_creating
    }
}

impl Conflict {
    /// A conflict on this stream; for those who write a store.
    #[must_use]
    pub fn new(stream: StreamId, expected: Version, actual: Version) -> Self {
        let stored_first = StoredFirst { stream: Arc::new(stream.clone()), is_on_creating: expected == 0 };
        Self { stored_first, stream, expected, actual }
    }

    /// Whether an aggregate was to be created, and there is one under its id already. To create it again is a conflict again, so try again only
    /// what loads first: [`get_or_create`](crate::Repository::get_or_create), or an operation that creates where [`find`](crate::Repository::find)
    /// finds none.
    #[must_use]
    pub fn is_on_creating(&self) -> bool {
        self.stored_first.is_on_creating
    }
}

/// A commit that no store takes, found before anything is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidCommit {
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
