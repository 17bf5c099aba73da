//! Which file a name stands for, and how long it is, without its times.
//!
//! Since Linux 6.13, who asks for the times of a file makes its next write take a time of its own (multigrain timestamps,
//! <https://docs.kernel.org/filesystems/multigrain-ts.html>): then the sync after it must write the inode too, which takes it about half as
//! long again. The writer and all that wait for it ask for each file often, so they must not ask for its times, as `std` does.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// A file as the system describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileStatus {
    /// None where the system has none.
    pub(crate) id: Option<FileId>,
    pub(crate) bytes: u64,
}

impl FileStatus {
    /// The status of the file that a name stands for now.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        match read_without_times(path) {
            // An old kernel does not know the call, and a sandbox may forbid it.
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {}
            status => return Ok(status?),
        }
        let found = fs::metadata(path)?;
        Ok(Self { id: FileId::from_metadata(&found), bytes: found.len() })
    }
}

#[cfg(target_os = "linux")]
fn read_without_times(path: &Path) -> rustix::io::Result<FileStatus> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};

    let found = statx(CWD, path, AtFlags::empty(), StatxFlags::INO | StatxFlags::SIZE)?;
    let id = FileId { device: makedev(found.stx_dev_major, found.stx_dev_minor), inode: found.stx_ino };
    Ok(FileStatus { id: Some(id), bytes: found.stx_size })
}

/// The device and the inode of a file. Where the system has none, a file that is open can be neither deleted nor replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_what_std_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert_eq!(FileStatus::read(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(&path, [0; 5_000]).unwrap();
        let (status, found) = (FileStatus::read(&path).unwrap(), fs::metadata(&path).unwrap());
        assert_eq!((status.id, status.bytes), (FileId::from_metadata(&found), found.len()));
    }

    /// Where times have a clock tick; of other systems it says nothing.
    #[test]
    #[cfg(target_os = "linux")]
    fn the_next_write_takes_the_time_of_the_clock_tick_as_any_other() {
        let folder = tempfile::tempdir().unwrap();
        // A tick may pass between the two writes, but seldom.
        let same = (0..200).filter(|number| {
            let [asked, other] = ["asked", "other"].map(|name| folder.path().join(format!("{name}-{number}")));
            fs::write(&asked, [1]).unwrap();
            FileStatus::read(&asked).unwrap();
            fs::write(&other, [1]).unwrap();
            fs::write(&asked, [2]).unwrap();
            let [asked, other] = [asked, other].map(|path| fs::metadata(path).unwrap().modified().unwrap());
            asked == other
        });
        let same = same.count();
        assert!(same >= 50, "{same} of 200");
    }
}
