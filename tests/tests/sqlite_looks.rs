//! Looking at a file while others open, make or change it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::SqliteStore;
use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing::store::sqlite::Verified;
use eventsourcing_tests::sqlite::{beside, commits, events, log, place};
use rusqlite::Connection;
use tempfile::TempDir;

/// The position that so many commits come to.
fn head(count: usize) -> u64 {
    commits().take(count).map(|commit| events(&commit).len() as u64).sum()
}

fn closed(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(count) {
        store.blocking().commit(commit).unwrap();
    }
    (folder, path)
}

fn probe(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn verify(path: &Path) -> Verified {
    SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap()
}

fn left(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let mut leave = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
    leave.arg("leave").arg(&path).arg(count.to_string()).output().unwrap();
    assert!(beside(&path, "-wal").exists());
    (folder, path)
}

#[test]
fn a_closed_store_that_is_opened_while_it_is_verified_is_looked_at_once_more() {
    for is_closed_again in [true, false] {
        let (_folder, path) = closed(5);
        let mut store = None;
        let mut looks = 0;
        let verified = SqliteStore::verify(&path, |progress| {
            looks += usize::from(progress.reached == progress.head);
            if looks == 1 {
                let opened = SqliteStore::open(&path).unwrap();
                for commit in commits().skip(5).take(5) {
                    opened.blocking().commit(commit).unwrap();
                }
                store = (!is_closed_again).then_some(opened);
            }
            ControlFlow::Continue(())
        });
        let verified = verified.unwrap();
        assert_eq!((verified.sound, verified.findings), (head(10), vec![]));
        assert!(looks > 1, "{looks}");
    }
}

#[test]
fn a_store_in_use_is_verified_while_commits_go_on_and_keeps_its_locks() {
    let (_folder, path) = closed(5);
    let store = SqliteStore::open(&path).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for commit in commits().skip(5).take(1_000).take_while(|_| !done.load(Ordering::SeqCst)) {
                store.blocking().commit(commit).unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        let mut last = 0;
        for _ in 0..10 {
            let verified = verify(&path);
            assert_eq!(verified.findings, []);
            assert!(verified.sound >= last);
            last = verified.sound;
            let elsewhere = probe(&["verify", path.to_str().unwrap()]);
            assert!(elsewhere.ends_with(" []\n"), "from another process, too: {elsewhere}");
        }
        done.store(true, Ordering::SeqCst);
    });
    // Who could lock the file would take the WAL into it and remove it.
    assert_eq!(probe(&["open", path.to_str().unwrap()]), "opened\n");
    assert!(beside(&path, "-wal").exists(), "this process still has its locks");
}

#[test]
fn a_store_that_a_process_has_left_is_locked_while_it_is_verified() {
    let (_folder, path) = left(9);
    let open = || SqliteStore::builder().busy_deadline(Duration::from_millis(50)).open(&path);
    let mut refused = 0;
    let verified = SqliteStore::verify(&path, |_| {
        refused += usize::from(matches!(open(), Err(OpenError::InUse { .. })));
        ControlFlow::Continue(())
    });
    let verified = verified.unwrap();
    assert_eq!((verified.sound, verified.findings), (head(9), vec![]));
    assert!(refused > 0);
    assert_eq!(open().unwrap().blocking().head().unwrap(), head(9));
}

#[test]
fn a_file_that_is_emptied_under_its_store_costs_no_wal() {
    let (_folder, path) = closed(5);
    let store = SqliteStore::open(&path).unwrap();
    store.blocking().commit(commits().nth(5).unwrap()).unwrap();
    let (whole, wal) = (fs::read(&path).unwrap(), fs::read(beside(&path, "-wal")).unwrap());
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(0).unwrap();
    // Another connection is opened to read.
    let error = store.blocking().head().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(fs::read(beside(&path, "-wal")).unwrap() == wal);
    fs::write(&path, whole).unwrap();
    assert_eq!(store.blocking().head().unwrap(), head(6));
}

/// Its file alone says what it is; it is neither waited for nor locked.
#[test]
fn another_applications_database_is_refused_while_it_is_locked() {
    let (_folder, path) = place();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE users (name); PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE")
        .unwrap();
    other.execute_batch("INSERT INTO users VALUES (1)").unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::OtherApplication { .. })));
}

#[test]
fn processes_that_make_a_file_at_once_make_one_store() {
    for _ in 0..5 {
        let (_folder, path) = place();
        let race = |writer: usize| {
            let mut probe = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
            probe.arg("race").arg(&path).args([&writer.to_string(), "3"]).stdout(Stdio::null()).spawn().unwrap()
        };
        let racing: Vec<_> = (0..6).map(race).collect();
        for mut process in racing {
            assert!(process.wait().unwrap().success());
        }
        assert_eq!(log(&SqliteStore::open(&path).unwrap()).len(), 6 * 3 * 2);
    }
}

#[test]
fn processes_that_open_what_another_has_left_all_have_it() {
    for has_shm in [true, false] {
        let (_folder, path) = left(40);
        if !has_shm {
            fs::remove_file(beside(&path, "-shm")).unwrap();
        }
        let open = |_| {
            let mut probe = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
            probe.arg("open").arg(&path).stdout(Stdio::piped()).spawn().unwrap()
        };
        let opening: Vec<_> = (0..8).map(open).collect();
        for process in opening {
            assert_eq!(process.wait_with_output().unwrap().stdout, b"opened\n");
        }
        assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(40));
    }
}

#[test]
fn a_store_in_memory_is_backed_up_as_any_other() {
    let (_folder, path) = place();
    let store = SqliteStore::in_memory().unwrap();
    for commit in commits().take(9) {
        store.blocking().commit(commit).unwrap();
    }
    assert_eq!(store.backup(&path).unwrap(), head(9));
    let copy = SqliteStore::open(&path).unwrap();
    assert_eq!(log(&copy), log(&store));
    assert!(!beside(&path, "-journal").exists());
}

/// Of a store: so that no path reaches SQLite that was not checked, and no connection is opened that would end a WAL it has not judged. Its companions,
/// the files of views and of subscriptions, are opened in another.
#[test]
fn files_are_opened_by_sqlite_in_one_place() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("eventsourcing/src/store");
    let mut left = vec![source];
    let mut found = Vec::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let is_test = path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests");
            if !is_test && code.replace("Connection::open_in_memory", "").contains("Connection::open") {
                found.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert_eq!(found, ["companion.rs", "connect.rs"]);
}
