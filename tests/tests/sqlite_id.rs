//! The id of a store in a file: made with it, kept by copies, and found for a file that an older release has made.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing::store::{Commit, EventStore, StoreId};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::place;
use rusqlite::Connection;
use uuid::Uuid;

fn id(path: &Path) -> StoreId {
    SqliteStore::open(path).unwrap().id()
}

fn commit(path: &Path, version: u64) {
    let mut commit = Commit::new();
    commit.append(StreamId::new("Account", Uuid::nil()), version).unwrap().event("Happened", 1, b"{}").unwrap();
    SqliteStore::open(path).unwrap().blocking().commit(commit).unwrap();
}

/// Makes of a file what an older release has made.
fn forget(path: &Path) {
    assert_eq!(Connection::open(path).unwrap().execute("DELETE FROM names WHERE id = 0", ()).unwrap(), 1);
}

#[test]
fn a_copy_keeps_it_and_another_store_has_another() {
    let (folder, path) = place();
    commit(&path, 0);
    let (copy, other) = (folder.path().join("copy.db"), folder.path().join("other.db"));
    let store = SqliteStore::open(&path).unwrap();
    store.backup(&copy).unwrap();
    assert_eq!(id(&copy), store.id());
    commit(&other, 0);
    assert_ne!(id(&other), store.id());
    SqliteStore::restore(&copy, &other).unwrap();
    assert_eq!(id(&other), store.id());
    assert_ne!(SqliteStore::in_memory().unwrap().id(), SqliteStore::in_memory().unwrap().id());

    let rescued = folder.path().join("rescued.db");
    SqliteStore::salvage(&path, &rescued, |_| ControlFlow::Continue(())).unwrap();
    assert_ne!(id(&rescued), store.id(), "its positions are others");
}

#[test]
fn a_file_of_an_older_release_has_that_of_its_first_event() {
    let (folder, path) = place();
    commit(&path, 0);
    let made = id(&path);
    forget(&path);
    let before = fs::read(&path).unwrap();
    let found = id(&path);
    assert_ne!(found, made);
    assert_eq!(fs::read(&path).unwrap(), before, "opening it writes nothing");
    commit(&path, 1);
    let copy = folder.path().join("copy.db");
    SqliteStore::open(&path).unwrap().backup(&copy).unwrap();
    assert_eq!((id(&path), id(&copy)), (found, found));

    let other = folder.path().join("other.db");
    commit(&other, 0);
    forget(&other);
    assert_ne!(id(&other), found, "the first event is another");
}

#[test]
fn an_empty_file_of_an_older_release_gets_one() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    forget(&path);
    let found = id(&path);
    assert_eq!(id(&path), found);
    commit(&path, 0);
    assert_eq!(id(&path), found);
}

#[test]
fn an_older_schema_gets_one_that_stays() {
    for schema in 1..=3 {
        let (_folder, path) = place();
        let fixture = format!("{}/fixtures/schema-{schema}.sqlite", env!("CARGO_MANIFEST_DIR"));
        fs::copy(fixture, &path).unwrap();
        let copy = path.with_extension("copy");
        fs::copy(&path, &copy).unwrap();
        let found = id(&path);
        assert!(!found.as_uuid().is_nil());
        assert_eq!(id(&path), found, "schema {schema}");
        commit(&path, 0);
        assert_eq!(id(&path), found, "schema {schema}, after a commit");
        assert_eq!(id(&copy), found, "schema {schema}, of a copy that was made before");
    }
}

#[test]
fn a_damaged_one_is_found() {
    let (_folder, path) = place();
    commit(&path, 0);
    let file = Connection::open(&path).unwrap();
    let index = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_names_1'";
    let page: i64 = file.query_row(index, (), |row| row.get(0)).unwrap();
    drop(file);
    let mut bytes = fs::read(&path).unwrap();
    let start = (usize::try_from(page).unwrap() - 1) * 4096;
    let at = bytes[start..start + 4096].windows(6).position(|text| text == b"store ").unwrap();
    bytes[start + at + 8] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Store(error) if error.kind() == StoreErrorKind::Corrupt));
    let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
    assert!(!verified.findings.is_empty());
}
