//! Files that are deleted, moved or replaced while a store is open, and a process that forks: nothing is acknowledged that cannot be found again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use eventsourcing::SqliteStore;
use eventsourcing::error::{CommitError, StoreError, StoreErrorKind};
use eventsourcing::store::sqlite::{Durability, Finding};
use eventsourcing_tests::sqlite::{EventCopy, beside, commits, events, log, place};
use rusqlite::Connection;
use tempfile::TempDir;

fn commit(store: &SqliteStore, number: usize) -> Result<(), StoreError> {
    match store.blocking().commit(commits().nth(number).unwrap()) {
        Ok(_) => Ok(()),
        Err(CommitError::Store(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

fn events_of(count: usize) -> Vec<EventCopy> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

fn opened(durability: Durability) -> (TempDir, PathBuf, SqliteStore) {
    let (folder, path) = place();
    let store = SqliteStore::builder().durability(durability).open(&path).unwrap();
    (0..3).for_each(|number| commit(&store, number).unwrap());
    assert_eq!(log(&store), events_of(3));
    (folder, path, store)
}

fn assert_closed(error: &StoreError, file: &Path) {
    assert_eq!(error.kind(), StoreErrorKind::Closed, "{error}");
    assert!(error.to_string().starts_with(&format!("`{}` was ", file.display())), "{error}");
}

#[test]
fn a_file_that_is_gone_is_reported_before_more_is_acknowledged() {
    for (durability, name) in [Durability::Full, Durability::Normal]
        .into_iter()
        .flat_map(|durability| ["", "-wal", "-shm"].map(|name| (durability, name)))
    {
        let (_folder, path, store) = opened(durability);
        let (file, away) = (beside(&path, name), path.with_extension("away"));
        fs::rename(&file, &away).unwrap();
        // Longer than the files are taken for what they were.
        sleep(Duration::from_millis(150));
        for _ in 0..2 {
            assert_closed(&store.blocking().head().unwrap_err(), &file);
            assert_closed(&commit(&store, 3).unwrap_err(), &file);
        }
        fs::rename(&away, &file).unwrap();
        commit(&store, 3).unwrap();
        assert_eq!(log(&store), events_of(4), "put back, it goes on");
        drop(store);
        assert_eq!(log(&SqliteStore::open(&path).unwrap()), events_of(4));
    }
}

#[test]
fn a_store_that_commits_all_the_time_notices_it_at_once() {
    for durability in [Durability::Full, Durability::Normal] {
        let (_folder, path, store) = opened(durability);
        fs::rename(&path, path.with_extension("away")).unwrap();
        let acknowledged = (3..).map_while(|number| commit(&store, number).ok()).count();
        assert!(acknowledged < 200, "{acknowledged}");
    }
}

#[test]
fn a_wal_that_another_program_cuts_is_reported_before_more_is_acknowledged() {
    for (durability, bytes) in [Durability::Full, Durability::Normal].into_iter().flat_map(|d| [(d, 0), (d, 5000)]) {
        let (_folder, path, store) = opened(durability);
        let wal = beside(&path, "-wal");
        fs::OpenOptions::new().write(true).open(&wal).unwrap().set_len(bytes).unwrap();
        sleep(Duration::from_millis(150));
        for _ in 0..2 {
            let error = commit(&store, 3).unwrap_err();
            assert_closed(&error, &wal);
            assert!(error.to_string().contains("was cut"), "{error}");
            assert_closed(&store.blocking().head().unwrap_err(), &wal);
        }
        drop(store);
        let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
        assert!(
            matches!(verified.findings[..], [Finding::Behind { recorded, .. }, ..] if recorded >= 4),
            "{verified:?}"
        );
    }
}

#[test]
fn nothing_is_acknowledged_behind_a_gap_in_the_wal_however_soon_after_the_cut() {
    let next: Vec<_> = commits().skip(3).take(2).collect();
    for (durability, bytes) in [Durability::Full, Durability::Normal].into_iter().flat_map(|d| [(d, 0), (d, 5000)]) {
        let (_folder, path, store) = opened(durability);
        let file = fs::OpenOptions::new().write(true).open(beside(&path, "-wal")).unwrap();
        let [before, behind] = [next[0].clone(), next[1].clone()];
        // The next commit compares the files, and the one after it comes too soon for that.
        sleep(Duration::from_millis(2));
        store.blocking().commit(before).unwrap();
        file.set_len(bytes).unwrap();
        let Err(CommitError::Store(error)) = store.blocking().commit(behind) else { panic!("it is acknowledged") };
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {cause}").contains("was cut by another program"), "{error} {cause}");
        for refused in [commit(&store, 5).unwrap_err(), store.blocking().head().unwrap_err()] {
            assert_closed(&refused, &beside(&path, "-wal"));
        }
        assert_eq!(commit(&store, 4).unwrap_err().kind(), error.kind(), "what became of it stays unknown");
        let before = ["", "-wal"].map(|name| fs::read(beside(&path, name)).unwrap());
        drop(store);
        let after = ["", "-wal"].map(|name| fs::read(beside(&path, name)).unwrap());
        assert!(before == after, "the gap is not taken into the file");
        let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
        assert!(matches!(verified.findings[..], [Finding::Behind { .. }, ..]), "{verified:?}");
    }
}

#[test]
fn a_wal_that_is_cut_before_it_was_looked_at_is_reported() {
    for (bytes, reads_first) in [(0, true), (0, false), (5000, true), (5000, false)] {
        let (_folder, path) = place();
        let left = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("leave").arg(&path).arg("3").output().unwrap();
        assert_eq!(left.stdout, b"1\n2\n3\n");
        let store = SqliteStore::open(&path).unwrap();
        let wal = beside(&path, "-wal");
        fs::OpenOptions::new().write(true).open(&wal).unwrap().set_len(bytes).unwrap();
        sleep(Duration::from_millis(150));
        if reads_first {
            assert_closed(&store.blocking().head().unwrap_err(), &wal);
        }
        assert_closed(&commit(&store, 3).unwrap_err(), &wal);
        assert_closed(&store.blocking().head().unwrap_err(), &wal);
    }
}

#[test]
fn a_wal_that_was_taken_into_the_file_may_be_cut() {
    let (_folder, path, store) = opened(Durability::Full);
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    Connection::open(&path).unwrap().query_row(checkpoint, (), |_| Ok(())).unwrap();
    assert_eq!(fs::metadata(beside(&path, "-wal")).unwrap().len(), 0);
    sleep(Duration::from_millis(150));
    commit(&store, 3).unwrap();
    assert_eq!(log(&store), events_of(4));
}

#[test]
fn a_file_that_takes_the_place_of_an_open_one_keeps_its_wal() {
    let (_folder, path, store) = opened(Durability::Full);
    let away = path.with_extension("away");
    for name in ["", "-wal", "-shm", "-head"] {
        fs::rename(beside(&path, name), beside(&away, name)).unwrap();
    }
    let other = SqliteStore::open(&path).unwrap();
    (0..2).for_each(|number| commit(&other, number).unwrap());
    sleep(Duration::from_millis(150));
    assert_closed(&commit(&store, 3).unwrap_err(), &path);
    drop(store);
    assert!(beside(&path, "-wal").exists(), "it is the other's");
    commit(&other, 2).unwrap();
    drop(other);
    assert_eq!(log(&SqliteStore::open(&path).unwrap()), events_of(3));
    assert_eq!(log(&SqliteStore::open(&away).unwrap()), events_of(3), "and so is what was moved away");
}

#[test]
fn a_wal_that_takes_the_place_of_an_open_one_is_not_deleted() {
    let (_folder, path, store) = opened(Durability::Full);
    let (wal, away) = (beside(&path, "-wal"), path.with_extension("away"));
    fs::rename(&wal, &away).unwrap();
    fs::write(&wal, "another's").unwrap();
    sleep(Duration::from_millis(150));
    assert_closed(&commit(&store, 3).unwrap_err(), &wal);
    drop(store);
    assert_eq!(fs::read(&wal).unwrap(), b"another's");
    fs::rename(&away, &wal).unwrap();
    assert_eq!(log(&SqliteStore::open(&path).unwrap()), events_of(3));
}

#[test]
fn what_is_in_a_wal_that_was_deleted_is_saved_by_who_has_it_open() {
    let (_folder, path, store) = opened(Durability::Full);
    fs::remove_file(beside(&path, "-wal")).unwrap();
    sleep(Duration::from_millis(150));
    let error = commit(&store, 3).unwrap_err();
    assert_closed(&error, &beside(&path, "-wal"));
    assert!(error.to_string().contains("the last to close it saves what it has"), "{error}");
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(log(&store), events_of(3));
    commit(&store, 3).unwrap();
}

#[test]
fn a_child_of_the_process_is_refused_and_takes_nothing_from_its_parent() {
    let (_folder, path) = place();
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("fork").arg(&path).output().unwrap();
    let (said, error) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let lines: Vec<&str> = said.lines().collect();
    let [open, commit, read, stream, close, then] = lines[..] else { panic!("{said} {error}") };
    for (refused, what) in [(open, "open"), (commit, "commit"), (read, "read"), (stream, "stream"), (close, "close")] {
        assert!(refused.starts_with(&format!("{what} Err(")), "{refused}");
        assert!(refused.contains("Closed") && refused.contains("a fork"), "{refused}");
    }
    assert_eq!(then, "then false", "nothing was stored by the child");
    assert!(output.status.success(), "{error}");
    assert_eq!(log(&SqliteStore::open(&path).unwrap()), events_of(3));
}
