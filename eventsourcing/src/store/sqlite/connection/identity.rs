//! Whether the files of a store are still those that were opened, and the process the one that opened them.
//!
//! SQLite goes on with the files that it has open when their names are given to others, or to none: then commits are acknowledged that
//! no process finds again, and the last connection deletes a `-wal` that is another file's. And a child of `fork` has the connections of its
//! parent, but none of its locks; SQLite believes that it has them, also for a connection that the child opens itself. So both are
//! compared, often enough that a change is reported after a handful of commits.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, process};

use rusqlite::Connection;

use crate::error::{StoreError, StoreErrorKind};
use crate::store::sqlite::connection::wal::cut::WalCut;
use crate::store::sqlite::os::file_status::{FileId, FileStatus};
use crate::store::sqlite::os::side_file::{SHM, WAL, beside};

/// How often the files are compared by the writer.
const WRITING: Duration = Duration::from_millis(1);

/// How often they are compared by readers.
const READING: Duration = Duration::from_millis(100);

/// The files of a store as they were opened, and the process that opened them.
#[derive(Debug)]
pub(crate) struct Identity {
    path: PathBuf,
    process: u32,
    /// The database, its `-wal` and its `-shm`; without these two for a store that may not write, beside which others make and remove them.
    files: Mutex<[Option<FileId>; 3]>,
    begun: Instant,
    wal: WalCut,
    /// When the files were last compared, in microseconds after `begun`.
    compared: AtomicU64,
    _open: OpenDatabase,
}

/// The databases that are open, each with the process that opened it.
static OPEN: Mutex<Vec<(Option<FileId>, u32)>> = Mutex::new(Vec::new());

/// A database that is open, until this is dropped.
#[derive(Debug)]
struct OpenDatabase(Option<FileId>, u32);

/// A change of a file that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileChange {
    path: PathBuf,
    pub(crate) how: How,
    /// Whether it is the database itself.
    pub(crate) is_database: bool,
}

/// How a file has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It was deleted, or has another name.
    Gone,
    /// Another has its name now.
    Replaced,
    /// Another program has cut off what the store has in it.
    Cut,
}

const NAMES: [&str; 3] = ["", WAL, SHM];

impl Identity {
    /// The identity of a file to which a connection is open. Fails in a child of a process that has it open.
    pub(crate) fn new(path: &Path) -> Result<Self, StoreError> {
        Self::with_files(path, read_ids(path))
    }

    /// The same for a store that may not write.
    pub(crate) fn of_database(path: &Path) -> Result<Self, StoreError> {
        let [database, ..] = read_ids(path);
        Self::with_files(path, [database, None, None])
    }

    fn with_files(path: &Path, files: [Option<FileId>; 3]) -> Result<Self, StoreError> {
        let process = process::id();
        let database = files.first().copied().flatten();
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        check_not_of_parent(path, database, &open)?;
        open.push((database, process));
        let (wal, path, files) = (WalCut::new(path), path.to_owned(), Mutex::new(files));
        Ok(Self {
            path,
            process,
            files,
            wal,
            begun: Instant::now(),
            compared: AtomicU64::new(0),
            _open: OpenDatabase(database, process),
        })
    }

    /// Whether this is the process that opened the store, and not a child of it.
    pub(crate) fn is_of_this_process(&self) -> bool {
        process::id() == self.process
    }

    /// Refuses a child of the process that opened the store: to be called before anything has an effect.
    pub(crate) fn check_process(&self) -> Result<(), StoreError> {
        if self.is_of_this_process() { Ok(()) } else { Err(forked(&self.path, self.process)) }
    }

    /// To be called before a transaction of this connection may write.
    pub(crate) fn check_writing(&self, conn: &Connection) -> Result<(), StoreError> {
        self.check_every(WRITING)?;
        self.check_wal(conn)
    }

