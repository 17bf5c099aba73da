//! "rusqlite alone": what a careful engineer writes by hand.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::domain::{Event, Folded};

pub(crate) struct ByHand {
    conn: Connection,
    buffer: Vec<u8>,
}

impl ByHand {
    pub(crate) fn open(path: &Path, full: bool) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.busy_timeout(Duration::from_secs(60)).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {};
             CREATE TABLE IF NOT EXISTS events (
                 position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL,
                 name TEXT NOT NULL, payload BLOB NOT NULL, UNIQUE (stream, version)
             ) STRICT;",
            if full { "FULL" } else { "NORMAL" }
        ))
        .unwrap();
        Self { conn, buffer: Vec::new() }
    }

    /// The unique index refuses what another has stored.
    pub(crate) fn save(&mut self, stream: Uuid, version: u64, events: &[Event]) {
        self.conn.prepare_cached("BEGIN IMMEDIATE").unwrap().execute(()).unwrap();
        self.append(stream, version, events);
        self.conn.prepare_cached("COMMIT").unwrap().execute(()).unwrap();
    }

    pub(crate) fn append(&mut self, stream: Uuid, mut version: u64, events: &[Event]) {
        let insert = "INSERT INTO events (stream, version, name, payload) VALUES (?1, ?2, ?3, ?4)";
        let mut insert = self.conn.prepare_cached(insert).unwrap();
        for event in events {
            version += 1;
            self.buffer.clear();
            serde_json::to_writer(&mut self.buffer, event).unwrap();
            insert.execute(params![stream.as_bytes(), version.cast_signed(), event.name(), self.buffer]).unwrap();
        }
    }

    pub(crate) fn begin(&self) {
        self.conn.prepare_cached("BEGIN IMMEDIATE").unwrap().execute(()).unwrap();
    }

    pub(crate) fn commit(&self) {
        self.conn.prepare_cached("COMMIT").unwrap().execute(()).unwrap();
    }

    pub(crate) fn load(&self, stream: Uuid) -> Folded {
        let mut select = self
            .conn
            .prepare_cached("SELECT version, name, payload FROM events WHERE stream = ?1 ORDER BY version")
            .unwrap();
        let mut rows = select.query([stream.as_bytes()]).unwrap();
        let mut state = Folded::default();
        while let Some(row) = rows.next().unwrap() {
            let version: i64 = row.get(0).unwrap();
            state.apply(Event::read(
                row.get_ref(1).unwrap().as_str().unwrap(),
                row.get_ref(2).unwrap().as_blob().unwrap(),
            ));
            assert_eq!(state.version, version.cast_unsigned());
        }
        state
    }

    /// The sum of all that was deposited, of the whole log in order.
    pub(crate) fn replay(&self) -> (u64, i64) {
        let mut select = self
            .conn
            .prepare_cached("SELECT position, stream, version, name, payload FROM events ORDER BY position")
            .unwrap();
        let mut rows = select.query(()).unwrap();
        let (mut position, mut sum) = (0, 0);
        while let Some(row) = rows.next().unwrap() {
            position += 1;
            assert_eq!(row.get::<_, i64>(0).unwrap(), position);
            let stream = Uuid::from_slice(row.get_ref(1).unwrap().as_blob().unwrap()).unwrap();
            let version: i64 = row.get(2).unwrap();
            let mut state = Folded::default();
            state.apply(Event::read(
                row.get_ref(3).unwrap().as_str().unwrap(),
                row.get_ref(4).unwrap().as_blob().unwrap(),
            ));
            sum += state.cents;
            std::hint::black_box((stream, version));
        }
        (position.cast_unsigned(), sum)
    }
}
