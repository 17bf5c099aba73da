//! The contract of a store, kept by the one in SQLite: through clones of a handle, through handles that open the file
//! each for itself as processes do, and in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::PathBuf;
use std::sync::Arc;

use eventsourcing::store::EventStore;
use eventsourcing::testing::contract::Harness;
use eventsourcing::{Position, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

/// A store in a file of its own.
struct File {
    folder: TempDir,
    /// The handle that is cloned; with none, each is opened for itself.
    cloned: Option<SqliteStore>,
}

impl File {
    fn cloned() -> Self {
        let mut file = Self::opened_each_time();
        file.cloned = Some(file.open());
        file
    }

    fn opened_each_time() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), cloned: None }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path()).unwrap()
    }
}

impl Harness for File {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.cloned.clone().unwrap_or_else(|| self.open()))
    }

    fn reopen(&mut self) {
        if self.cloned.take().is_some() {
            self.cloned = Some(self.open());
        }
    }

    fn damage(&mut self, position: Position) {
        let cloned = self.cloned.take().is_some();
        let file = Connection::open(self.path()).unwrap();
        let select = "SELECT body FROM events WHERE position = ?1";
        let mut body: Vec<u8> = file.query_row(select, [position.get().cast_signed()], |row| row.get(0)).unwrap();
        *body.last_mut().unwrap() ^= 1;
        let update = "UPDATE events SET body = ?2 WHERE position = ?1";
        assert_eq!(file.execute(update, (position.get().cast_signed(), body)).unwrap(), 1);
        drop(file);
        self.cloned = cloned.then(|| self.open());
    }
}

/// A store in memory, which lives as long as a handle of it.
struct Memory(SqliteStore);

impl Harness for Memory {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.0.clone())
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, position: Position) {
        self.0.damage(position).unwrap();
    }
}

mod cloned {
    eventsourcing::contract_tests!(super::File::cloned());
}

mod opened_each_time {
    eventsourcing::contract_tests!(super::File::opened_each_time());
}

mod in_memory {
    eventsourcing::contract_tests!(super::Memory(super::SqliteStore::in_memory().unwrap()));
}
