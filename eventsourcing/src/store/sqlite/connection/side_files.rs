//! What the process keeps beside a file that it writes to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::sqlite::connection::head_record::{self, HeadRecord};
use crate::store::sqlite::connection::turn::Turn;
use crate::store::sqlite::connection::wal::Wal;
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::{Durability, SqliteBuilder};

/// The files beside the store's, for the connection that writes.
#[derive(Debug)]
pub(crate) struct SideFiles {
    pub(crate) turn: Turn,
    pub(crate) head_record: HeadRecord,
    pub(crate) wal: Wal,
    /// How long a transaction waits for other processes, by the turn and by SQLite's lock together.
    pub(crate) deadline: Duration,
}

impl SideFiles {
    /// Those of this file, whose log has come so far.
    pub(crate) fn open(path: &Path, settings: &SqliteBuilder, head: Head) -> Self {
        let mut head_record = HeadRecord::open(path, settings.durability == Durability::Full);
        // What another process records meanwhile is not written over, unless it is of a log that is gone.
        let recorded = head_record::position(path);
        if settings.accept_loss
            || recorded.is_ok_and(|recorded| recorded.is_none_or(|recorded| recorded > head.position))
        {
            head_record.keep(head);
        }
        let deadline = settings.busy_deadline;
        Self { turn: Turn::open(path, deadline), head_record, wal: Wal::new(path), deadline }
    }
}

/// The path of a file beside another, as SQLite names it: the other's own with something after it.
pub(crate) fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    name.into()
}
