//! Connections that read the file of a generation.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::ViewError;
use crate::view::sqlite::error::{failed, not_opened};
use crate::view::sqlite::file::{self, FileKind};
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
pub(super) trait Reads {
    /// Whether the file is the one that has its name now.
    fn is_current(&self) -> bool;
}

impl Reads for Pool {
    fn is_current(&self) -> bool {
        self.opened.gone().is_none()
    }
}

impl Pool {
    /// Opens the file of a generation, which must be there.
    pub(super) fn open(view: &'static str, path: PathBuf) -> Result<Self, ViewError> {
        let opened = Opened::of(&path);
        let pool = Self { view, path, opened, idle: Mutex::default() };
        let first = pool.connect()?;
        pool.lock().push(first);
        Ok(pool)
    }

    pub(super) fn connect(&self) -> Result<Connection, ViewError> {
        file::open_to_read(&self.path, FileKind::GENERATION).map_err(|error| not_opened(self.view, error))
    }

    /// Reads by a connection; one that has failed, or is left in a transaction, is closed.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        let idle = self.lock().pop();
        let conn = idle.map_or_else(|| self.connect(), Ok)?;
        let found = read(&conn).map_err(|error| failed(&self.path, error))?;
        let mut idle = self.lock();
        if idle.len() < IDLE && conn.is_autocommit() {
            idle.push(conn);
        }
        Ok(found)
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
