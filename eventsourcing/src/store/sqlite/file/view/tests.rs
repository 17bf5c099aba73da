use std::fs;
use std::path::PathBuf;

use super::*;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::connect;

/// A store that was closed, with its path and what is in its folder.
fn closed() -> (tempfile::TempDir, DatabasePath) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    SqliteStore::open(&path).unwrap().close().unwrap();
    (folder, DatabasePath::new(&path).unwrap())
}

fn names(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn the_lock_that_is_held_makes_no_wal_and_keeps_one_from_being_removed() {
    let (folder, path) = closed();
    let before = names(&folder);
    let held = connect::hold(&path).unwrap();
    assert!(held.is_some());
    assert_eq!(names(&folder), before);
    let writer = Connection::open(&*path).unwrap();
    writer.execute_batch("PRAGMA user_version = 4").unwrap();
    drop(writer);
    assert!(path.beside("-wal").exists(), "its lock keeps the last writer from the file");
    drop(held);
    let writer = Connection::open(&*path).unwrap();
    writer.execute_batch("PRAGMA user_version = 4").unwrap();
    drop(writer);
    assert_eq!(names(&folder), before);
}

#[test]
fn who_has_the_file_alone_keeps_others_from_holding_it() {
    let (_folder, path) = closed();
    let alone = Connection::open(&*path).unwrap();
    alone.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    assert!(connect::hold(&path).unwrap().is_none());
    let settings = Settings { busy_deadline: Duration::ZERO, ..Settings::default() };
    fs::write(path.beside("-shm"), b"").unwrap();
    fs::write(path.beside("-wal"), b"").unwrap();
    let error = View::open(&path, &settings).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
}

#[test]
fn a_view_without_locks_is_outdated_by_any_change() {
    let change = |change: fn(&DatabasePath)| {
        let (_folder, path) = closed();
        let view = View::open(&path, &Settings::default()).unwrap();
        assert!(matches!(view.basis, Basis::Stillness(_)) && view.is_current() && view.was_still());
        change(&path);
        (view.is_current(), view.was_still())
    };
    assert_eq!(change(|_| {}), (true, true));
    let changes: [fn(&DatabasePath); 5] = [
        |path| drop(SqliteStore::open(&**path).unwrap()),
        |path| fs::write(path.beside("-shm"), b"").unwrap(),
        |path| fs::write(path.beside("-wal"), [0; 40]).unwrap(),
        |path| fs::write(path.beside(crate::store::sqlite::os::side_file::RESTORE), b"").unwrap(),
        |path| fs::copy(&**path, path.beside("-copy")).and_then(|_| fs::rename(path.beside("-copy"), &**path)).unwrap(),
    ];
    for (number, changed) in changes.into_iter().enumerate() {
        // Opening a store that has an id and no event writes to `-wal` alone, and removes it.
        let expected = if number == 0 { change(changed) } else { (false, false) };
        assert_eq!(change(changed), expected, "{number}");
    }
}

#[test]
fn a_change_of_this_moment_is_waited_for_whatever_the_deadline() {
    let (_folder, path) = closed();
    let settings = Settings { busy_deadline: Duration::ZERO, ..Settings::default() };
    View::open(&path, &settings).unwrap();
    assert!(!Surroundings::read(&path).is_fresh());
}
