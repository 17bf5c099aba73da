//! Which file a name stands for.

use std::fs::Metadata;
use std::path::Path;

use crate::store::sqlite::os::file_status::FileStatus;

/// The device and the inode of a file. Where the system has none, a file that is open can be neither deleted nor replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    #[cfg(target_os = "linux")]
    pub(super) fn new(device: u64, inode: u64) -> Self {
        Self { device, inode }
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub(crate) fn from_metadata(file: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;

        Some(Self { device: file.dev(), inode: file.ino() })
    }

    #[cfg(not(unix))]
    pub(crate) fn from_metadata(_: &Metadata) -> Option<Self> {
        None
    }

    /// The id of the file that a name stands for now, if there is one.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        FileStatus::read(path).ok()?.id
    }
}
