//! The files that the process keeps beside a file that it writes to, and what it does with them around a transaction.

pub(crate) mod head_record;
pub(crate) mod turn;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::StoreError;
use crate::store::sqlite::connection::identity::{How, Identity};
use crate::store::sqlite::connection::side_files::head_record::HeadRecord;
use crate::store::sqlite::connection::side_files::turn::Turn;
use crate::store::sqlite::connection::wal::sync::sync_wal;
use crate::store::sqlite::connection::wal::{Wal, is_failed_sync};
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::settings::{Durability, Settings};
use crate::stream::Position;

/// The files beside the store's, for the connection that writes.
#[derive(Debug)]
pub(crate) struct SideFiles {
    pub(crate) path: PathBuf,
    pub(crate) identity: Arc<Identity>,
    pub(crate) turn: Turn,
    head_record: HeadRecord,
    wal: Wal,
    /// How long a transaction waits for other processes, by the turn and by SQLite's lock together.
    pub(crate) deadline: Duration,
    is_full: bool,
    /// The last event up to which a sync of this connection covers all.
    synced: Position,
    /// Whether a sync has failed, so that what it should have kept must be settled before anything else is written.
    pub(crate) is_in_doubt: bool,
}

impl SideFiles {
    /// Opens the side files of a database whose log ends with this head, for a connection that has read from it.
    pub(crate) fn open(
        path: &Path,
        settings: &Settings,
        head: Head,
        conn: &mut Connection,
        identity: Arc<Identity>,
    ) -> rusqlite::Result<Self> {
        let is_full = settings.durability == Durability::Full;
        let is_in_doubt = head_record::unsettled_sync(path)?.is_some();
        let recorded = head_record::recorded_salts(path)?;
        let mut head_record = HeadRecord::open(path);
        head_record.begin(path, head, settings.accept_loss)?;
        let deadline = settings.busy_deadline;
        let (turn, wal) = (Turn::open(path, deadline), Wal::open(path, conn, recorded));
        let path = path.to_owned();
        Ok(Self { path, identity, turn, head_record, wal, deadline, is_full, synced: Position::default(), is_in_doubt })
    }

    /// To be called before each transaction that may write.
    pub(crate) fn check(&self, conn: &Connection) -> Result<(), StoreError> {
        self.identity.check_writing(conn)
    }

    /// To be called after each transaction that has written, whose log had come to `before` and now to `head`; `events` are those that
    /// it has stored. An error says that it must not be acknowledged.
    pub(crate) fn committed(
        &mut self,
        conn: &mut Connection,
        before: Head,
        head: Head,
        events: u64,
    ) -> Result<(), StoreError> {
        debug_assert!(before.position + events <= head.position, "{before:?} {events} {head:?}");
        let others_write = before.position + events != head.position;
        let wal = self.wal.committed(others_write);
        if self.wal.has_gap() {
            // Neither is the record to say that the commit is there, nor is a gap to be taken into the file.
            return Err(self.identity.note_gap_in_wal());
        }
        self.identity.note_wal_bytes(self.wal.bytes());
        self.head_record.keep(head, self.is_full, wal, others_write);
        if self.is_full {
            self.synced = head.position;
        }
        if let Err(error) = self.wal.tidy(conn, self.deadline) {
            self.failed(&error);
        }
        Ok(())
    }

    /// Makes it certain that what a transaction has found, and not written itself, is on the disk, as far as this position: it may be
    /// another process's at `Normal`.
    pub(crate) fn make_certain(&mut self, last: Position) -> rusqlite::Result<()> {
        if !self.is_full || last <= self.synced {
            return Ok(());
        }
        self.wal.sync(&self.path).inspect_err(|error| self.failed(error))?;
        self.synced = last;
        Ok(())
    }

    /// To be called with each error of a transaction or of a sync: after some of them, what is in the WAL is in doubt.
    pub(crate) fn failed(&mut self, error: &rusqlite::Error) {
        if is_failed_sync(error) && !self.is_in_doubt {
            self.is_in_doubt = true;
            self.head_record.note_failed_sync();
        }
    }

    /// Settles what is in doubt, by `work`.
    pub(crate) fn settle(&mut self, work: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        let doubt = head_record::unsettled_sync(&self.path)?;
        work().inspect_err(|error| self.failed(error))?;
        if let Some(doubt) = doubt {
            self.head_record.settled(&self.path, doubt);
        }
        self.is_in_doubt = false;
        Ok(())
    }

    /// Takes the WAL into the file, as far as readers let it, when the store is closed. Says whether SQLite's close may do the rest and delete it: by
    /// its name it would delete that of another file, if there is another now.
    pub(crate) fn end(&mut self, conn: &Connection) -> rusqlite::Result<bool> {
        if self.is_in_doubt || !self.identity.is_of_this_process() {
            return Ok(false);
        }
        let mut changed = self.identity.find_change();
        if changed.is_none() {
            let Ok(cut) = self.identity.find_cut(conn) else { return Ok(false) };
            changed = cut;
        }
        if changed.as_ref().is_none_or(|changed| !changed.is_database && changed.how == How::Gone) {
            // Also a WAL that has lost its name: no other process finds what is in it. At `Full`, what other processes left was synced when the file was opened.
            self.wal.end(conn, !self.is_full).inspect_err(|error| self.failed(error))?;
        }
        Ok(changed.is_none())
    }
}

/// To be called when a file is known to be a store and a connection to it is open, before anything is written or answered: at `Full`, what
/// other processes have left in the WAL is on the disk after it.
pub(crate) fn before_writing(path: &Path, settings: &Settings) -> rusqlite::Result<()> {
    if settings.durability == Durability::Full {
        sync_wal(path).inspect_err(|error| note_failed_sync(path, error))?;
    }
    head_record::begin_wal_if_recorded(path)
}

/// Records that a sync has failed while a file was opened: the next process that opens it settles it.
pub(crate) fn note_failed_sync(path: &Path, error: &rusqlite::Error) {
    if is_failed_sync(error) {
        HeadRecord::open(path).note_failed_sync();
    }
}
