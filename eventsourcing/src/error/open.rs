//! Errors of opening a store that is a file.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::error::{BoxError, StoreError, StoreErrorKind};
use crate::stream::Position;

/// Why a file was not opened as a store.
///
/// The file and all beside it are then as they were, byte for byte, and no file was made that was not there. The exceptions are a fault in the
/// midst of making a new store or of bringing an old one to the schema of this release: the next to open it does the rest.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder that the file is to stand in does not exist.
    #[error("cannot open `{}`: there is no folder `{}`; make it first", .path.display(), .folder.display())]
    #[non_exhaustive]
    MissingFolder {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The path cannot be that of a store: it names a folder or a device, an URI, or no file at all.
    #[error("`{}` cannot be the path of a store: {reason}", .path.display())]
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// Why not, and what to write instead.
        reason: &'static str,
    },
    /// The path is longer than SQLite or the system takes, with what the names of the files beside it add.
    #[error(
        "`{}` is too long: its name may have {longest_name} bytes and the whole path {longest}, symlinks resolved; give a shorter one",
        .path.display()
    )]
    #[non_exhaustive]
    PathTooLong {
        /// The path, symlinks resolved.
        path: PathBuf,
        /// The most bytes that a path may have.
        longest: usize,
        /// The most bytes that the name of the file may have.
        longest_name: usize,
    },
    /// The path goes through symlinks that lead back to themselves.
    #[error("`{}` leads through symlinks in a circle: give the path of the file itself, or correct the links", .path.display())]
    #[non_exhaustive]
    LinkLoop {
        /// The path.
        path: PathBuf,
    },
    /// The file has several names (hard links). SQLite keeps a `-wal` for each name: two processes that open it by different ones lose each
    /// other's commits.
    #[error(
        "`{}` is one of {names} names of a file (hard links), and commits by one name are lost by another: remove the other names \
         (`find -samefile` lists them), or, while no process uses it, copy it with its `-wal` to a folder of its own and open that",
        .path.display()
    )]
    #[non_exhaustive]
    HardLinked {
        /// The file.
        path: PathBuf,
        /// How many names it has.
        names: u64,
    },
    /// There is no file, or an empty one, where there should be a store.
    #[error("there is no store in `{}`: give the path of one", .path.display())]
    #[non_exhaustive]
    NoStore {
        /// The path.
        path: PathBuf,
    },
    /// There is a file where a new one is to be made.
    #[error("there is a file `{}`: give a path where there is none", .path.display())]
    #[non_exhaustive]
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// The file is missing or empty, and what stands beside it belongs to a store that was there: it was moved away or deleted. What is beside it
    /// may be all that is left of the last commits.
    #[error(
        "`{}` is missing or empty, and `{}` is left of a store that was there: put the file back; to begin a new store instead, move that away",
        .path.display(), .left.display()
    )]
    #[non_exhaustive]
    LostFile {
        /// The file.
        path: PathBuf,
        /// What is beside it and has content: its `-wal`, its `-journal` or its `-head`.
        left: PathBuf,
    },
    /// The `-wal` beside the file belongs to another file: a copy was put in place by hand, or the `-wal` was. Together they would be no store.
    #[error(
        "the `-wal` beside `{}` is that of another file: put back the file that it belongs to; to go on with this file instead, move it elsewhere \
         and call `SqliteStore::restore(elsewhere, here)`", .path.display()
    )]
    #[non_exhaustive]
    ForeignWal {
        /// The file.
        path: PathBuf,
    },
    /// A `-journal` of SQLite's stands beside the file: a change outside of WAL mode was not finished. No store makes one, but for the first moment of
    /// a new one; this one is of another program, or of another file.
    #[error(
        "`{}` is left of a change outside of WAL mode, which no store makes: if another program has changed `{}`, open that once by it, which takes the \
         change back; else move the `-journal` away", .journal.display(), .path.display()
    )]
    #[non_exhaustive]
    Interrupted {
        /// The file.
        path: PathBuf,
        /// Its `-journal`.
        journal: PathBuf,
    },
    /// A process was stopped while [`SqliteStore::restore`](crate::SqliteStore::restore) put a copy in the place of this file. The copy is whole,
    /// under the name that is given here.
    #[error(
        "`{}` was being restored when the process ended: restore it again; the copy is whole in `{}`, too", .path.display(), .left.display()
    )]
    #[non_exhaustive]
    Unrestored {
        /// The file.
        path: PathBuf,
        /// The copy that was to take its place.
        left: PathBuf,
    },
    /// The file is not an SQLite database.
    #[error("`{}` is not a database: give another path, or restore the file from a backup", .path.display())]
    #[non_exhaustive]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: BoxError,
    },
    /// The file is a database of another application; a store has a file of its own.
    #[error("`{}` is a database of another application (id {application_id:#x}): give another path", .path.display())]
    #[non_exhaustive]
    OtherApplication {
        /// The file.
        path: PathBuf,
        /// What its header calls its application; 0 if it does not say.
        application_id: u32,
    },
    /// A newer release made or changed the file.
    #[error("`{}` has schema {found}; this release knows schemas up to {known}: use a newer one", .path.display())]
    #[non_exhaustive]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The schema that the file has.
        found: u32,
        /// The newest schema that this release knows.
        known: u32,
    },
    /// The file, or what it stands on, cannot be written to.
    #[error(
        "`{}` is read-only: give this user the right to write to it and to its folder, or copy it by `SqliteStore::restore` to a place that \
         can be written", .path.display()
    )]
    #[non_exhaustive]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file, or one of those that SQLite keeps beside it (`-wal`, `-shm`), cannot be opened or made.
    #[error(
        "cannot open `{}` or make the files beside it: check the permissions of the folder, of the file and of those beside it (`-wal`, `-shm`)",
        .path.display()
    )]
    #[non_exhaustive]
    NotAllowed {
        /// The file.
        path: PathBuf,
        /// What SQLite or the system said.
        source: BoxError,
    },
    /// The process, or the system, has as many files open as it may.
    #[error(
        "cannot open `{}`: too many files are open; close some, or raise the limit of the process (`ulimit -n`)", .path.display()
    )]
    #[non_exhaustive]
    TooManyFiles {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: BoxError,
    },
    /// Another process held a lock on the file for longer than the busy deadline, or uses it where it must not.
    #[error("`{}` is held by another process: end it, or wait for it and try again", .path.display())]
    #[non_exhaustive]
    InUse {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: BoxError,
    },
    /// The file has lost its last events: its `-wal` file is gone, or an older copy was put in its place.
    #[error(
        "`{}` ends at position {found}, and had come to {recorded} (`-head` beside it says so): put the file and its `-wal` back, or \
         `SqliteStore::restore` a backup, or open what is left by `SqliteStore::builder().accept_loss()`", .path.display()
    )]
    #[non_exhaustive]
    Behind {
        /// The file.
        path: PathBuf,
        /// The position of the last event that was in it.
        recorded: Position,
        /// The position of the last event that is in it; 0 for a file without any.
        found: Position,
    },
    /// The file is another than it was: an older copy was put in its place, and went another way.
    #[error(
        "`{}` has another event at position {position} than it had (`-head` beside it says so): put back the right copy, or open this one \
         by `SqliteStore::builder().accept_loss()`", .path.display()
    )]
    #[non_exhaustive]
    Diverged {
        /// The file.
        path: PathBuf,
        /// The position of an event that is not what it was.
        position: Position,
    },
    /// The program is linked with an SQLite that has known faults in what a store needs.
    #[error("SQLite {found} is too old, {needed} is needed: build with the `bundled` feature of `rusqlite`")]
    #[non_exhaustive]
    SqliteTooOld {
        /// The version that is linked.
        found: &'static str,
        /// The first version that will do.
        needed: &'static str,
    },
    /// SQLite did not take a setting that the store's promises rest on.
    #[error("`{}`: SQLite answers `{got}` where `PRAGMA {pragma} = {asked}` was set; the store would not be safe", .path.display())]
    #[non_exhaustive]
    Pragma {
        /// The file.
        path: PathBuf,
        /// The setting.
        pragma: &'static str,
        /// What was asked for.
        asked: String,
        /// What SQLite says it is.
        got: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// The same for a file that was opened before, and now cannot be opened again.
    pub(crate) fn into_store(self) -> StoreError {
        let message = self.to_string();
        let with = |kind| StoreError::new(kind, message);
        match self {
            Self::Store(error) => error,
            Self::NotAllowed { source, .. } | Self::InUse { source, .. } | Self::TooManyFiles { source, .. } => {
                with(StoreErrorKind::Unavailable).caused_by(source)
            }
            Self::MissingFolder { .. } | Self::NoStore { .. } | Self::Unrestored { .. } | Self::Interrupted { .. } => {
                with(StoreErrorKind::Unavailable)
            }
            Self::Behind { .. } | Self::Diverged { .. } | Self::LostFile { .. } | Self::ForeignWal { .. } => {
                with(StoreErrorKind::Corrupt)
            }
            Self::NotADatabase { source, .. } => with(StoreErrorKind::Corrupt).caused_by(source),
            Self::NotAFile { .. }
            | Self::PathTooLong { .. }
            | Self::LinkLoop { .. }
            | Self::HardLinked { .. }
            | Self::AlreadyExists { .. }
            | Self::OtherApplication { .. }
            | Self::NewerSchema { .. }
            | Self::ReadOnly { .. }
            | Self::SqliteTooOld { .. }
            | Self::Pragma { .. } => with(StoreErrorKind::Unsupported),
        }
    }

    /// That a file is used by others who must not use it now.
    pub(crate) fn in_use(path: &Path, why: &'static str) -> Self {
        Self::InUse { path: path.to_owned(), source: why.into() }
    }
}
