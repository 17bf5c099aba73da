//! Connections that read the file of a generation.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::ViewError;
use crate::view::sqlite::error::{failed, not_answered, not_opened};
use crate::view::sqlite::file;
use crate::view::sqlite::opened::Opened;

/// The most connections that are kept for the next readers.
const IDLE: usize = 8;

/// Connections that read the file of a generation.
pub(super) struct Pool {
    view: &'static str,
    path: PathBuf,
    opened: Opened,
    idle: Mutex<Vec<Connection>>,
}

/// What reads the file of a generation.
pub(super) trait Reads: Send + Sync {
    fn pool(&self) -> &Pool;
}

impl Reads for Pool {
    fn pool(&self) -> &Pool {
        self
    }
}

impl Pool {
    /// Opens the file of a generation, which must be there.
    pub(super) fn open(view: &'static str, path: PathBuf) -> Result<Self, ViewError> {
        let opened = Opened::of(&path);
        let first = connect(view, &path)?;
        let pool = Self { view, path, opened, idle: Mutex::default() };
        pool.lock().push(first);
        Ok(pool)
    }

    /// Whether the file is the one that has its name now.
    pub(super) fn is_current(&self) -> bool {
        self.opened.gone().is_none()
    }

    pub(super) fn connect(&self) -> Result<Connection, ViewError> {
        connect(self.view, &self.path)
    }

    /// Reads by a connection; one that has failed, or is left in a transaction, is closed.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.try_read(read)?.map_err(|error| failed(&self.path, error))
    }

    /// The same, where the caller says what to read: what is wrong may be that.
    pub(super) fn ask<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.try_read(read)?.map_err(|error| not_answered(self.view, &self.path, error))
    }

    fn try_read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>, ViewError> {
        let idle = self.lock().pop();
        let conn = idle.map_or_else(|| self.connect(), Ok)?;
        let found = read(&conn);
        let mut idle = self.lock();
        if found.is_ok() && idle.len() < IDLE && conn.is_autocommit() {
            idle.push(conn);
        }
        Ok(found)
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(view: &'static str, path: &Path) -> Result<Connection, ViewError> {
    file::open_to_read(path, file::GENERATION).map_err(|error| not_opened(view, error))
}
