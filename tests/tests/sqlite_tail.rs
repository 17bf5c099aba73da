//! The end of the log: what has lost it, or has another, is not taken for a store that never had more.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "snapshots/warnings.rs"]
mod warnings;

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};

use eventsourcing::error::{CommitError, OpenError, ReadError, StoreErrorKind};
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, LogRead};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{beside, commits, events, log, place};
use rusqlite::Connection;
use uuid::Uuid;

/// The position that so many commits come to.
fn head(count: usize) -> u64 {
    commits().take(count).map(|commit| events(&commit).len() as u64).sum()
}

fn commit(store: &SqliteStore, numbers: std::ops::Range<usize>) {
    for commit in commits().skip(numbers.start).take(numbers.len()) {
        store.blocking().commit(commit).unwrap();
    }
}

/// A process that ends without closing the store leaves its `-wal` file.
fn killed(path: &Path, count: usize) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("leave").arg(path).arg(count.to_string()).output();
    let said = output.unwrap().stdout;
    assert_eq!(String::from_utf8(said).unwrap().lines().count(), count);
    assert!(beside(path, "-wal").exists());
}

#[test]
fn a_wal_that_was_deleted_is_missed() {
    for before in [0, 4] {
        let (_folder, path) = place();
        if before > 0 {
            commit(&SqliteStore::open(&path).unwrap(), 0..before);
        }
        killed(&path, 9);
        let whole = fs::read(beside(&path, "-wal")).unwrap();
        fs::remove_file(beside(&path, "-wal")).unwrap();
        fs::remove_file(beside(&path, "-shm")).unwrap();
        for _ in 0..2 {
            let error = SqliteStore::open(&path).unwrap_err();
            let OpenError::Behind { recorded, found, .. } = error else { panic!("{before}: {error:?}") };
            assert_eq!((recorded, found), (head(9).into(), head(before).into()));
        }
        if before > 0 {
            fs::write(beside(&path, "-wal"), whole).unwrap();
            assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(9), "put back, it is whole");
        }
    }
}

#[test]
fn an_shm_that_was_deleted_is_not_missed() {
    let (_folder, path) = place();
    killed(&path, 9);
    fs::remove_file(beside(&path, "-shm")).unwrap();
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(9));
}

#[test]
fn an_older_copy_is_told_and_taken_if_that_was_meant() {
    let (_folder, path) = place();
    commit(&SqliteStore::open(&path).unwrap(), 0..4);
    let copy = fs::read(&path).unwrap();
    commit(&SqliteStore::open(&path).unwrap(), 4..9);
    fs::write(&path, copy).unwrap();

    let error = SqliteStore::open(&path).unwrap_err();
    assert!(
        matches!(error, OpenError::Behind { recorded, found, .. } if (recorded, found) == (head(9).into(), head(4).into()))
    );
    assert!(error.to_string().contains("accept_loss"), "{error}");

    let store = SqliteStore::builder().accept_loss().open(&path).unwrap();
    let read = store.blocking().read_log(LogRead::after(head(9)), &mut |_| ControlFlow::Continue(()));
    assert!(
        matches!(read, Err(ReadError::Ahead { after, head: end, .. }) if (after, end) == (head(9).into(), head(4).into()))
    );
    commit(&store, 4..5);
    drop(store);
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(5), "accepted once, it is the store");
}

/// As many events as in [`commits`] up to 9, and more.
fn go_another_way(store: &SqliteStore) {
    for version in 0..30 {
        let mut commit = Commit::new();
        commit.append(StreamId::new("Other", Uuid::nil()), version).unwrap().event("Happened", 1, b"{}").unwrap();
        store.blocking().commit(commit).unwrap();
    }
}

#[test]
fn a_copy_that_went_another_way_is_told() {
    let (_folder, path) = place();
    commit(&SqliteStore::open(&path).unwrap(), 0..4);
    let copy = fs::read(&path).unwrap();
    commit(&SqliteStore::open(&path).unwrap(), 4..9);
    let (_other_folder, other) = place();
    fs::write(&other, copy).unwrap();
    let store = SqliteStore::open(&other).unwrap();
    go_another_way(&store);
    drop(store);
    fs::copy(&other, &path).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Diverged { position, .. } if position == head(9)), "{error:?}");
    drop(SqliteStore::builder().accept_loss().open(&path).unwrap());
    assert!(SqliteStore::open(&path).is_ok(), "accepted once, it is the store");
}

#[test]
fn a_record_that_cannot_be_read_hides_nothing_else() {
    let (_folder, path) = place();
    commit(&SqliteStore::open(&path).unwrap(), 0..4);
    for record in [&b""[..], b"x", &[0; 33], &[7; 1000]] {
        fs::write(beside(&path, "-head"), record).unwrap();
        assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(4));
    }
    fs::remove_file(beside(&path, "-head")).unwrap();
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(4));
    let copy = fs::read(&path).unwrap();
    commit(&SqliteStore::open(&path).unwrap(), 4..5);
    fs::write(&path, copy).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::Behind { .. })), "it is made again");
}

