//! Errors of opening a store that is a file.

use std::error::Error as StdError;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::{StoreError, StoreErrorKind};
use crate::stream::Position;

/// Why a file was not opened as a store. The file is as it was; what was not there was not made.
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
    /// The path names a folder or a device, or no file at all.
    #[error("`{}` does not name a file; for a store in memory, write `SqliteStore::in_memory()`", .path.display())]
    #[non_exhaustive]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is not an SQLite database.
    #[error("`{}` is not a database: give another path, or restore the file from a backup", .path.display())]
    #[non_exhaustive]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn StdError + Send + Sync>,
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
    #[error("`{}` is read-only: change its permissions, or copy it to a place that can be written", .path.display())]
    #[non_exhaustive]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file, or one of those that SQLite keeps beside it (`-wal`, `-shm`), cannot be opened or made.
    #[error("cannot open `{}` and make the files beside it: check the permissions of the folder", .path.display())]
    #[non_exhaustive]
    NotAllowed {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Another process held a lock on the file for longer than the busy deadline.
    #[error("`{}` is held by another process: end it, or wait for it and try again", .path.display())]
    #[non_exhaustive]
    InUse {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The file has lost its last events: its `-wal` file is gone, or an older copy was put in its place.
    #[error(
        "`{}` ends at position {found}, and had come to {recorded} (`-head` beside it says so): put back the newest copy with its `-wal`, or \
         open what is left by `SqliteStore::builder().accept_loss()`", .path.display()
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
            Self::NotAllowed { source, .. } | Self::InUse { source, .. } => {
                with(StoreErrorKind::Unavailable).caused_by(source)
            }
            Self::MissingFolder { .. } => with(StoreErrorKind::Unavailable),
            Self::Behind { .. } | Self::Diverged { .. } => with(StoreErrorKind::Corrupt),
            Self::NotADatabase { source, .. } => with(StoreErrorKind::Corrupt).caused_by(source),
            Self::NotAFile { .. }
            | Self::OtherApplication { .. }
            | Self::NewerSchema { .. }
            | Self::ReadOnly { .. }
            | Self::SqliteTooOld { .. }
            | Self::Pragma { .. } => with(StoreErrorKind::Unsupported),
        }
    }
}
