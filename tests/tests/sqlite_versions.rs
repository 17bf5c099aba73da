//! Two releases on one file at once. The other one is played by a plain connection.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use eventsourcing::error::{CommitError, OpenError, StoreError, StoreErrorKind};
use eventsourcing::store::{Commit, StoredEvent, StreamRead};
use eventsourcing::{CommitId, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{Told, commits, log, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

/// An older release: a file that it wrote, and what it does to store an event and to read all.
struct Older {
    file: &'static str,
    event: &'static str,
    rows: &'static str,
}

const OLDER: [Older; 2] = [
    Older {
        file: "schema-2.sqlite",
        event: "INSERT INTO events \
            (position, aggregate, id, version, name, schema_version, recorded_at, checksum, commit_id, metadata, payload) \
            SELECT max(position) + 1, aggregate, id, max(version) + 1, name, schema_version, recorded_at, checksum, NULL, \
            metadata, payload FROM events",
        rows: "SELECT payload FROM events WHERE aggregate > 0 ORDER BY position",
    },
    Older {
        file: "schema-3.sqlite",
        event: "INSERT INTO events (stream, version, body) SELECT stream, 100, body FROM events WHERE position = 1",
        rows: "SELECT body FROM events WHERE length(stream) > 0 ORDER BY position",
    },
];

impl Older {
    fn copy(&self) -> (TempDir, PathBuf) {
        let (folder, path) = place();
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(self.file), &path).unwrap();
        (folder, path)
    }

    /// What it reads of each event: its payload, with what that schema has before it.
    fn read(&self, conn: &Connection) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut statement = conn.prepare_cached(self.rows)?;
        statement.query_map((), |row| row.get(0))?.collect()
    }
}

