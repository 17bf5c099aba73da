//! The locked file of a lease: it is locked as long as the holder's process lives, also while that is stopped.
//!
//! Each lease has a file of its own, named by its token, which is locked before the token is written to the row. So a file that can be locked is one
//! whose holder has ended.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// The locked file of a lease that is held here; it is deleted when this is dropped.
#[derive(Debug)]
pub(super) struct LockFile {
    path: PathBuf,
    _locked: File,
}

impl LockFile {
    /// Makes the file of a lease that is to be, and locks it; none where the file system has no locks, and only silence tells that a holder has ended.
    pub(super) fn new(database: &Path, token: Uuid) -> io::Result<Option<Self>> {
        let path = path_of(database, token);
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let is_locked = file.try_lock().is_ok();
        // Dropped, and so deleted, if it is not locked: another host could lock it.
        let made = Self { path, _locked: file };
        Ok(is_locked.then_some(made))
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // What is left is deleted by the next who takes the subscription.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the process of a lease's holder has certainly ended. Where it cannot be known, as when the file was deleted, it is not certain.
pub(super) fn has_ended(database: &Path, token: Uuid) -> bool {
    // Not held any longer than this call: the lock is that of its `File`.
    OpenOptions::new().write(true).open(path_of(database, token)).is_ok_and(|file| file.try_lock().is_ok())
}

/// Deletes what a holder that has ended has left.
pub(super) fn remove(database: &Path, token: Uuid) {
    let _ = fs::remove_file(path_of(database, token));
}

fn path_of(database: &Path, token: Uuid) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(format!("-lease-{token}"));
    PathBuf::from(name)
}
