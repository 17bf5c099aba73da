//! Running out of file descriptors.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::error::{StoreError, StoreErrorKind};
use crate::store::sqlite::error::Origin;

/// Whose limit on descriptors is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shortage {
    Process,
    System,
}

impl Shortage {
    /// Whether a file could not be opened because no descriptor was left. SQLite does not say, and so the folder is opened: to open and
    /// close the file itself would give up SQLite's locks on it.
    pub(super) fn found(origin: &Origin) -> Option<Self> {
        let Origin::File(path) = origin else { return None };
        let folder = path.parent().unwrap_or(Path::new("/"));
        File::open(folder).err().and_then(|error| Self::of(&error))
    }

    #[cfg(unix)]
    fn of(error: &io::Error) -> Option<Self> {
        // The same numbers on every Unix.
        match error.raw_os_error() {
            Some(24) => Some(Self::Process),
            Some(23) => Some(Self::System),
            _ => None,
        }
    }

    #[cfg(not(unix))]
    fn of(_: &io::Error) -> Option<Self> {
        None
    }

    pub(super) fn error(self, origin: &Origin) -> StoreError {
        let limit = match self {
            Self::Process => {
                "the process has as many files open as it may: raise that limit (RLIMIT_NOFILE, `ulimit -n`)"
            }
            Self::System => "the system has as many files open as it may: raise that limit (`fs.file-max` on Linux)",
        };
        let message =
            format!("cannot read {origin}: {limit}, or open fewer stores and files, and try again; nothing was done");
        StoreError::new(StoreErrorKind::Unavailable, message)
    }
}
