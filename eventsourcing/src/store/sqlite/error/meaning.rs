//! SQLite's result codes, and what each means here: one table.

use rusqlite::{ErrorCode, ffi};

use crate::error::StoreErrorKind::{self, Closed, Corrupt, Full, Unavailable, Unsupported};

/// What a result code means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning {
    pub(crate) kind: StoreErrorKind,
    /// Whether the connection can be used after it as before.
    pub(crate) is_connection_sound: bool,
    /// Whether the file is damaged for certain. What looks like it may else be the work of a newer release, or of another program.
    pub(crate) is_damage: bool,
    /// Whether a `COMMIT` that ends with it is known to have stored nothing.
    pub(crate) is_refusal: bool,
    /// What is wrong and what to do, for a caller that reads.
    pub(crate) reading: &'static str,
    /// The same for one that writes, when nothing was stored.
    pub(crate) writing: &'static str,
}

/// The meaning of an error; each primary result code that SQLite has is here on purpose.
pub(crate) fn meaning(error: &rusqlite::Error) -> Meaning {
    match primary_code(error) {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => refusal(
            Unavailable,
            "another process has held it for longer than the busy deadline: try again",
            "another process has held it for longer than the busy deadline; nothing was stored: try again",
        ),
        ffi::SQLITE_FULL => refusal(
            Full,
            "there is no space left for the files that SQLite keeps beside it: make space and try again",
            "there is no space left; nothing was stored: make space and try again",
        ),
        ffi::SQLITE_READONLY => refusal(
            Unsupported,
            "it became read-only: make it and the files beside it writable, and open it again",
            "it became read-only; nothing was stored: make it and the files beside it writable, and open it again",
        ),
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => damage(
            "the file is damaged: stop writing to it; `SqliteStore::verify` says what is wrong, and `SqliteStore::salvage` takes what is \
             sound to a new file, unless there is a backup",
            "the file is damaged, and nothing was stored: stop writing to it; `SqliteStore::verify` says what is wrong, and \
             `SqliteStore::salvage` takes what is sound to a new file, unless there is a backup",
        ),
        // Tables or columns that are missing, or rows that ours cannot have: what a process that has the file open gets first when a newer
        // release has migrated it. Or another program wrote to it, or the disk lied.
        ffi::SQLITE_ERROR | ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH | NOT_OF_SQLITE => fault(
            Corrupt,
            "what it holds is not what this release writes: a newer release may have migrated it, or another program changed it; open it \
             again, which says if one did, and restore a backup only if `SqliteStore::verify` finds damage",
            "what it holds is not what this release writes, and nothing was stored: a newer release may have migrated it, or another \
             program changed it; open it again, which says if one did, and restore a backup only if `SqliteStore::verify` finds damage",
        ),
        ffi::SQLITE_IOERR => fault(
            Unavailable,
            "the system could not read it: look at the disk, then try again",
            "the system could not write to it: look at the disk, at quotas and at limits of a file's size; nothing was stored: try again \
             after that",
        ),
        ffi::SQLITE_CANTOPEN => fault(
            Unavailable,
            "one of its files cannot be opened: look whether it, its folder and those beside it are there and permitted, and whether the \
             process has too many open files; then try again",
            "one of its files cannot be opened; nothing was stored: look whether it, its folder and those beside it are there and \
             permitted, and whether the process has too many open files; then try again",
        ),
        ffi::SQLITE_NOMEM => fault(
            Unavailable,
            "there is no memory left: try again when there is",
            "there is no memory left; nothing was stored: try again when there is",
        ),
        ffi::SQLITE_PROTOCOL | ffi::SQLITE_SCHEMA | ffi::SQLITE_ABORT | ffi::SQLITE_INTERRUPT => fault(
            Unavailable,
            "another process was in the way: try again",
            "another process was in the way; nothing was stored: try again",
        ),
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH => fault(
            Unsupported,
            "access is denied: check its permissions",
            "access is denied; nothing was stored: check its permissions",
        ),
        ffi::SQLITE_TOOBIG | ffi::SQLITE_NOLFS => fault(
            Unsupported,
            "it is too large for this system",
            "it would be too large for this system; nothing was stored",
        ),
        ffi::SQLITE_INTERNAL
        | ffi::SQLITE_MISUSE
        | ffi::SQLITE_RANGE
        | ffi::SQLITE_NOTFOUND
        | ffi::SQLITE_EMPTY
        | ffi::SQLITE_FORMAT => fault(
            Closed,
            "SQLite failed in a way that it should not: please report it",
            "SQLite failed in a way that it should not; nothing was stored: please report it",
        ),
        _ => fault(
            Closed,
            "SQLite failed in a way that this release does not know: open it again",
            "SQLite failed in a way that this release does not know; nothing was stored: open it again",
        ),
    }
}

/// SQLite did not do it, and is as before.
const fn refusal(kind: StoreErrorKind, reading: &'static str, writing: &'static str) -> Meaning {
    Meaning { kind, is_connection_sound: true, is_damage: false, is_refusal: true, reading, writing }
}

/// The state of the connection may not be that of the file any more.
const fn fault(kind: StoreErrorKind, reading: &'static str, writing: &'static str) -> Meaning {
    Meaning { kind, is_connection_sound: false, is_damage: false, is_refusal: false, reading, writing }
}

/// SQLite has found the file to be damaged.
const fn damage(reading: &'static str, writing: &'static str) -> Meaning {
    Meaning { is_damage: true, ..fault(Corrupt, reading, writing) }
}

/// Not a result code of SQLite: the driver could not read a value as what it must be.
pub(crate) const NOT_OF_SQLITE: i32 = -1;

/// The result code without what SQLite says more exactly.
pub(crate) fn primary_code(error: &rusqlite::Error) -> i32 {
    extended_code(error).map_or(NOT_OF_SQLITE, |code| code & 0xff)
}

/// The result code as SQLite says it most exactly; `None` for an error of the driver's own. rusqlite has a method for it only from 0.40 on.
pub(crate) fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
