//! The locked file of a lease: it is locked as long as the holder's process lives, also while that is stopped.
//!
//! Each lease has a file of its own, named by its token, which is locked before the token is written to the database. So a file that can be locked is one
//! whose holder has ended.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// The locked file of a lease that is held here.
#[derive(Debug)]
pub(crate) struct LockFile {
    path: PathBuf,
    /// Whether the token is in the database. As long as it is, the file stays, also when this is dropped: unlocked, it shows that the holder has ended.
    is_kept: bool,
    _locked: File,
}

impl LockFile {
    /// Makes the file of a lease that is to be, and locks it; none where the file system has no locks, and only silence tells that a holder has ended.
    pub(crate) fn new(database: &Path, token: Uuid) -> io::Result<Option<Self>> {
        let path = path_of(database, token);
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let is_locked = file.try_lock().is_ok();
        // Dropped, and so deleted, if it is not locked: another host could lock it.
        let made = Self { path, is_kept: false, _locked: file };
        Ok(is_locked.then_some(made))
    }

    /// Takes note of whether the token is in the database.
    pub(crate) const fn keep(&mut self, is_kept: bool) {
        self.is_kept = is_kept;
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // The one that takes the place of the holder deletes what is left.
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether the process of a lease's holder has certainly ended. Where it cannot be known, as when the file was deleted, it is not certain.
pub(crate) fn has_ended(database: &Path, token: Uuid) -> bool {
    // Not held any longer than this call: the lock is that of its `File`.
    OpenOptions::new().write(true).open(path_of(database, token)).is_ok_and(|file| file.try_lock().is_ok())
}

/// Deletes what a holder that has ended has left.
pub(crate) fn remove(database: &Path, token: Uuid) {
    let _ = fs::remove_file(path_of(database, token));
}

/// Deletes what all holders have left, of a database that is deleted.
pub(crate) fn remove_all(database: &Path) {
    let (Some(folder), Some(name)) = (database.parent(), database.file_name()) else { return };
    let prefix = format!("{}-lease-", name.display());
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        if file.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(file.path());
        }
    }
}

fn path_of(database: &Path, token: Uuid) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(format!("-lease-{token}"));
    PathBuf::from(name)
}
