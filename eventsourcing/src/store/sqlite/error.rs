//! What goes wrong in SQLite, as what it means for the caller.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ffi;

use crate::error::{CommitError, Conflict, OpenError, Place, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::connection::busy::is_busy;
use crate::store::sqlite::file::diagnosis::cannot_open;
use crate::stream::Position;

/// Where the store is.
#[derive(Debug)]
pub(super) enum Origin {
    File(PathBuf),
    Memory,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Reading,
    /// Before `COMMIT`: whatever happens, nothing is stored.
    Writing,
    /// In `COMMIT`.
    Committing,
}

/// Why a page was not read.
#[derive(Debug)]
pub(super) enum ReadFailure {
    Sqlite(rusqlite::Error),
    Damaged(Place),
    /// Something that must be there is not; this is what.
    Missing(String),
    /// The log ends before where a reader stands.
    Ahead {
        after: Position,
        head: Position,
    },
}

/// Why the log is not what it was when it was last looked at, or cannot be told to be.
#[derive(Debug)]
pub(super) enum LogMismatch {
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

/// Why a commit was not acknowledged.
#[derive(Debug)]
pub(super) enum CommitFailure {
    Conflict(Conflict),
    /// Nothing was written, and nothing is to be.
    LogMismatch(LogMismatch),
    /// It failed before `COMMIT`.
    BeforeCommit(rusqlite::Error),
    /// `COMMIT` failed, and nothing is left of the transaction.
    AtCommit(rusqlite::Error),
    /// `COMMIT` failed, and the transaction could not be rolled back.
    Unknown(rusqlite::Error),
}

impl CommitFailure {
    /// Whether nothing was stored, for a reason that may be one commit's alone.
    pub(super) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Conflict(_) => true,
            // Another process holds the file, and each commit would wait for it as long again.
            Self::BeforeCommit(error) => !is_busy(error),
            Self::LogMismatch(_) | Self::AtCommit(_) | Self::Unknown(_) => false,
        }
    }
}

impl Origin {
    pub(super) fn error(&self, doing: Operation, error: rusqlite::Error) -> StoreError {
        let (mut kind, mut what) = meaning(&error);
        // The few errors of `COMMIT` after which SQLite is known to have stored nothing.
        let refused =
            matches!(primary(&error), ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_FULL | ffi::SQLITE_READONLY);
        if doing == Operation::Committing && !refused {
            kind = StoreErrorKind::OutcomeUnknown;
            what = "the commit may have been stored or not: commit again under the same id to learn which";
        }
        let verb = if doing == Operation::Reading { "read" } else { "write to" };
        StoreError::new(kind, format!("cannot {verb} {self}: {what}")).caused_by(error)
    }

    pub(super) fn read_error(&self, fault: ReadFailure) -> ReadError {
        match fault {
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

    /// That the log is not what it was.
    pub(super) fn mismatch(&self, mismatch: LogMismatch) -> StoreError {
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

    pub(super) fn commit_error(&self, unstored: CommitFailure) -> CommitError {
        match unstored {
            CommitFailure::Conflict(conflict) => conflict.into(),
            CommitFailure::LogMismatch(mismatch) => self.mismatch(mismatch).into(),
            CommitFailure::BeforeCommit(error) => self.error(Operation::Writing, error).into(),
            CommitFailure::AtCommit(error) => self.error(Operation::Committing, error).into(),
            CommitFailure::Unknown(error) => self.unknown().caused_by(error).into(),
        }
    }

    /// That the outcome of a commit is not known.
    pub(super) fn unknown(&self) -> StoreError {
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

/// The error of opening a file.
pub(super) fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if is_beside(&error) {
        return OpenError::NotAllowed { path, source: error.into() };
    }
    match primary(&error) {
        ffi::SQLITE_NOTADB => OpenError::NotADatabase { path, source: error.into() },
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => OpenError::InUse { path, source: error.into() },
        ffi::SQLITE_READONLY => OpenError::ReadOnly { path },
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM => cannot_open(&path, error),
        _ => OpenError::Store(Origin::File(path).error(Operation::Reading, error)),
    }
}

/// Whether the file itself could be written to, and only those beside it cannot be made.
fn is_beside(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_extended_error_code(),
        Some(ffi::SQLITE_READONLY_DIRECTORY | ffi::SQLITE_READONLY_CANTINIT | ffi::SQLITE_READONLY_CANTLOCK)
    )
}

/// Whether the connection can be used after this error as before: nothing is wrong with it.
pub(super) fn is_harmless(error: &rusqlite::Error) -> bool {
    matches!(primary(error), ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_FULL | ffi::SQLITE_READONLY)
}

/// What a primary result code means, and what to do about it; each code that SQLite has is here on purpose.
fn meaning(error: &rusqlite::Error) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Closed, Corrupt, Full, Unavailable, Unsupported};
    match primary(error) {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => (
            Unavailable,
            "another process has held it for longer than the busy deadline; nothing was stored: try again",
        ),
        ffi::SQLITE_FULL => (Full, "there is no space left; nothing was stored: make space and try again"),
        ffi::SQLITE_READONLY => {
            (Unsupported, "it became read-only; nothing was stored: make it writable, and open it again")
        }
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => (
            Corrupt,
            "the file is damaged: stop writing to it; `SqliteStore::verify` says what is wrong, and `SqliteStore::salvage` takes \
                 what is sound to a new file, unless there is a backup",
        ),
        // Tables that are missing, or rows that ours cannot have: somebody else wrote to the file, or the disk lied.
        ffi::SQLITE_ERROR | ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH | NOT_OF_SQLITE => (
            Corrupt,
            "what it holds is not what this store has written: stop writing to it, and restore it from a backup",
        ),
        ffi::SQLITE_IOERR => (Unavailable, "the disk failed; nothing was stored: look at the disk, then try again"),
        ffi::SQLITE_CANTOPEN => (
            Unavailable,
            "a file cannot be opened; nothing was stored: look for its folder, its permissions and too many open files",
        ),
        ffi::SQLITE_NOMEM => (Unavailable, "there is no memory left; nothing was stored: try again when there is"),
        ffi::SQLITE_PROTOCOL | ffi::SQLITE_SCHEMA | ffi::SQLITE_ABORT | ffi::SQLITE_INTERRUPT => {
            (Unavailable, "another process was in the way; nothing was stored: try again")
        }
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH => {
            (Unsupported, "access is denied; nothing was stored: check its permissions")
        }
        ffi::SQLITE_TOOBIG | ffi::SQLITE_NOLFS => {
            (Unsupported, "it would be too large for this system; nothing was stored")
        }
        ffi::SQLITE_INTERNAL
        | ffi::SQLITE_MISUSE
        | ffi::SQLITE_RANGE
        | ffi::SQLITE_NOTFOUND
        | ffi::SQLITE_EMPTY
        | ffi::SQLITE_FORMAT => {
            (Closed, "SQLite failed in a way that it should not; nothing was stored: please report it")
        }
        _ => (Closed, "SQLite failed in a way that this release does not know; nothing was stored: open it again"),
    }
}

/// Not a result code of SQLite: the driver could not read a value as what it must be.
const NOT_OF_SQLITE: i32 = -1;

fn primary(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(NOT_OF_SQLITE, |error| error.extended_code & 0xff)
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
