//! The names of the files beside a database.

use std::path::{Path, PathBuf};

/// The path of a file beside another, as SQLite names it: the other's own with something after it.
pub(crate) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    name.into()
}
