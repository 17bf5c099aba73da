//! Failures as the engine handles them, before they become errors of a call.

use crate::error::{Conflict, EventLocation, StoreError};
use crate::store::sqlite::error::meaning::{is_busy, meaning};
use crate::stream::Position;

/// What the store did when an error occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Reading,
    /// Before `COMMIT`: whatever happens, nothing is stored.
    Writing,
    /// In `COMMIT`.
    Committing,
}

/// Why a page was not read.
#[derive(Debug)]
pub(crate) enum ReadFailure {
    Sqlite(rusqlite::Error),
    Damaged(EventLocation),
    /// Something that must be there is not; this is what.
    Missing(String),
    /// The log ends before where a reader stands.
    Ahead {
        after: Position,
        head: Position,
    },
}

/// Why the log is not what it was when it was last looked at, or why this cannot be established.
#[derive(Debug)]
pub(crate) enum LogMismatch {
    Sqlite(rusqlite::Error),
    /// It ends before an event that was in it.
    Behind {
        recorded: Position,
        found: Position,
    },
    /// Another event stands where one was.
    Diverged {
        position: Position,
    },
    /// The event has no checksum that could be read.
    Unreadable {
        position: Position,
    },
}

impl ReadFailure {
    /// Whether the connection can be used as before.
    pub(crate) fn leaves_connection_sound(&self) -> bool {
        match self {
            Self::Sqlite(error) => meaning(error).is_connection_sound,
            Self::Missing(_) | Self::Damaged(_) | Self::Ahead { .. } => true,
        }
    }

    /// Whether what is stored is damaged for certain, and more than the events that were read.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => meaning(error).is_damage,
            Self::Missing(_) => true,
            Self::Damaged(_) | Self::Ahead { .. } => false,
        }
    }
}

impl LogMismatch {
    fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => meaning(error).is_damage,
            Self::Behind { .. } | Self::Diverged { .. } | Self::Unreadable { .. } => true,
        }
    }
}

/// Why a commit was not acknowledged.
#[derive(Debug)]
pub(crate) enum CommitFailure {
    Conflict(Conflict),
    /// Nothing was written: the store may not be written to by this process, or not now.
    Refused(StoreError),
    /// Nothing was written, and nothing is to be.
    LogMismatch(LogMismatch),
    /// The transaction could not begin, which concerns all commits of a group alike.
    NotBegun(rusqlite::Error),
    /// It failed before `COMMIT`.
    BeforeCommit(rusqlite::Error),
    /// `COMMIT` failed, and nothing is left of the transaction.
    AtCommit(rusqlite::Error),
    /// `COMMIT` failed, and the transaction could not be rolled back.
    Unknown(rusqlite::Error),
    /// It was carried out, in a WAL from which another program has cut what was before.
    BehindGap(StoreError),
}

impl CommitFailure {
    /// The failure of what comes before the work of a transaction.
    pub(crate) fn before_work(self) -> Self {
        if let Self::BeforeCommit(error) = self { Self::NotBegun(error) } else { self }
    }

    /// Whether what is stored is damaged for certain.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::LogMismatch(mismatch) => mismatch.is_damage(),
            Self::NotBegun(error) | Self::BeforeCommit(error) | Self::AtCommit(error) | Self::Unknown(error) => {
                meaning(error).is_damage
            }
            Self::Conflict(_) | Self::Refused(_) | Self::BehindGap(_) => false,
        }
    }

    /// Whether it may have been stored all the same.
    pub(crate) fn may_be_stored(&self) -> bool {
        match self {
            Self::Conflict(_) | Self::Refused(_) | Self::LogMismatch(_) | Self::NotBegun(_) | Self::BeforeCommit(_) => {
                false
            }
            Self::AtCommit(error) => !meaning(error).is_refusal,
            Self::Unknown(_) | Self::BehindGap(_) => true,
        }
    }

    /// Whether the connection can be used as before.
    pub(crate) fn leaves_connection_sound(&self) -> bool {
        match self {
            Self::Conflict(_) | Self::Refused(_) | Self::LogMismatch(_) | Self::BehindGap(_) => true,
            Self::NotBegun(error) | Self::BeforeCommit(error) | Self::AtCommit(error) => {
                meaning(error).is_connection_sound
            }
            Self::Unknown(_) => false,
        }
    }

    /// Whether nothing was stored, for a reason that may be one commit's alone.
    pub(crate) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Conflict(_) => true,
            // Another process holds the file, and each commit would wait for it as long again.
            Self::BeforeCommit(error) => !is_busy(error),
            Self::NotBegun(_)
            | Self::Refused(_)
            | Self::LogMismatch(_)
            | Self::AtCommit(_)
            | Self::Unknown(_)
            | Self::BehindGap(_) => false,
        }
    }
}

impl From<rusqlite::Error> for ReadFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<rusqlite::Error> for CommitFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::BeforeCommit(error)
    }
}

impl From<rusqlite::Error> for LogMismatch {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<LogMismatch> for CommitFailure {
    fn from(mismatch: LogMismatch) -> Self {
        match mismatch {
            LogMismatch::Sqlite(error) => Self::BeforeCommit(error),
            LogMismatch::Behind { .. } | LogMismatch::Diverged { .. } | LogMismatch::Unreadable { .. } => {
                Self::LogMismatch(mismatch)
            }
        }
    }
}

impl From<Conflict> for CommitFailure {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}
