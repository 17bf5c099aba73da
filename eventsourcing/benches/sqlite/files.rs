//! Where the files of the sides are.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::disk;
use crate::paired::Side;

/// Files in a folder that lives as long as the sides do.
#[derive(Clone)]
pub(crate) struct Files {
    folder: Arc<TempDir>,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { folder: Arc::new(disk::folder()) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The side, with the folder.
    pub(crate) fn side(&self, name: &'static str, mut turn: impl FnMut() -> u64 + 'static) -> Side {
        let folder = Arc::clone(&self.folder);
        Side::new(name, move || {
            let _ = &folder;
            turn()
        })
    }
}
