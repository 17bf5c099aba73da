//! Files that are not a store, and what is said of each. None is changed, and nothing is made beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::error::{CommitError, OpenError, StoreErrorKind};
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{commits, log, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

/// The error of opening; the folder is then as it was.
fn refused(path: &Path) -> OpenError {
    let files = || {
        let entries = fs::read_dir(path.parent().unwrap()).into_iter().flatten();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = paths.map(|path| (fs::read(&path).ok(), path)).collect();
        files.sort();
        files
    };
    let before = files();
    let error = SqliteStore::open(path).unwrap_err();
    assert!(files() == before, "the folder is as it was");
    assert!(error.to_string().contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    error
}

#[test]
fn a_folder_that_is_missing() {
    let (folder, _) = place();
    let path = folder.path().join("no").join("such").join("store.db");
    assert!(
        matches!(refused(&path), OpenError::MissingFolder { folder: missing, .. } if missing == path.parent().unwrap())
    );
    assert!(!folder.path().join("no").exists());
}

#[test]
fn a_path_that_names_no_file() {
    let (folder, _) = place();
    assert!(matches!(SqliteStore::open(&folder), Err(OpenError::NotAFile { .. })));
    assert!(matches!(SqliteStore::open(":memory:"), Err(OpenError::NotAFile { .. })));
    assert!(matches!(SqliteStore::open(""), Err(OpenError::NotAFile { .. })));
    assert!(matches!(SqliteStore::open("/"), Err(OpenError::NotAFile { .. })));
    assert!(matches!(SqliteStore::open("/dev/null"), Err(OpenError::NotAFile { .. })));
}

/// A process opens its store, with this folder as the working one; says what came of it.
fn open_in(folder: &TempDir, path: &str) -> String {
    let program =
        Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).args(["open", path]).current_dir(folder).output().unwrap();
    String::from_utf8(program.stdout).unwrap()
}

#[test]
fn a_path_is_never_taken_for_an_uri() {
    let (folder, _) = place();
    let path = folder.path().join("file:store.db?mode=memory");
    drop(SqliteStore::open(&path).unwrap());
    assert!(path.exists(), "an absolute path is none");
    let said = open_in(&folder, "file:x.db?mode=memory");
    assert!(said.starts_with("NotAFile {") && said.contains("looks like an URI"), "{said}");
    assert!(!folder.path().join("file:x.db?mode=memory").exists());
    assert_eq!(open_in(&folder, "./file:x.db?mode=memory"), "opened\n", "as the message says");
    assert!(folder.path().join("file:x.db?mode=memory").exists());
}

#[test]
fn a_file_that_is_not_a_database() {
    for content in [&b"no"[..], b"This is not a database, but a letter.\n", &[0; 4096], &b"dear diary, ".repeat(1000)] {
        let (_folder, path) = place();
        fs::write(&path, content).unwrap();
        assert!(matches!(refused(&path), OpenError::NotADatabase { .. }));
    }
}

#[test]
fn an_empty_file_becomes_a_store() {
    let (_folder, path) = place();
    fs::write(&path, b"").unwrap();
    let store = SqliteStore::open(&path).unwrap();
    store.blocking().commit(commits().next().unwrap()).unwrap();
}

#[test]
fn a_database_of_another_application() {
    for (schema, expected) in [
        ("CREATE TABLE users (id INTEGER PRIMARY KEY)", 0),
        ("PRAGMA application_id = 0x4d454d4f", 0x4d45_4d4f),
        ("PRAGMA application_id = -2", 0xffff_fffe),
        ("PRAGMA user_version = 7", 0),
        ("PRAGMA journal_mode = WAL; CREATE TABLE events (position INTEGER PRIMARY KEY)", 0),
    ] {
        let (_folder, path) = place();
        Connection::open(&path).unwrap().execute_batch(schema).unwrap();
        let error = refused(&path);
        assert!(
            matches!(error, OpenError::OtherApplication { application_id, .. } if application_id == expected),
            "{error:?}"
        );
    }
}

#[test]
fn a_database_of_a_newer_schema() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 5").unwrap();
    assert!(matches!(refused(&path), OpenError::NewerSchema { found: 5, known: 4, .. }));
}