/// A process that commits while others open the file.
#[test]
fn a_record_that_is_being_written_is_no_broken_one() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
    process.arg("greedy").arg(&path).args(["1", "5"]);
    let mut process = process.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(b"\n").unwrap();
    let (opened, warnings) = warnings::warnings(|| {
        let mut opened = 0;
        while process.try_wait().unwrap().is_none() {
            drop(SqliteStore::open(&path).unwrap());
            opened += 1;
        }
        opened
    });
    assert!(opened > 50, "{opened}");
    assert_eq!(warnings, [""; 0], "of {opened}");
}

/// All files of a store, as they are.
fn bytes(path: &Path) -> Vec<Option<Vec<u8>>> {
    ["", "-wal", "-shm", "-head", "-turn"].map(|what| fs::read(beside(path, what)).ok()).to_vec()
}

#[test]
fn a_wal_that_was_left_of_another_file_is_not_laid_over_a_copy() {
    let (_folder, path) = place();
    let copy = path.with_extension("copy");
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, 0..4);
    store.backup(&copy).unwrap();
    drop(store);
    killed(&path, 9);
    fs::rename(&copy, &path).unwrap();
    fs::rename(beside(&copy, "-head"), beside(&path, "-head")).unwrap();
    let before = bytes(&path);
    for _ in 0..2 {
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, OpenError::ForeignWal { .. }), "{error}");
        assert!(bytes(&path) == before, "nothing was changed");
    }
    fs::remove_file(beside(&path, "-wal")).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.blocking().head().unwrap(), head(4));
    commit(&store, 4..9);
    drop(store);
    killed(&path, 12);
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(12), "it is a store as any");
}

#[test]
fn the_wal_of_another_store_is_not_laid_over_this_one() {
    let [(_one_folder, one), (_other_folder, other)] = [place(), place()];
    for path in [&one, &other] {
        killed(path, 9);
    }
    fs::rename(beside(&other, "-wal"), beside(&one, "-wal")).unwrap();
    let before = bytes(&one);
    let error = SqliteStore::open(&one).unwrap_err();
    assert!(matches!(error, OpenError::ForeignWal { .. }), "{error}");
    assert!(bytes(&one) == before, "nothing was changed");
}

/// A folder in its place is read as a disk that fails is: with an error of the system.
#[test]
fn a_record_that_the_disk_cannot_read_is_not_done_without() {
    let (_folder, path) = place();
    commit(&SqliteStore::open(&path).unwrap(), 0..4);
    fs::remove_file(beside(&path, "-head")).unwrap();
    fs::create_dir(beside(&path, "-head")).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(&error, OpenError::Store(error) if error.kind() == StoreErrorKind::Unavailable), "{error:?}");
    assert!(error.to_string().contains("store.db"), "{error}");
}

#[test]
fn a_damaged_last_event_is_found_at_open() {
    let (_folder, path) = place();
    commit(&SqliteStore::open(&path).unwrap(), 0..4);
    let file = Connection::open(&path).unwrap();
    let flip = "UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE position = (SELECT max(position) FROM events)";
    file.execute(flip, ()).unwrap();
    drop(file);
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(&error, OpenError::Store(error) if error.kind() == StoreErrorKind::Corrupt), "{error:?}");
    assert!(error.to_string().contains(&format!("position {}", head(4))), "{error}");
}

/// The file changes under a store that is open, as when an older copy is written over it.
#[test]
fn a_log_that_becomes_shorter_is_not_written_to() {
    for durability in [Durability::Full, Durability::Normal] {
        let (_folder, path) = place();
        let store = SqliteStore::builder().durability(durability).open(&path).unwrap();
        commit(&store, 0..9);
        let file = Connection::open(&path).unwrap();
        file.execute("DELETE FROM events WHERE position > ?1", [head(4).cast_signed()]).unwrap();
        for _ in 0..2 {
            let Err(CommitError::Store(error)) = store.blocking().commit(commits().nth(9).unwrap()) else { panic!() };
            assert_eq!(error.kind(), StoreErrorKind::Corrupt);
            assert!(error.to_string().contains(&format!("ends at position {}", head(4))), "{error}");
        }
        assert_eq!(log(&store).len() as u64, head(4), "what is left can be read");
    }
}

#[test]
fn a_log_that_becomes_another_is_not_written_to() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    commit(&store, 0..9);
    let (_other_folder, other) = place();
    go_another_way(&SqliteStore::open(&other).unwrap());
    let file = Connection::open(&path).unwrap();
    file.execute("ATTACH ?1 AS other", [other.to_str().unwrap()]).unwrap();
    file.execute_batch(
        "BEGIN; DELETE FROM events; DELETE FROM names;
         INSERT INTO names SELECT * FROM other.names; INSERT INTO events SELECT * FROM other.events; COMMIT",
    )
    .unwrap();
    for _ in 0..2 {
        let mut commit = Commit::new();
        commit.append(StreamId::new("New", Uuid::nil()), 0).unwrap().event("Happened", 1, b"{}").unwrap();
        let Err(CommitError::Store(error)) = store.blocking().commit(commit) else { panic!() };
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(error.to_string().contains(&format!("position {}", head(9))), "{error}");
    }
}
