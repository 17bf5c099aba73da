//! Which file a name stands for, and how long it is, without its times.
//!
//! Since Linux 6.13, who asks for the times of a file makes its next write take a time of its own (multigrain timestamps,
//! <https://docs.kernel.org/filesystems/multigrain-ts.html>): then the sync after it must write the inode too, which takes it about half as
//! long again. The writer and all that wait for it ask for each file often, so they must not ask for its times, as `std` does.

use std::io;
use std::path::Path;

use crate::store::sqlite::os::file_id::FileId;

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
        let found = std::fs::metadata(path)?;
        Ok(Self { id: FileId::from_metadata(&found), bytes: found.len() })
    }
}

#[cfg(target_os = "linux")]
fn read_without_times(path: &Path) -> rustix::io::Result<FileStatus> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};

    let found = statx(CWD, path, AtFlags::empty(), StatxFlags::INO | StatxFlags::SIZE)?;
    let id = FileId::new(makedev(found.stx_dev_major, found.stx_dev_minor), found.stx_ino);
    Ok(FileStatus { id: Some(id), bytes: found.stx_size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_what_std_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert_eq!(FileStatus::read(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        std::fs::write(&path, [0; 5_000]).unwrap();
        let (status, found) = (FileStatus::read(&path).unwrap(), std::fs::metadata(&path).unwrap());
        assert_eq!((status.id, status.bytes), (FileId::from_metadata(&found), found.len()));
    }

    /// Where times have a clock tick; of other systems it says nothing.
    #[test]
    #[cfg(target_os = "linux")]
    fn the_next_write_takes_the_time_of_the_clock_tick_as_any_other() {
        let folder = tempfile::tempdir().unwrap();
        // A tick may pass between the two writes, but not each time.
        let takes_it = (0..100).any(|number| {
            let [asked, other] = ["asked", "other"].map(|name| folder.path().join(format!("{name}-{number}")));
            std::fs::write(&asked, [1]).unwrap();
            FileStatus::read(&asked).unwrap();
            std::fs::write(&asked, [2]).unwrap();
            std::fs::write(&other, [1]).unwrap();
            let [asked, other] = [asked, other].map(|path| std::fs::metadata(path).unwrap().modified().unwrap());
            asked == other
        });
        assert!(takes_it);
    }
}
