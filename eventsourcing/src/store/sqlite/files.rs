//! What stands beside the file of a store.

use std::path::{Path, PathBuf};

/// The path of what stands beside a file, as SQLite names it: the file's own with something after it.
pub(super) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    name.into()
}
