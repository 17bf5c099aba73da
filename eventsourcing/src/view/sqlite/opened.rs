//! The files that a database was opened with.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::view::sqlite::file::FileId;

/// The files that a database was opened with: itself, and its WAL and the index of that as soon as there are such. As long as it is open, SQLite removes none of
/// them. Where another program has, those who have it open and those who open it later would not see what the others write.
#[derive(Debug)]
pub(super) struct Opened {
    paths: [PathBuf; 3],
    seen: Mutex<[Option<FileId>; 3]>,
}

impl Opened {
    /// Those of a database that is open.
    pub(super) fn of(path: &Path) -> Self {
        let paths = ["", "-wal", "-shm"].map(|end| {
            let mut beside = path.as_os_str().to_owned();
            beside.push(end);
            PathBuf::from(beside)
        });
        let seen = paths.each_ref().map(|path| FileId::of(path));
        Self { paths, seen: Mutex::new(seen) }
    }

    /// The first of them that was removed, or another put in its place.
    pub(super) fn gone(&self) -> Option<&Path> {
        // No foreign code runs under the lock.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, (path, seen)) in self.paths.iter().zip(seen.iter_mut()).enumerate() {
            let (before, now) = (*seen, FileId::of(path));
            *seen = before.or(now);
            let must_be_there = number == 0 || before.is_some();
            if must_be_there && (now.is_none() || *seen != now) {
                return Some(path);
            }
        }
        None
    }
}
