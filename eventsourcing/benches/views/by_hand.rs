//! "By hand": projectors that a careful engineer writes with `rusqlite` alone, of one table of events. They read, decode what they need straight from the
//! row, and keep rows and position in one transaction of a file of their own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use rusqlite::{CachedStatement, Connection, Row, params};
use serde::Deserialize;
use uuid::Uuid;

/// Events of a transaction.
const BATCH: u32 = 1_000;

#[derive(Deserialize)]
struct Opened<'a> {
    #[serde(borrow)]
    owner: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Moved {
    amount_cents: i64,
}

#[derive(Deserialize)]
struct Flagged<'a> {
    #[serde(borrow)]
    reason: Cow<'a, str>,
}

/// What an event does to a balance.
struct Change {
    owner: Option<String>,
    cents: i64,
}

pub(crate) fn open_events(path: &Path) -> Connection {
    let conn = open(path);
    let table = "CREATE TABLE IF NOT EXISTS events (
        position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL,
        name TEXT NOT NULL, payload BLOB NOT NULL, UNIQUE (stream, version)
    ) STRICT;";
    conn.execute_batch(table).unwrap();
    conn
}

fn open(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;").unwrap();
    conn
}

fn open_rows(path: &Path, columns: &str) -> Connection {
    let conn = open(path);
    let tables = format!(
        "CREATE TABLE rows (id BLOB PRIMARY KEY, {columns}) STRICT, WITHOUT ROWID;
         CREATE TABLE progress (one INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT; INSERT INTO progress VALUES (1, 0);"
    );
    conn.execute_batch(&tables).unwrap();
    conn
}

/// Makes a change for each event that is read, in transactions of so many; says how many events those were.
fn project(
    events: &Connection,
    rows: &Connection,
    select: &str,
    mut each: impl FnMut(&Row<'_>),
    mut end: impl FnMut(),
) -> u64 {
    let (mut after, mut total) = (0_i64, 0);
    loop {
        let mut select = events.prepare_cached(select).unwrap();
        let mut found = select.query(params![after, BATCH]).unwrap();
        begin(rows);
        let mut count = 0;
        while let Some(row) = found.next().unwrap() {
            after = row.get(0).unwrap();
            count += 1;
            each(row);
        }
        end();
        rows.prepare_cached("UPDATE progress SET position = ?1").unwrap().execute([after]).unwrap();
        rows.prepare_cached("COMMIT").unwrap().execute(()).unwrap();
        total += u64::from(count);
        if count < BATCH {
            return total;
        }
    }
}

const SELECT: &str =
    "SELECT position, stream, name, payload FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";

/// Balances: folded in a map, each row written once a transaction.
pub(crate) fn balances(events: &Path, rows: &Path) -> u64 {
    let (events, rows) = (open_events(events), open_rows(rows, "owner TEXT NOT NULL, cents INTEGER NOT NULL"));
    let map = std::cell::RefCell::new(HashMap::<Uuid, Change>::new());
    let each = |row: &Row<'_>| {
        let change = change(row);
        match map.borrow_mut().entry(stream(row)) {
            Entry::Vacant(entry) => drop(entry.insert(change)),
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.cents += change.cents;
                if change.owner.is_some() {
                    known.owner = change.owner;
                }
            }
        }
    };
    let end = || {
        let mut put = Put::new(&rows);
        map.borrow_mut().drain().for_each(|(id, change)| put.put(id, change));
    };
    project(&events, &rows, SELECT, each, end)
}

/// The same, each event written by itself.
pub(crate) fn balances_naively(events: &Path, rows: &Path) -> u64 {
    let (events, rows) = (open_events(events), open_rows(rows, "owner TEXT NOT NULL, cents INTEGER NOT NULL"));
    let mut put = Put::new(&rows);
    project(&events, &rows, SELECT, |row| put.put(stream(row), change(row)), || ())
}

/// Flags: a scan that decodes only these.
pub(crate) fn flags(events: &Path, rows: &Path) -> u64 {
    let (events, rows) = (open_events(events), open_rows(rows, "count INTEGER NOT NULL, reason TEXT NOT NULL"));
    let select = "
        SELECT position, stream, payload FROM events
        WHERE position > ?1 AND name = 'Flagged' ORDER BY position LIMIT ?2";
    let map = std::cell::RefCell::new(HashMap::<Uuid, (i64, String)>::new());
    let each = |row: &Row<'_>| {
        let flagged: Flagged<'_> = serde_json::from_slice(row.get_ref(2).unwrap().as_blob().unwrap()).unwrap();
        let mut map = map.borrow_mut();
        let (count, reason) = map.entry(stream(row)).or_default();
        *count += 1;
        *reason = flagged.reason.into_owned();
    };
    let end = || {
        let upsert = "
            INSERT INTO rows VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, reason = excluded.reason";
        let mut upsert = rows.prepare_cached(upsert).unwrap();
        for (id, (count, reason)) in map.borrow_mut().drain() {
            upsert.execute(params![id.as_bytes(), count, reason]).unwrap();
        }
    };
    project(&events, &rows, select, each, end)
}

fn stream(row: &Row<'_>) -> Uuid {
    Uuid::from_slice(row.get_ref(1).unwrap().as_blob().unwrap()).unwrap()
}

fn change(row: &Row<'_>) -> Change {
    let payload = row.get_ref(3).unwrap().as_blob().unwrap();
    let moved = || serde_json::from_slice::<Moved>(payload).unwrap().amount_cents;
    match row.get_ref(2).unwrap().as_str().unwrap() {
        "Opened" => {
            let opened: Opened<'_> = serde_json::from_slice(payload).unwrap();
            Change { owner: Some(opened.owner.into_owned()), cents: 0 }
        }
        "Deposited" => Change { owner: None, cents: moved() },
        "Withdrawn" => Change { owner: None, cents: -moved() },
        _ => Change { owner: None, cents: 0 },
    }
}

/// The statements that keep a change.
struct Put<'c> {
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
}

impl<'c> Put<'c> {
    fn new(rows: &'c Connection) -> Self {
        let insert = "
            INSERT INTO rows VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET cents = cents + excluded.cents, owner = excluded.owner";
        let update = "UPDATE rows SET cents = cents + ?2 WHERE id = ?1";
        Self { insert: rows.prepare_cached(insert).unwrap(), update: rows.prepare_cached(update).unwrap() }
    }

    fn put(&mut self, id: Uuid, change: Change) {
        match change.owner {
            Some(owner) => self.insert.execute(params![id.as_bytes(), owner, change.cents]).unwrap(),
            None => self.update.execute(params![id.as_bytes(), change.cents]).unwrap(),
        };
    }
}

fn begin(conn: &Connection) {
    conn.prepare_cached("BEGIN IMMEDIATE").unwrap().execute(()).unwrap();
}

/// The sum of a column of the rows.
pub(crate) fn sum(rows: &Path, column: &str) -> (u64, i64) {
    let sum = format!("SELECT count(*), sum({column}) FROM rows");
    open(rows).query_row(&sum, (), |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?))).unwrap()
}
