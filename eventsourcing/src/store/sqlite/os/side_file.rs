//! The files beside a database: what each is called, and its path.

use std::path::{Path, PathBuf};

/// SQLite's log of commits that are not in the database file yet.
pub(crate) const WAL: &str = "-wal";

/// SQLite's index of the WAL.
pub(crate) const SHM: &str = "-shm";

/// What SQLite keeps of a change outside of WAL mode, to undo it.
pub(crate) const JOURNAL: &str = "-journal";

/// How far the log has come.
pub(crate) const HEAD: &str = "-head";

/// The queue of the processes that write.
pub(crate) const TURN: &str = "-turn";

/// A copy that is being made.
pub(crate) const COPYING: &str = "-copying";

/// A whole copy that is to take the place of the database.
pub(crate) const RESTORE: &str = "-restore";

/// What SQLite keeps beside a database.
pub(crate) const OF_SQLITE: [&str; 3] = [WAL, SHM, JOURNAL];

/// The path of a file beside another, as SQLite names it: the other's own with something after it.
pub(crate) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    name.into()
}
