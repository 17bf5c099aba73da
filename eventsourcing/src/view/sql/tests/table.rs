//! A table in memory: the shortest that does what is asked of one.

use rusqlite::{Connection, params};

use crate::error::{StoreError, StoreErrorKind, ViewError};
use crate::stream::Position;
use crate::view::sql::SqlKey;
use crate::view::sql::table::SqlTable;
use crate::view::{Checkpoint, DeliveryPlace, GenerationTable};

pub(super) struct Memory {
    pub(super) connection: Connection,
    checkpoint: Option<Checkpoint>,
    parked: Vec<SqlKey>,
    is_new: bool,
}

impl Memory {
    pub(super) fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE _parked (key TEXT PRIMARY KEY, position, error TEXT);
                      CREATE TABLE _waiting (key TEXT, position INTEGER, nth INTEGER, PRIMARY KEY (key, position, nth))";
        connection.execute_batch(tables).unwrap();
        Self { connection, checkpoint: None, parked: Vec::new(), is_new: true }
    }

    /// What waits, in order.
    pub(super) fn waiting(&self) -> Vec<(String, Position)> {
        let mut statement =
            self.connection.prepare("SELECT key, position FROM _waiting ORDER BY key, position, nth").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    pub(super) fn reasons(&self) -> Vec<String> {
        let mut statement = self.connection.prepare("SELECT error FROM _parked ORDER BY key").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), ViewError> {
        self.connection.execute(sql, params).map(drop).map_err(|error| self.failed(error))
    }
}

fn text(key: &SqlKey) -> String {
    key.as_str().to_owned()
}

impl SqlTable for Memory {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    fn failed(&self, error: rusqlite::Error) -> ViewError {
        ViewError::Rows(StoreError::new(StoreErrorKind::Unavailable, error.to_string()))
    }

    fn is_new(&mut self) -> Result<bool, ViewError> {
        Ok(self.is_new)
    }

    fn commit_new(&mut self) -> Result<(), ViewError> {
        self.is_new = false;
        self.run("COMMIT", [])
    }
}

impl GenerationTable<SqlKey> for Memory {
    fn claim(&mut self) -> Result<bool, ViewError> {
        Ok(true)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        Ok(self.checkpoint)
    }

    fn parked_keys(&mut self) -> Result<Vec<SqlKey>, ViewError> {
        Ok(self.parked.clone())
    }

    fn begin(&mut self) -> Result<(), ViewError> {
        self.run("BEGIN IMMEDIATE", [])
    }

    fn park(&mut self, key: &SqlKey, place: DeliveryPlace, error: &str) -> Result<(), ViewError> {
        self.parked.push(key.clone());
        let position = place.position;
        self.run("INSERT INTO _parked VALUES (?1, ?2, ?3)", params![text(key), position, error])?;
        self.enqueue(key, place)
    }

    fn enqueue(&mut self, key: &SqlKey, place: DeliveryPlace) -> Result<(), ViewError> {
        self.run("INSERT INTO _waiting VALUES (?1, ?2, ?3)", params![text(key), place.position, place.nth])
    }

    fn waiting(&mut self, _: &SqlKey, _: usize) -> Result<Vec<DeliveryPlace>, ViewError> {
        Ok(Vec::new())
    }

    fn dequeue(&mut self, key: &SqlKey, places: &[DeliveryPlace]) -> Result<(), ViewError> {
        places.iter().try_for_each(|place| {
            let gone = "DELETE FROM _waiting WHERE key = ?1 AND position = ?2 AND nth = ?3";
            self.run(gone, params![text(key), place.position, place.nth])
        })
    }

    fn keep_parked(&mut self, key: &SqlKey, error: &str) -> Result<(), ViewError> {
        self.run("UPDATE _parked SET error = ?2 WHERE key = ?1", params![text(key), error])
    }

    fn unpark(&mut self, key: &SqlKey) -> Result<(), ViewError> {
        self.run("DELETE FROM _waiting WHERE key = ?1", [text(key)])?;
        self.run("DELETE FROM _parked WHERE key = ?1", [text(key)])
    }

    fn record_drop(&mut self, _: &SqlKey) -> Result<(), ViewError> {
        Ok(())
    }

    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError> {
        assert_eq!(self.checkpoint, from);
        self.run("COMMIT", [])?;
        self.checkpoint = Some(to);
        Ok(())
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit() {
            self.run("ROLLBACK", []).unwrap();
        }
    }
}
