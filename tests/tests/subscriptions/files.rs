//! Files that cannot keep subscriptions: each is a typed error that names the file, and is left as it was.

use std::fs;
use std::path::{Path, PathBuf};

use eventsourcing::error::{StoreErrorKind, SubscriptionError};
use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::domain::{next, open, place, positions, shop};

/// A folder in which subscriptions are kept, and their file.
fn kept() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let shop = shop();
    drop(open(&shop, "orders", &Subscriptions::sqlite(folder.path())));
    let path = folder.path().join("subscriptions.db");
    (folder, path)
}

fn refusal(folder: &Path) -> (StoreErrorKind, String) {
    let refused = block_on(shop().subscribe("other").open(&Subscriptions::sqlite(folder))).unwrap_err();
    kind(refused)
}

fn kind(error: SubscriptionError) -> (StoreErrorKind, String) {
    let SubscriptionError::Kept(error) = error else { unreachable!("{error}") };
    let text = error.to_string();
    assert!(text.contains("subscriptions.db"), "{text}");
    (error.kind(), text)
}

#[test]
fn the_file_of_another_application_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("subscriptions.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE theirs (x); PRAGMA application_id = 7;").unwrap();
    drop(other);
    let before = fs::read(&path).unwrap();
    let (kind, text) = refusal(folder.path());
    assert_eq!(kind, StoreErrorKind::Unsupported);
    assert!(text.contains("another application (id 0x7)"), "{text}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn the_file_of_a_newer_release_is_refused() {
    let (folder, path) = kept();
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
    let (kind, text) = refusal(folder.path());
    assert_eq!(kind, StoreErrorKind::Unsupported);
    assert!(text.contains("schema 9, and this one knows 1"), "{text}");
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("subscriptions.db");
    fs::write(&path, "shopping list: milk, eggs, and much else that makes this longer than a header of SQLite")
        .unwrap();
    let (kind, text) = refusal(folder.path());
    assert_eq!(kind, StoreErrorKind::Corrupt);
    assert!(text.contains("is no database"), "{text}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(refusal(folder.path()).0, StoreErrorKind::Unavailable);
    // A folder that is a file.
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    refusal(&file);
    refusal(&file.join("folder"));
}

#[test]
fn values_that_another_program_has_put_in_are_refused() {
    for change in ["SET position = -1", "SET store = x'00'", "SET checksum = -5"] {
        let (folder, path) = kept();
        Connection::open(&path).unwrap().execute(&format!("UPDATE subscriptions {change}"), ()).unwrap();
        let refused = block_on(shop().subscribe("orders").open(&Subscriptions::sqlite(folder.path()))).unwrap_err();
        assert_eq!(kind(refused).0, StoreErrorKind::Corrupt, "{change}");
    }
    let (folder, path) = kept();
    Connection::open(&path).unwrap().execute_batch("DROP TABLE subscriptions").unwrap();
    assert_eq!(refusal(folder.path()).0, StoreErrorKind::Corrupt);
}

#[test]
fn a_file_that_is_deleted_or_replaced_while_it_is_used_takes_no_acknowledgement() {
    let folder = TempDir::new().unwrap();
    let views = folder.path().join("views");
    let kept = Subscriptions::sqlite(&views);
    let shop = shop();
    place(&shop, 1..=3);
    let mut orders = open(&shop, "orders", &kept);
    let batch = next(&mut orders);
    fs::remove_dir_all(&views).unwrap();
    for _ in 0..2 {
        let (kind, text) = kind(block_on(batch.ack()).unwrap_err());
        assert_eq!(kind, StoreErrorKind::Closed, "{text}");
        assert!(text.contains("was deleted or replaced"), "{text}");
    }
    assert!(!views.exists(), "nothing is made in its place");

    // Others begin with a new one, which refuses what the first reader has.
    let others = Subscriptions::sqlite(&views);
    let mut second = open(&shop, "orders", &others);
    assert_eq!(positions(&next(&mut second)), [1, 2, 3]);
    assert!(matches!(block_on(batch.ack()), Err(SubscriptionError::Fenced { .. })));
    assert!(matches!(block_on(orders.next()), Err(SubscriptionError::Fenced { .. })));
}

#[test]
fn the_folder_is_made_when_a_subscription_is_first_asked_for() {
    let folder = TempDir::new().unwrap();
    let views = folder.path().join("a/b");
    let kept = Subscriptions::sqlite(&views);
    assert!(!views.exists());
    assert!(block_on(kept.list()).unwrap().is_empty());
    assert!(views.join("subscriptions.db").exists());
}

#[test]
fn handles_that_make_one_file_at_the_same_moment_all_begin() {
    for round in 0..40 {
        let folder = TempDir::new().unwrap();
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let kept = Subscriptions::sqlite(folder.path());
                    start.wait();
                    let listed = block_on(kept.list());
                    assert!(listed.is_ok(), "{round}: {listed:?}");
                });
            }
        });
    }
}
