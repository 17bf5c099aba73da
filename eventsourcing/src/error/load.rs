//! Errors of reading.

use std::{fmt, io};

use thiserror::Error;

use crate::error::{BoxError, DecodeError, StoreError, StoreErrorKind};
use crate::stream::{Position, StreamId, Version};

/// Where a stored event is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the three coordinates of an event; there are no others")]
pub struct EventLocation {
    /// Its stream.
    pub stream: StreamId,
    /// Its version in that stream.
    pub version: Version,
    /// Its position in the store.
    pub position: Position,
}

impl fmt::Display for EventLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} of {} (position {})", self.version, self.stream, self.position)
    }
}

/// Why stored events could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An event is not what was stored: its checksum does not fit. The events before it were given out;
    /// it was not. Other streams can be read; restore this one from a backup.
    #[error("the stored event is damaged: {0}")]
    Damaged(EventLocation),
    /// The log ends before the position that it was to be read after: the reader has seen events that are not there. An older copy of
    /// the store was put in its place, or its last events were lost. Restore the store, or have the reader start again from
    /// the beginning.
    #[error(
        "the log was to be read after position {after}, but ends at {head}: what was read before is no longer there; restore the store, or read it again from the beginning"
    )]
    #[non_exhaustive]
    Ahead {
        /// The position that was asked for.
        after: Position,
        /// The position of the last event.
        head: Position,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadError {
    /// That the log ends before where a reader stands; for those who write a store.
    #[must_use]
    pub const fn ahead(after: Position, head: Position) -> Self {
        Self::Ahead { after, head }
    }

    /// The same of a call that reads no events, as that of [`head`](crate::store::EventStore::head); for those who write a store.
    #[must_use]
    pub fn into_store(self) -> StoreError {
        match self {
            Self::Store(error) => error,
            damaged @ (Self::Damaged(_) | Self::Ahead { .. }) => {
                StoreError::new(StoreErrorKind::Corrupt, damaged.to_string())
            }
        }
    }
}

/// Why an aggregate could not be loaded. Nothing was changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such aggregate: it was never saved, or it was discarded.
    #[error("there is no {stream}")]
    #[non_exhaustive]
    NotFound {
        /// The stream that has no events, or ends in a discarding one.
        stream: StreamId,
    },
    /// The aggregate exists, but has not come to this version.
    #[error("{stream} has no version {requested}: it is at version {actual}")]
    #[non_exhaustive]
    NoSuchVersion {
        /// The aggregate's stream.
        stream: StreamId,
        /// The version that was asked for.
        requested: Version,
        /// The version that it is at.
        actual: Version,
    },
    /// One aggregate was asked for twice. Two values of it could not be saved together: ask for each once.
    #[error("{stream} was asked for twice: ask for each aggregate once")]
    #[non_exhaustive]
    Duplicate {
        /// The aggregate's stream.
        stream: StreamId,
    },
    /// A stored event cannot be read as one of the aggregate's.
    #[error("{location} cannot be read")]
    #[non_exhaustive]
    Decode {
        /// Where the event is.
        location: Box<EventLocation>,
        /// Why it cannot be read.
        source: DecodeError,
    },
    /// The first event of the stream is not one that creates an aggregate.
    #[error("{location} is the first event of its stream, but `{event}` does not create an aggregate")]
    #[non_exhaustive]
    NotCreated {
        /// Where the event is.
        location: Box<EventLocation>,
        /// The stored name of the event.
        event: &'static str,
    },
    /// An event does more than change the state: its mutator replaces the root or records another event, so that what it makes would be saved
    /// under another id, or again. Let it change the other fields alone.
    #[error(
        "{location} cannot be applied: event `{event}` replaces the root or records another event; let it change the other fields alone"
    )]
    #[non_exhaustive]
    ChangesRoot {
        /// Where the event is.
        location: Box<EventLocation>,
        /// The stored name of the event.
        event: &'static str,
    },
    /// The metadata stored with an event cannot be read.
    #[error("the metadata of {location} cannot be read")]
    #[non_exhaustive]
    Metadata {
        /// Where the event is.
        location: Box<EventLocation>,
        /// What `serde_json` said.
        source: serde_json::Error,
    },
    /// The store could not read its events; see [`ReadError`].
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl LoadError {
    /// Where the event is that cannot be read, if it is one event.
    pub(crate) fn unreadable_at(&self) -> Option<Position> {
        match self {
            Self::Decode { location, .. }
            | Self::NotCreated { location, .. }
            | Self::ChangesRoot { location, .. }
            | Self::Metadata { location, .. } => Some(location.position),
            Self::NotFound { .. } | Self::NoSuchVersion { .. } | Self::Duplicate { .. } | Self::Read(_) => None,
        }
    }

    /// This error, unless it is the store's own, which may be temporary: then that.
    pub(crate) fn of_store(self) -> Result<Self, StoreError> {
        if let Self::Read(ReadError::Store(error)) = self { Err(error) } else { Ok(self) }
    }
}

/// Why no snapshot was taken. The aggregate and its events are as they were.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The aggregate could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The aggregate was read past events that this program does not know, so that it is not what all of its events make it.
    #[error("{stream} has events that this program does not know: take its snapshot with one that does")]
    #[non_exhaustive]
    Incomplete {
        /// The aggregate's stream.
        stream: StreamId,
    },
    /// The state cannot be written as JSON, or is too large.
    #[error("the state of {stream} cannot be stored")]
    #[non_exhaustive]
    State {
        /// The aggregate's stream.
        stream: StreamId,
        /// Why not.
        source: BoxError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an export ended early. The lines of the events before were written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// An event could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A payload or metadata is not JSON on one line, so that it cannot stand in one as it is stored. Nothing of ours stores such.
    #[error("{0} is not stored as JSON on one line, and cannot be exported as it is")]
    NotALine(EventLocation),
    /// Writing failed; the last line may be incomplete.
    #[error("the export could not be written")]
    Write(#[source] io::Error),
}

impl From<ReadError> for ExportError {
    fn from(error: ReadError) -> Self {
        Self::Load(error.into())
    }
}