/// This release opens the file in a process of its own.
fn open_elsewhere(path: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("open").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn assert_same(log: &[Told], before: &[Vec<u8>]) {
    assert_eq!(log.len(), before.len());
    assert!(log.iter().zip(before).all(|((.., payload), before)| before.ends_with(payload)));
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
    for release in OLDER {
        let (_folder, path) = release.copy();
        let older = Connection::open(&path).unwrap();
        // It has used both statements before, as a release does.
        older.execute_batch("BEGIN").unwrap();
        assert_eq!(older.prepare_cached(release.event).unwrap().execute(()).unwrap(), 1);
        older.execute_batch("ROLLBACK; BEGIN").unwrap();
        let before = release.read(&older).unwrap();
        assert!(before.len() > 10);

        assert_eq!(open_elsewhere(&path), "opened\n", "a reader keeps nobody from it");
        assert_eq!(schema(&path), 4);
        assert_eq!(release.read(&older).unwrap(), before, "it reads on at its moment");
        let error = older.prepare_cached(release.event).unwrap().execute(()).unwrap_err();
        assert!(error.to_string().contains("database is locked"), "its moment has passed: {error}");

        older.execute_batch("ROLLBACK").unwrap();
        let written = older.prepare_cached(release.event).and_then(|mut insert| insert.execute(())).unwrap_err();
        let read = release.read(&older).unwrap_err();
        for error in [written, read] {
            let told = error.to_string();
            assert!(told.contains("has no column named ") || told.contains("no such column"), "{told}");
        }
        let store = SqliteStore::open(&path).unwrap();
        assert_same(&log(&store), &before);
        store.blocking().commit(commits().next().unwrap()).unwrap();
        assert!(older.prepare_cached(release.event).and_then(|mut insert| insert.execute(())).is_err());
        assert_eq!(log(&store).len(), before.len() + 3);
        drop((store, older));
        assert_sound(&path);
    }
}

#[test]
fn what_an_older_release_stores_until_the_schema_changes_is_in_the_new_one() {
    for release in OLDER {
        let (_folder, path) = release.copy();
        let older = Connection::open(&path).unwrap();
        older.execute_batch("BEGIN IMMEDIATE").unwrap();
        older.execute("DELETE FROM events WHERE position = (SELECT max(position) FROM events)", ()).unwrap();
        let left = release.read(&older).unwrap();
        let opening = thread::spawn({
            let path = path.clone();
            move || open_elsewhere(&path)
        });
        thread::sleep(Duration::from_millis(300));
        assert!(!opening.is_finished(), "it waits for who writes");
        older.execute_batch("COMMIT").unwrap();
        assert_eq!(opening.join().unwrap(), "opened\n");
        let store = SqliteStore::open(&path).unwrap();
        assert_same(&log(&store), &left);
        drop((store, older));
        assert_sound(&path);
    }
}

/// The events of a file of schema 3 stay as they are; those that come after them in their streams say so.
#[test]
fn streams_of_a_file_of_schema_3_go_on() {
    let [_, release] = OLDER;
    let (_folder, path) = release.copy();
    let before = {
        let older = Connection::open(&path).unwrap();
        release.read(&older).unwrap()
    };
    let store = SqliteStore::open(&path).unwrap();
    let stored = log(&store);
    let mut streams: Vec<_> = stored.iter().map(|(stream, version, ..)| (stream.clone(), *version)).collect();
    streams.reverse();
    streams.sort_by(|one, other| one.0.cmp(&other.0));
    streams.dedup_by(|one, other| one.0 == other.0);
    assert!(streams.len() > 2);
    let mut commit = Commit::with_id(CommitId::named("after"));
    for (stream, version) in &streams {
        let append = commit.append(stream.clone(), *version).unwrap();
        append.event("Happened", 1, b"{}").unwrap().event("Happened", 1, b"{}").unwrap();
    }
    store.blocking().commit(commit).unwrap();
    for (stream, version) in streams {
        for read in [StreamRead::new(stream.clone()), StreamRead::new(stream.clone()).backward()] {
            let mut count = 0;
            let visit = &mut |_: StoredEvent<'_>| {
                count += 1;
                ControlFlow::Continue(())
            };
            store.blocking().read_stream(read, visit).unwrap();
            assert_eq!(count, version + 2, "{stream}");
        }
    }
    // Both commits that had ids from outside.
    for id in ["fixture 00000000-0000-0000-0000-00000000000a", "fixture 00000000-0000-0000-0000-00000000000c"] {
        let mut again = Commit::with_id(CommitId::named(id));
        again.append(StreamId::new("New", Uuid::nil()), 0).unwrap().event("Happened", 1, b"{}").unwrap();
        assert!(store.blocking().commit(again).unwrap().repeated, "{id}");
    }
    drop(store);
    assert_sound(&path);
    let now = Connection::open(&path).unwrap();
    let bodies = "SELECT body FROM events WHERE length(stream_key) > 0 ORDER BY position";
    let now = Older { rows: bodies, ..release }.read(&now).unwrap();
    assert_eq!(now[..before.len()], before[..], "no event was written again");
}

#[test]
fn a_newer_release_that_changes_the_tables_of_an_open_store_keeps_it_from_writing() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.blocking().commit(commits().next().unwrap()).unwrap();
    assert_eq!(store.blocking().head().unwrap(), 3);
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("BEGIN; ALTER TABLE events RENAME TO log; PRAGMA user_version = 5; COMMIT").unwrap();

    let mut errors = Vec::new();
    for _ in 0..2 {
        let Err(CommitError::Store(error)) = store.blocking().commit(commits().nth(1).unwrap()) else {
            panic!("it is not stored")
        };
        errors.push(error);
        errors.push(store.blocking().head().unwrap_err());
    }
    let (first, then) = errors.split_at(2);
    assert_eq!(first[0].kind(), StoreErrorKind::Corrupt, "a table is missing");
    for error in first.iter().filter(|error| error.kind() != StoreErrorKind::Unsupported) {
        let message = error.to_string();
        assert!(message.contains("a newer release may have migrated it"), "{message}");
        assert!(message.contains("restore a backup only if `SqliteStore::verify` finds damage"), "{message}");
    }
    let then: Vec<_> = then.iter().map(StoreError::kind).collect();
    assert_eq!(then, [StoreErrorKind::Unsupported; 2], "it has looked at the schema again");
    drop(store);
    assert_eq!(newer.query_row("SELECT count(*) FROM log", (), |row| row.get::<_, i64>(0)).unwrap(), 3);
    drop(newer);
    assert_eq!(schema(&path), 5);
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NewerSchema { found: 5, known: 4, .. })));
}
