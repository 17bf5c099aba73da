//! What is refused when it is opened, as for writing, and an older schema; and what the loss of events is accepted for.

use std::fs;
use std::path::Path;

use eventsourcing::SqliteStore;
use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing::store::EventStore;
use eventsourcing_tests::sqlite::{beside, log, place, without_a_trace};
use rusqlite::Connection;

use crate::console::{Console, closed, head, left};

/// The error of opening it, which leaves no trace.
fn refused(path: &Path) -> OpenError {
    without_a_trace(path.parent().unwrap(), || SqliteStore::builder().read_only().open(path).unwrap_err())
}

#[test]
fn where_no_store_is_none_is_made() {
    let (folder, path) = place();
    assert!(matches!(refused(&path), OpenError::NoStore { .. }));
    fs::write(&path, b"").unwrap();
    assert!(matches!(refused(&path), OpenError::NoStore { .. }));
    fs::write(&path, b"something else that is no database").unwrap();
    assert!(matches!(refused(&path), OpenError::NotADatabase { .. }));
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE users (name)").unwrap();
    assert!(matches!(refused(&other), OpenError::OtherApplication { .. }));
    let error = SqliteStore::builder().read_only().in_memory().unwrap_err();
    assert!(matches!(&error, OpenError::Store(error) if error.kind() == StoreErrorKind::Unsupported), "{error:?}");
}

#[test]
fn a_lost_wal_is_found_and_may_be_accepted() {
    let (folder, path) = left(9);
    fs::remove_file(beside(&path, "-wal")).unwrap();
    for has_shm in [true, false] {
        if !has_shm {
            fs::remove_file(beside(&path, "-shm")).unwrap();
        }
        assert!(matches!(refused(&path), OpenError::Behind { found, .. } if found == 0));
        without_a_trace(folder.path(), || {
            let store = SqliteStore::builder().read_only().accept_loss().open(&path).unwrap();
            assert_eq!(store.blocking().head().unwrap(), 0);
        });
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(refused(&path), OpenError::LostFile { .. }));
}

#[test]
fn the_wal_of_another_file_is_refused() {
    for has_shm in [true, false] {
        let (_folder, path) = left(9);
        let (_other_folder, other) = closed(5);
        fs::copy(&other, &path).unwrap();
        if !has_shm {
            fs::remove_file(beside(&path, "-shm")).unwrap();
        }
        let error = refused(&path);
        assert!(matches!(error, OpenError::ForeignWal { .. }), "{error:?}");
    }
}

#[test]
fn an_older_schema_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("older.db");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema-3.sqlite"), &path).unwrap();
    let error = refused(&path);
    let message = error.to_string();
    assert!(message.contains("schema 3") && message.contains("`SqliteStore::open`"), "{message}");
    let copy = folder.path().join("copy.db");
    let end = SqliteStore::restore(&path, &copy).unwrap();
    assert_eq!(SqliteStore::builder().read_only().open(&copy).unwrap().blocking().head().unwrap(), end);
    SqliteStore::open(&path).unwrap().close().unwrap();
    assert_eq!(SqliteStore::builder().read_only().open(&path).unwrap().blocking().head().unwrap(), end);
}

#[test]
fn an_id_that_is_not_written_down_is_that_of_the_first_event_and_stays_unwritten() {
    let (folder, path) = closed(0);
    let forget =
        || assert_eq!(Connection::open(&path).unwrap().execute("DELETE FROM names WHERE id = 0", ()).unwrap(), 1);
    forget();
    // Here no process has it open.
    let mut reader = without_a_trace(folder.path(), || Console::read(&path));
    assert_eq!(without_a_trace(folder.path(), || reader.ask("check")), "0");
    let mut writer = Console::write(&path);
    writer.ask("commit 1");
    assert_eq!(reader.ask("check"), head(1));
    assert_eq!(reader.ask("id"), writer.ask("id"), "known since there is one");
    writer.close();
    std::thread::sleep(std::time::Duration::from_secs(2));
    forget();
    let id = without_a_trace(folder.path(), || Console::read(&path).ask("id"));
    assert_eq!(id, SqliteStore::open(&path).unwrap().id().to_string());
}

#[test]
fn what_is_left_in_the_wal_is_read_with_all_settings() {
    let (folder, path) = left(7);
    without_a_trace(folder.path(), || {
        let store = SqliteStore::builder().busy_deadline(std::time::Duration::ZERO).read_only().open(&path).unwrap();
        assert_eq!(log(&store).len().to_string(), head(7));
    });
}