/// Opens the file in a process of a user who may do no more than everybody; says what came of it.
fn open_as_nobody(folder: &TempDir, path: &Path) -> String {
    let copy = tempfile::tempdir().unwrap();
    let program = copy.path().join("probe");
    fs::copy(env!("CARGO_BIN_EXE_sqlite_probe"), &program).unwrap();
    for path in [copy.path(), folder.path(), &program] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        fs::set_permissions(path, Permissions::from_mode(mode | 0o555)).unwrap();
    }
    let mut command = Command::new(&program);
    command.arg("open").arg(path);
    // Permissions do not bind root, whose tests then need another user; anybody else is bound by them.
    if is_root() {
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

#[test]
fn a_file_that_is_read_only() {
    let (folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let said = open_as_nobody(&folder, &path);
    assert!(said.starts_with("ReadOnly {") && said.contains("store.db` is read-only: "), "{said}");
}

#[test]
fn a_folder_that_is_read_only() {
    let (folder, path) = place();
    let said = open_as_nobody(&folder, &path);
    assert!(said.starts_with("NotAllowed {") && said.contains("check the permissions of the folder"), "{said}");
    assert!(!path.exists());

    drop(SqliteStore::open(&path).unwrap());
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    let said = open_as_nobody(&folder, &path);
    assert!(said.starts_with("NotAllowed {"), "its files cannot stand beside it: {said}");
}

#[test]
fn a_file_that_another_process_holds() {
    let (_folder, path) = place();
    let deadline = Duration::from_millis(200);
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let since = Instant::now();
    let error = SqliteStore::builder().busy_deadline(deadline).open(&path).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    assert!(since.elapsed() >= deadline && since.elapsed() < deadline * 10);
    drop(holder);

    let store = SqliteStore::builder().busy_deadline(deadline).open(&path).unwrap();
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let since = Instant::now();
    let error = store.blocking().commit(commits().next().unwrap()).unwrap_err();
    assert!(matches!(error, CommitError::Store(error) if error.kind() == StoreErrorKind::Unavailable));
    assert!(since.elapsed() >= deadline && since.elapsed() < deadline * 10);
    assert_eq!(store.blocking().head().unwrap(), 0, "readers do not wait for a writer");
    holder.execute_batch("COMMIT").unwrap();
    assert!(!store.blocking().commit(commits().next().unwrap()).unwrap().repeated);
}

#[test]
fn who_opens_a_file_waits_for_the_one_who_is_making_it() {
    let (_folder, path) = place();
    let maker = Connection::open(&path).unwrap();
    maker.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let opening = scope.spawn(|| SqliteStore::open(&path).map(drop));
        thread::sleep(Duration::from_millis(200));
        assert!(!opening.is_finished());
        drop(maker);
        opening.join().unwrap().unwrap();
    });
}

#[test]
fn many_who_make_a_file_at_once_make_one_store() {
    for _ in 0..10 {
        let (_folder, path) = place();
        let start = Barrier::new(8);
        thread::scope(|scope| {
            for id in 0..8 {
                let (path, start) = (&path, &start);
                scope.spawn(move || {
                    start.wait();
                    let store = SqliteStore::open(path).unwrap();
                    let mut commit = Commit::new();
                    commit
                        .append(StreamId::new("Racer", Uuid::from_u128(id)), 0)
                        .unwrap()
                        .event("Ran", 1, b"{}")
                        .unwrap();
                    store.blocking().commit(commit).unwrap();
                });
            }
        });
        assert_eq!(log(&SqliteStore::open(&path).unwrap()).len(), 8);
    }
}

#[test]
fn a_store_that_is_closed_leaves_three_files_and_nothing_open() {
    let (folder, path) = place();
    let open = || {
        fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|fd| fs::read_link(fd.unwrap().path()).ok())
            .filter(|file| file.starts_with(&folder))
            .count()
    };
    for round in 0..30 {
        let store = SqliteStore::open(&path).unwrap();
        let other = store.clone();
        drop(store);
        pollster::block_on(async {
            other.commit(commits().nth(round).unwrap()).await.unwrap();
            assert!(other.head().await.unwrap() > 0);
        });
        other.blocking().head().unwrap();
        drop(other);
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        assert_eq!(
            (files, open()),
            ([path.clone(), path.with_extension("db-head"), path.with_extension("db-turn")].to_vec(), 0)
        );
    }
}

#[test]
fn a_file_of_an_older_schema_is_brought_up_to_date_by_whoever_is_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("older.db");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schema-1.sqlite"), &path).unwrap();
    let schema = || {
        let conn = Connection::open(&path).unwrap();
        conn.query_row("PRAGMA user_version", (), |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(schema(), 1);
    let heads: Vec<_> = thread::scope(|scope| {
        let open = || scope.spawn(|| SqliteStore::open(&path).unwrap().blocking().head().unwrap().get());
        let opening: Vec<_> = (0..4).map(|_| open()).collect();
        opening.into_iter().map(|opened| opened.join().unwrap()).collect()
    });
    assert_eq!((heads, schema()), (vec![5; 4], 4));
}
