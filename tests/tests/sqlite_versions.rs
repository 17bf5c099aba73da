//! Two releases on one file at once. The other one is played by a plain connection.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use eventsourcing::store::EventStore;
use eventsourcing::{CommitError, OpenError, SqliteStore, StoreErrorKind};
use eventsourcing_tests::sqlite::{Told, commits, log, place};
use rusqlite::Connection;
use tempfile::TempDir;

/// What the release of schema 2 does to store an event and to read one.
const OLD_EVENT: &str = "INSERT INTO events \
    (position, aggregate, id, version, name, schema_version, recorded_at, checksum, commit_id, metadata, payload) \
    SELECT max(position) + 1, aggregate, id, max(version) + 1, name, schema_version, recorded_at, checksum, NULL, \
    metadata, payload FROM events";
const OLD_ROWS: &str = "SELECT payload FROM events WHERE aggregate > 0 ORDER BY position";

fn of_schema_2() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schema-2.sqlite"), &path).unwrap();
    (folder, path)
}

/// This release opens the file in a process of its own.
fn open_elsewhere(path: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("open").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn payloads(conn: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
    let mut statement = conn.prepare_cached(OLD_ROWS)?;
    statement.query_map((), |row| row.get(0))?.collect()
}

fn payloads_of(log: Vec<Told>) -> Vec<Vec<u8>> {
    log.into_iter().map(|(_, _, _, payload)| payload).collect()
}

fn schema(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap()
}

fn assert_sound(path: &Path) {
    let verified = SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

#[test]
fn an_older_release_that_reads_while_the_schema_changes_cannot_write_afterwards_and_nothing_is_lost() {
    let (_folder, path) = of_schema_2();
    let older = Connection::open(&path).unwrap();
    // It has used both statements before, as a release does.
    older.execute_batch("BEGIN").unwrap();
    assert_eq!(older.prepare_cached(OLD_EVENT).unwrap().execute(()).unwrap(), 1);
    older.execute_batch("ROLLBACK; BEGIN").unwrap();
    let before = payloads(&older).unwrap();
    assert!(before.len() > 10);

    assert_eq!(open_elsewhere(&path), "opened\n", "a reader keeps nobody from it");
    assert_eq!(schema(&path), 4);
    assert_eq!(payloads(&older).unwrap(), before, "it reads on at its moment");
    let error = older.prepare_cached(OLD_EVENT).unwrap().execute(()).unwrap_err();
    assert!(error.to_string().contains("database is locked"), "its moment has passed: {error}");

    older.execute_batch("ROLLBACK").unwrap();
    let written = older.prepare_cached(OLD_EVENT).and_then(|mut insert| insert.execute(())).unwrap_err();
    let read = payloads(&older).unwrap_err();
    for error in [written, read] {
        let told = error.to_string();
        assert!(told.contains("has no column named aggregate") || told.contains("no such column"), "{told}");
    }
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(payloads_of(log(&store)), before);
    store.commit_blocking(commits().next().unwrap()).unwrap();
    assert!(older.prepare_cached(OLD_EVENT).and_then(|mut insert| insert.execute(())).is_err());
    assert_eq!(log(&store).len(), before.len() + 3);
    drop((store, older));
    assert_sound(&path);
}

#[test]
fn what_an_older_release_stores_until_the_schema_changes_is_in_the_new_one() {
    let (_folder, path) = of_schema_2();
    let older = Connection::open(&path).unwrap();
    older.execute_batch("BEGIN IMMEDIATE").unwrap();
    older.execute("DELETE FROM events WHERE position = (SELECT max(position) FROM events)", ()).unwrap();
    let left = payloads(&older).unwrap();
    let opening = thread::spawn({
        let path = path.clone();
        move || open_elsewhere(&path)
    });
    thread::sleep(Duration::from_millis(300));
    assert!(!opening.is_finished(), "it waits for who writes");
    older.execute_batch("COMMIT").unwrap();
    assert_eq!(opening.join().unwrap(), "opened\n");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(payloads_of(log(&store)), left);
    drop((store, older));
    assert_sound(&path);
}

#[test]
fn a_newer_release_that_changes_the_tables_of_an_open_store_keeps_it_from_writing() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.commit_blocking(commits().next().unwrap()).unwrap();
    assert_eq!(store.head_blocking().unwrap(), 3);
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("BEGIN; ALTER TABLE events RENAME TO log; PRAGMA user_version = 5; COMMIT").unwrap();

    let mut kinds = Vec::new();
    for _ in 0..2 {
        let Err(CommitError::Store(error)) = store.commit_blocking(commits().nth(1).unwrap()) else {
            panic!("it is not stored")
        };
        kinds.push(error.kind());
        kinds.push(store.head_blocking().unwrap_err().kind());
    }
    assert!(kinds[..2].iter().all(|kind| matches!(kind, StoreErrorKind::Corrupt | StoreErrorKind::Unsupported)));
    assert_eq!(kinds[2..], [StoreErrorKind::Unsupported; 2], "it has looked at the schema again");
    drop(store);
    assert_eq!(newer.query_row("SELECT count(*) FROM log", (), |row| row.get::<_, i64>(0)).unwrap(), 3);
    drop(newer);
    assert_eq!(schema(&path), 5);
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NewerSchema { found: 5, known: 4, .. })));
}
