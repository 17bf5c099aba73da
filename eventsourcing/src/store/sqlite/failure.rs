//! What goes wrong in SQLite, as what it means for the caller.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ffi;

use crate::error::{CommitError, Conflict, OpenError, Place, ReadError, StoreError, StoreErrorKind};
use crate::store::sqlite::busy::is_busy;
use crate::stream::Position;

/// Where the store is.
#[derive(Debug)]
pub(super) enum Origin {
    File(PathBuf),
    Memory,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Reading,
    /// Before `COMMIT`: whatever happens, nothing is stored.
    Writing,
    /// In `COMMIT`.
    Committing,
}

/// Why a page was not read.
#[derive(Debug)]
pub(super) enum Fault {
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
pub(super) enum Astray {
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
pub(super) enum Unstored {
    Conflict(Conflict),
    /// Nothing was written, and nothing is to be.
    Astray(Astray),
    /// It failed before `COMMIT`.
    Before(rusqlite::Error),
    /// `COMMIT` failed, and nothing is left of the transaction.
    AtCommit(rusqlite::Error),
    /// `COMMIT` failed, and the transaction could not be rolled back.
    Unknown(rusqlite::Error),
}

impl Unstored {
    /// Whether nothing was stored, for a reason that may be one commit's alone.
    pub(super) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Conflict(_) => true,
            // Another process holds the file, and each commit would wait for it as long again.
            Self::Before(error) => !is_busy(error),
            Self::Astray(_) | Self::AtCommit(_) | Self::Unknown(_) => false,
        }
    }
}

impl Origin {
    pub(super) fn error(&self, doing: Doing, error: rusqlite::Error) -> StoreError {
        let (mut kind, mut what) = meaning(&error);
        // The few errors of `COMMIT` after which SQLite is known to have stored nothing.
        let refused =
            matches!(primary(&error), ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_FULL | ffi::SQLITE_READONLY);
        if doing == Doing::Committing && !refused {
            kind = StoreErrorKind::OutcomeUnknown;
            what = "the commit may have been stored or not: commit again under the same id to learn which";
        }
        let verb = if doing == Doing::Reading { "read" } else { "write to" };
        StoreError::new(kind, format!("cannot {verb} {self}: {what}")).caused_by(error)
    }

    pub(super) fn read_error(&self, fault: Fault) -> ReadError {
        match fault {
            Fault::Sqlite(error) => self.error(Doing::Reading, error).into(),
            Fault::Damaged(place) => ReadError::Damaged(place),
            Fault::Missing(what) => {
                let message =
                    format!("{what} is missing in {self}, and what comes after it is there: restore it from a backup");
                StoreError::new(StoreErrorKind::Corrupt, message).into()
            }
            Fault::Ahead { after, head } => ReadError::ahead(after, head),
        }
    }

    /// That the log is not what it was.
    pub(super) fn astray(&self, astray: Astray) -> StoreError {
        let what = match astray {
            Astray::Sqlite(error) => return self.error(Doing::Writing, error),
            Astray::Behind { recorded, found } => format!(
                "{self} ends at position {found}, and an event at position {recorded} was in it: its `-wal` file was lost, or an older \
                 copy was put in its place; stop writing to it, and restore it"
            ),
            Astray::Diverged { position } => format!(
                "{self} has another event at position {position} than it had: another copy was put in its place; stop writing to it, \
                 and restore it"
            ),
            Astray::Unreadable { position } => {
                format!("{self} is damaged at position {position}: stop writing to it, and restore it from a backup")
            }
        };
        StoreError::new(StoreErrorKind::Corrupt, what)
    }

    pub(super) fn commit_error(&self, unstored: Unstored) -> CommitError {
        match unstored {
            Unstored::Conflict(conflict) => conflict.into(),
            Unstored::Astray(astray) => self.astray(astray).into(),
            Unstored::Before(error) => self.error(Doing::Writing, error).into(),
            Unstored::AtCommit(error) => self.error(Doing::Committing, error).into(),
            Unstored::Unknown(error) => self.unknown().caused_by(error).into(),
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
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM => OpenError::NotAllowed { path, source: error.into() },
        _ => OpenError::Store(Origin::File(path).error(Doing::Reading, error)),
    }
}

/// Whether the file itself could be written to, and only those beside it cannot be made.
fn is_beside(error: &rusqlite::Error) -> bool {
    matches!(
        extended_code(error),
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
    extended_code(error).map_or(NOT_OF_SQLITE, |code| code & 0xff)
}

/// SQLite's own code, if the error is one of SQLite. rusqlite has a method for it only from 0.40 on.
pub(super) fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<rusqlite::Error> for Unstored {
    fn from(error: rusqlite::Error) -> Self {
        Self::Before(error)
    }
}

impl From<rusqlite::Error> for Astray {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Astray> for Unstored {
    fn from(astray: Astray) -> Self {
        match astray {
            Astray::Sqlite(error) => Self::Before(error),
            Astray::Behind { .. } | Astray::Diverged { .. } | Astray::Unreadable { .. } => Self::Astray(astray),
        }
    }
}

impl From<Conflict> for Unstored {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}
