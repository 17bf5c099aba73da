//! Unique values: a new aggregate with one, beside what is written by hand with a `UNIQUE` table in the same transaction.

use std::path::Path;

use eventsourcing::prelude::*;
use eventsourcing::store::sqlite::Durability;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::files::Files;
use crate::paired::Side;

const ALONE: &str = "rusqlite alone, UNIQUE table";
pub(crate) const OURS: &str = "ours";
#[derive(Aggregate)]
struct Customer {
    root: Root<Self>,
    #[aggregate(unique)]
    email: String,
}

#[events]
impl Customer {
    #[event(Registered)]
    fn register(email: &str) -> Self {
        Self { root: Root::new(), email: email.to_owned() }
    }
}

/// A new customer in each commit, with an address that no other has.
pub(crate) fn new_customers(full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = ((if full { 1_000.0 } else { 10_000.0 } * scale) as u64).max(1);
    let mut alone = ByHand::open(&files.path("alone"), full);
    let durability = if full { Durability::Full } else { Durability::Normal };
    let store = SqliteStore::builder().durability(durability).open(files.path("ours")).unwrap();
    let ours = Repository::<Customer>::new(store).blocking();
    let (mut of_alone, mut of_ours) = (0_u64, 0_u64);
    // In no order, as people come.
    let email = |number: &mut u64| {
        *number += 1;
        let name = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{name:016x}@example.org")
    };
    vec![
        files.side(ALONE, move || {
            (0..turns).for_each(|_| alone.register(&email(&mut of_alone)));
            turns
        }),
        files.side(OURS, move || {
            (0..turns).for_each(|_| assert!(ours.save(&mut Customer::register(&email(&mut of_ours))).is_ok()));
            turns
        }),
    ]
}

/// What a careful engineer writes: the tables of events and of addresses, and one transaction.
struct ByHand {
    conn: Connection,
    buffer: Vec<u8>,
}

impl ByHand {
    fn open(path: &Path, full: bool) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {};
             CREATE TABLE events (
                 position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL,
                 name TEXT NOT NULL, payload BLOB NOT NULL, UNIQUE (stream, version)
             ) STRICT;
             CREATE TABLE emails (email TEXT PRIMARY KEY, customer BLOB NOT NULL) STRICT, WITHOUT ROWID;",
            if full { "FULL" } else { "NORMAL" }
        ))
        .unwrap();
        Self { conn, buffer: Vec::new() }
    }

    fn register(&mut self, email: &str) {
        let id = Uuid::now_v7();
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, &serde_json::json!({ "email": email })).unwrap();
        self.run("BEGIN IMMEDIATE", []);
        let insert = "INSERT INTO events (stream, version, name, payload) VALUES (?1, 1, 'Registered', ?2)";
        self.run(insert, params![id.as_bytes(), self.buffer]);
        self.run("INSERT INTO emails VALUES (?1, ?2)", params![email, id.as_bytes()]);
        self.run("COMMIT", []);
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) {
        self.conn.prepare_cached(sql).unwrap().execute(params).unwrap();
    }
}