    /// To be called before a connection to read is taken or opened; then [`check_wal`](Self::check_wal).
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.check_every(READING)
    }

    /// Refuses what the `-wal` was cut of; to be called before a connection is used, outside of a transaction.
    pub(crate) fn check_wal(&self, conn: &Connection) -> Result<(), StoreError> {
        self.find_cut(conn)?.map_or(Ok(()), |cut| Err(cut.error()))
    }

    /// As [`check`](Self::check), however long ago the files were compared.
    pub(crate) fn check_now(&self) -> Result<(), StoreError> {
        self.check_every(Duration::ZERO)
    }

    fn check_every(&self, interval: Duration) -> Result<(), StoreError> {
        self.check_process()?;
        let now = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let since = now.saturating_sub(self.compared.load(Ordering::Relaxed));
        if u128::from(since) < interval.as_micros() {
            return Ok(());
        }
        if let Some(changed) = self.find_change() {
            return Err(changed.error());
        }
        self.compared.store(now, Ordering::Relaxed);
        Ok(())
    }

    /// Finds the first file whose name does not stand for it any more.
    pub(crate) fn find_change(&self) -> Option<FileChange> {
        let files = *self.files();
        NAMES.into_iter().zip(files).find_map(|(name, opened)| {
            let path = beside(&self.path, name);
            let how = match FileStatus::read(&path) {
                // If the system cannot say now, the next check asks again.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return None,
                Err(_) => How::Gone,
                Ok(found) if found.id != opened => How::Replaced,
                Ok(found) if name == WAL => {
                    self.wal.compare(found.bytes);
                    return None;
                }
                Ok(_) => return None,
            };
            opened.map(|_| FileChange { path, how, is_database: name.is_empty() })
        })
    }

    /// That the `-wal` is cut, if it is. An error says that this cannot be found out at the moment.
    pub(crate) fn find_cut(&self, conn: &Connection) -> Result<Option<FileChange>, StoreError> {
        let path = beside(&self.path, WAL);
        match self.wal.is_cut(conn) {
            Ok(is_cut) => Ok(is_cut.then_some(FileChange { path, how: How::Cut, is_database: false })),
            Err(error) => {
                let message = format!(
                    "`{}` is shorter than it was, and whether it was cut cannot be found out at the moment; nothing was stored or read: \
                     try again",
                    path.display()
                );
                Err(StoreError::new(StoreErrorKind::Unavailable, message).caused_by(error))
            }
        }
    }

    /// Accepts the present `-wal` and `-shm` as those of the store, which SQLite recreates when a connection is opened and there was none;
    /// the database must be the same.
    pub(crate) fn renew(&self) -> Result<(), StoreError> {
        self.check_process()?;
        if let Some(changed) = self.find_change().filter(|changed| changed.is_database) {
            return Err(changed.error());
        }
        *self.files() = read_ids(&self.path);
        Ok(())
    }

    /// To be called with the bytes that the `-wal` has after a commit.
    pub(crate) fn note_wal_bytes(&self, bytes: u64) {
        self.wal.note_bytes(bytes);
    }

    /// To be called when frames of the `-wal` were seen to be missing; gives the error that each call has from now on.
    pub(crate) fn note_gap_in_wal(&self) -> StoreError {
        self.wal.note_gap();
        FileChange { path: beside(&self.path, WAL), how: How::Cut, is_database: false }.error()
    }

    fn files(&self) -> MutexGuard<'_, [Option<FileId>; 3]> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses a file that a process of which this one is a child has open: to be called before SQLite opens it, for which it would take locks
/// that it does not have.
pub(crate) fn check_not_forked(path: &Path) -> Result<(), StoreError> {
    let database = FileId::read(path);
    check_not_of_parent(path, database, &OPEN.lock().unwrap_or_else(PoisonError::into_inner))
}

fn check_not_of_parent(
    path: &Path,
    database: Option<FileId>,
    open: &[(Option<FileId>, u32)],
) -> Result<(), StoreError> {
    let is_of_parent =
        |(id, opener): &&(Option<FileId>, u32)| id.is_some() && *id == database && *opener != process::id();
    open.iter().find(is_of_parent).map_or(Ok(()), |(_, parent)| Err(forked(path, *parent)))
}

fn forked(path: &Path, parent: u32) -> StoreError {
    let message = format!(
        "`{}` was opened by the process {parent}, of which this one is a fork, without its locks; nothing was done: open the store only \
         after the fork, or have the child execute a program of its own",
        path.display()
    );
    StoreError::new(StoreErrorKind::Closed, message)
}

/// Reads which files the names of a database, its `-wal` and its `-shm` stand for now.
fn read_ids(path: &Path) -> [Option<FileId>; 3] {
    NAMES.map(|name| FileId::read(&beside(path, name)))
}

impl Drop for OpenDatabase {
    fn drop(&mut self) {
        // In a child, the parent's stay known.
        if process::id() == self.1 {
            let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = open.iter().position(|open| *open == (self.0, self.1)) {
                open.swap_remove(place);
            }
        }
    }
}

impl FileChange {
    fn error(&self) -> StoreError {
        StoreError::new(StoreErrorKind::Closed, self.to_string())
    }
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.how {
            How::Gone => "was deleted or moved",
            How::Replaced => "was replaced by another file",
            How::Cut => "was cut by another program",
        };
        write!(f, "`{}` {what} while the store is open; nothing was stored or read: ", self.path.display())?;
        f.write_str(match (self.is_database, self.how) {
            (_, How::Cut) => "end all processes that have the store open, and restore a backup, or salvage what is left",
            (true, _) => "put it back to go on, or end all processes that have it open, restore it, and open it again",
            (false, How::Replaced) => "put the one that was there back to go on, or end all processes that have the store open, and open it again",
            (false, How::Gone) => "end all processes that have the store open, and open it again: the last to close it saves what it has",
        })
    }
}

/// Makes this process one whose parent has a file open, as long as what it gives lives.
#[cfg(all(test, unix))]
pub(crate) fn opened_by_parent(path: &Path) -> impl Drop {
    struct Opened((Option<FileId>, u32));

    impl Drop for Opened {
        fn drop(&mut self) {
            OPEN.lock().unwrap_or_else(PoisonError::into_inner).retain(|open| *open != self.0);
        }
    }

    let [database, ..] = read_ids(path);
    let opened = (database, process::id() ^ 1);
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
    Opened(opened)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
