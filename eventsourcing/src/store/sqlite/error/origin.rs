//! Where a store is, which each of its errors names.

use std::fmt;
use std::path::PathBuf;

use crate::error::{CommitError, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::error::cause::Cause;
use crate::store::sqlite::error::failure::{CommitFailure, LogMismatch, Operation, ReadFailure};
use crate::store::sqlite::error::meaning::meaning;

/// Where the store is.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    File(PathBuf),
    Memory,
}

impl Origin {
    pub(crate) fn error(&self, operation: Operation, error: rusqlite::Error) -> StoreError {
        let meaning = meaning(&error);
        let what = match operation {
            Operation::Reading => format!("cannot read {self}: {}", meaning.reading),
            Operation::Committing if !meaning.is_refusal => return self.unknown().caused_by(Cause::new(error)),
            Operation::Writing | Operation::Committing => format!("cannot write to {self}: {}", meaning.writing),
        };
        StoreError::new(meaning.kind, what).caused_by(Cause::new(error))
    }

    pub(crate) fn read_error(&self, failure: ReadFailure) -> ReadError {
        match failure {
            ReadFailure::Sqlite(error) => self.error(Operation::Reading, error).into(),
            ReadFailure::Damaged(place) => ReadError::Damaged(place),
            ReadFailure::Missing(what) => {
                let message =
                    format!("{what} is missing in {self}, and what comes after it is there: restore it from a backup");
                StoreError::new(StoreErrorKind::Corrupt, message).into()
            }
            ReadFailure::Ahead { after, head } => ReadError::ahead(after, head),
        }
    }

    /// The error of a log that is not what it was.
    pub(crate) fn mismatch(&self, mismatch: LogMismatch) -> StoreError {
        let what = match mismatch {
            LogMismatch::Sqlite(error) => return self.error(Operation::Writing, error),
            LogMismatch::Behind { recorded, found } => format!(
                "{self} ends at position {found}, and an event at position {recorded} was in it: its `-wal` file was lost, or an older \
                 copy was put in its place; stop writing to it, and restore it"
            ),
            LogMismatch::Diverged { position } => format!(
                "{self} has another event at position {position} than it had: another copy was put in its place; stop writing to it, \
                 and restore it"
            ),
            LogMismatch::Unreadable { position } => {
                format!("{self} is damaged at position {position}: stop writing to it, and restore it from a backup")
            }
        };
        StoreError::new(StoreErrorKind::Corrupt, what)
    }

    pub(crate) fn commit_error(&self, failure: CommitFailure) -> CommitError {
        match failure {
            CommitFailure::Conflict(conflict) => conflict.into(),
            CommitFailure::Refused(error) => error.into(),
            CommitFailure::LogMismatch(mismatch) => self.mismatch(mismatch).into(),
            CommitFailure::NotBegun(error) | CommitFailure::BeforeCommit(error) => {
                self.error(Operation::Writing, error).into()
            }
            CommitFailure::AtCommit(error) => self.error(Operation::Committing, error).into(),
            CommitFailure::Unknown(error) => self.unknown().caused_by(Cause::new(error)).into(),
            CommitFailure::BehindGap(error) => self.unknown().caused_by(error).into(),
        }
    }

    /// The error of a call to a store that is closed.
    pub(crate) fn closed(&self) -> StoreError {
        let message = match self {
            Self::File(path) => format!("the store in `{}` is closed: open it again", path.display()),
            Self::Memory => "the store in memory is closed: make another".to_owned(),
        };
        StoreError::new(StoreErrorKind::Closed, message)
    }

    /// The error of each call that would store something, of a store that was opened so.
    pub(crate) fn read_only(&self) -> StoreError {
        let message = format!(
            "the store in {self} was opened read-only (`SqliteStore::builder().read_only()`), and nothing was stored: to write to it, open it without \
             that"
        );
        StoreError::new(StoreErrorKind::Unsupported, message)
    }

    /// The error of a commit to a store that does not write any more since it saw this.
    pub(crate) fn stopped(&self, cause: &StoreError) -> StoreError {
        let message = format!(
            "{cause}; since this was seen, the store does not write to {self}, and nothing was stored: restore it, and open it again"
        );
        StoreError::new(StoreErrorKind::Corrupt, message)
    }

    /// The error of a snapshot that may have been kept or not.
    pub(crate) fn unknown_snapshot(&self) -> StoreError {
        let message = format!(
            "cannot write to {self}: whether the snapshot was kept is not known; it is only a cache, and nothing depends on it"
        );
        StoreError::new(StoreErrorKind::OutcomeUnknown, message)
    }

    /// The error of a close while the last commits were in doubt.
    pub(crate) fn unsettled(&self) -> StoreError {
        let message = format!(
            "the store in {self} is closed, and its last commits are in the `-wal` and not settled: open it again, which settles them"
        );
        StoreError::new(StoreErrorKind::Unavailable, message)
    }

    /// The error of a close that could not take the WAL into the file.
    pub(crate) fn wal_left(&self, kind: StoreErrorKind) -> StoreError {
        let message = format!(
            "the store in {self} is closed, and its `-wal` could not be taken into the file: it has all that was acknowledged, so keep it; \
             the next process that opens the store goes on from there"
        );
        StoreError::new(kind, message)
    }

    /// The error of a commit whose outcome is not known.
    pub(crate) fn unknown(&self) -> StoreError {
        let message = format!(
            "cannot write to {self}: the commit may have been stored or not: commit again under the same id to learn which"
        );
        StoreError::new(StoreErrorKind::OutcomeUnknown, message)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Memory => f.write_str("the store in memory"),
        }
    }
}
