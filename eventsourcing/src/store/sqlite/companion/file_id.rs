//! Which file it is, whatever takes its name later.

use std::fs;
use std::path::Path;

/// What distinguishes a file from another that has taken its name.
///
/// SQLite itself goes on with a file that was deleted, and all that is written to it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    /// That of the file which has this name now, if there is one.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let status = fs::metadata(path).ok()?;
        Some(Self(status.dev(), status.ino()))
    }

    /// An open file cannot be replaced on these systems, so that it suffices that there is one.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        fs::exists(path).unwrap_or(false).then_some(Self(0, 0))
    }
}
