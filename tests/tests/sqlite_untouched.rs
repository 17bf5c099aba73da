//! What is refused, and what is only looked at, stays as it was: every file, byte for byte, and no new one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs::{self, Permissions};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventsourcing::SqliteStore;
use eventsourcing::error::OpenError;
use eventsourcing::store::sqlite::{Finding, Verified};
use eventsourcing_tests::sqlite::{beside, commits, events, files, log, place, without_a_trace};
use rusqlite::Connection;
use tempfile::TempDir;

/// The position that so many commits come to.
fn head(count: usize) -> u64 {
    commits().take(count).map(|commit| events(&commit).len() as u64).sum()
}

fn probe(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A store that a process with so many commits has left without closing it.
fn left(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    probe(&["leave", path.to_str().unwrap(), &count.to_string()]);
    assert!(beside(&path, "-wal").exists() && beside(&path, "-shm").exists());
    (folder, path)
}

/// A store that was closed.
fn closed(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    commits().take(count).for_each(|commit| assert!(!store.blocking().commit(commit).unwrap().repeated));
    drop(store);
    (folder, path)
}

fn verify(path: &Path) -> Result<Verified, OpenError> {
    SqliteStore::verify(path, |_| ControlFlow::Continue(()))
}

/// Opening, looking and salvaging, none of which leaves a trace. Gives the error of opening.
fn refused(path: &Path) -> OpenError {
    without_a_trace(path.parent().unwrap(), || {
        let elsewhere = tempfile::tempdir().unwrap();
        let _ = verify(path);
        let _ = SqliteStore::salvage(path, elsewhere.path().join("new.db"), |_| ControlFlow::Continue(()));
        let _ = SqliteStore::restore(path, elsewhere.path().join("other.db"));
        SqliteStore::open(path).unwrap_err()
    })
}

#[test]
fn a_wal_with_a_flipped_bit_is_as_good_as_before_when_it_was_refused() {
    for has_shm in [true, false] {
        let (_folder, path) = left(200);
        let wal = beside(&path, "-wal");
        if !has_shm {
            fs::remove_file(beside(&path, "-shm")).unwrap();
        }
        let flip = || {
            let mut bytes = fs::read(&wal).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 4;
            fs::write(&wal, bytes).unwrap();
        };
        flip();
        let error = refused(&path);
        assert!(
            matches!(error, OpenError::Behind { recorded, found, .. } if recorded == head(200) && found < recorded)
        );
        let findings = verify(&path).unwrap().findings;
        assert!(matches!(findings[..], [Finding::Behind { recorded, .. }] if recorded == head(200)), "{findings:?}");
        flip();
        assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(200), "nothing was lost");
    }
}

#[test]
fn a_store_that_has_lost_its_wal_gets_no_new_one() {
    for has_shm in [true, false] {
        let (_folder, path) = left(9);
        let wal = fs::read(beside(&path, "-wal")).unwrap();
        fs::remove_file(beside(&path, "-wal")).unwrap();
        if !has_shm {
            fs::remove_file(beside(&path, "-shm")).unwrap();
        }
        assert!(matches!(refused(&path), OpenError::Behind { found, .. } if found == 0));
        fs::write(beside(&path, "-wal"), wal).unwrap();
        assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(9));
    }
}

#[test]
fn what_is_sound_is_looked_at_without_a_trace() {
    for make in [closed, left] {
        for has_shm in [true, false] {
            let (folder, path) = make(20);
            if !has_shm {
                let _ = fs::remove_file(beside(&path, "-shm"));
            }
            let elsewhere = tempfile::tempdir().unwrap();
            without_a_trace(folder.path(), || {
                let verified = verify(&path).unwrap();
                assert_eq!((verified.sound, verified.findings), (head(20), vec![]));
                let to = elsewhere.path().join("new.db");
                let salvaged = SqliteStore::salvage(&path, &to, |_| ControlFlow::Continue(())).unwrap();
                assert_eq!((salvaged.kept, salvaged.findings), (head(20), vec![]));
                assert_eq!(SqliteStore::restore(&path, elsewhere.path().join("other.db")).unwrap(), head(20));
            });
        }
    }
}

/// Another application's database, and what it has left beside it, in a folder of its own.
fn others(schema: &str, change: &str, suffixes: &[&str]) -> (TempDir, PathBuf) {
    let (_making, made) = place();
    let (folder, path) = place();
    let conn = Connection::open(&made).unwrap();
    conn.execute_batch(schema).unwrap();
    conn.execute_batch(change).unwrap();
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let is_left = fs::copy(beside(&made, suffix), beside(&path, suffix)).is_ok();
        assert_eq!(is_left, suffix.is_empty() || suffixes.contains(&suffix), "{suffix}");
    }
    (folder, path)
}

#[test]
fn another_applications_wal_and_hot_journal_are_not_touched() {
    const WAL: &str = "PRAGMA journal_mode = WAL";
    const SPILL: &str = "PRAGMA cache_size = 2; PRAGMA synchronous = FULL";
    const MANY: &str = "INSERT INTO users SELECT randomblob(3000) FROM
        (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i FROM n)";
    let table = "CREATE TABLE users (name)";
    for (schema, change, suffixes) in [
        (format!("{table}; {WAL}"), "INSERT INTO users VALUES (1)".to_owned(), &["-wal", "-shm"][..]),
        (format!("PRAGMA application_id = 7; {WAL}"), table.to_owned(), &["-wal", "-shm"]),
        // All that it holds is in its WAL.
        (WAL.to_owned(), table.to_owned(), &["-wal", "-shm"]),
        // A change that it has begun.
        (format!("{SPILL}; {table}; {MANY}"), format!("BEGIN; DELETE FROM users; {MANY}"), &["-journal"]),
        (format!("{SPILL}; PRAGMA user_version = 7; {table}"), format!("BEGIN; {MANY}"), &["-journal"]),
    ] {
        for has_shm in [true, false] {
            let (_folder, path) = others(&schema, &change, suffixes);
            if !has_shm {
                let _ = fs::remove_file(beside(&path, "-shm"));
            }
            let error = refused(&path);
            assert!(matches!(error, OpenError::OtherApplication { .. }), "{schema}: {error:?}");
        }
    }
}

#[test]
fn beside_what_is_left_of_a_lost_file_no_store_is_made() {
    for (is_empty, left_over) in
        [(false, &["-wal", "-head"][..]), (true, &["-wal"]), (false, &["-head"]), (true, &["-head"])]
    {
        let (folder, path) = left(9);
        let whole = fs::read(&path).unwrap();
        let removed: Vec<_> =
            ["-wal", "-head", "-shm"].into_iter().filter(|suffix| !left_over.contains(suffix)).collect();
        for suffix in removed {
            fs::remove_file(beside(&path, suffix)).unwrap();
        }
        if is_empty {
            fs::write(&path, b"").unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        let named = beside(&path, left_over[0]);
        let error = refused(&path);
        assert!(matches!(&error, OpenError::LostFile { left, .. } if *left == named), "{error:?}");
        assert!(error.to_string().contains(named.to_str().unwrap()), "{error}");

        let accepted = || SqliteStore::builder().accept_loss().open(&path);
        if left_over[0] == "-wal" {
            let error = without_a_trace(folder.path(), accepted).unwrap_err();
            assert!(matches!(error, OpenError::LostFile { .. }), "the loss of a WAL cannot be accepted: {error:?}");
            fs::write(&path, whole).unwrap();
            assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), head(9), "put back, it is whole");
        } else {
            assert_eq!(accepted().unwrap().blocking().head().unwrap(), 0, "begun again, because that was meant");
        }
    }
}

#[test]
fn a_record_of_nothing_keeps_nobody_from_beginning_again() {
    let (_folder, path) = closed(0);
    fs::remove_file(&path).unwrap();
    assert!(beside(&path, "-head").exists());
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), 0);
}

#[test]
fn a_journal_that_is_not_a_stores_own_is_not_played_back() {
    let change = "PRAGMA cache_size = 2; BEGIN; INSERT INTO users SELECT randomblob(90000)";
    let (_other_folder, other) = others("CREATE TABLE users (name)", change, &["-journal"]);
    let (folder, path) = closed(9);
    fs::copy(beside(&other, "-journal"), beside(&path, "-journal")).unwrap();
    let error = refused(&path);
    assert!(matches!(error, OpenError::Interrupted { .. }), "{error:?}");
    let copy = folder.path().join("copy.db");
    fs::rename(beside(&path, "-journal"), beside(&copy, "-journal")).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(log(&store).len() as u64, head(9), "moved away, as the message says");
    let error = store.backup(&copy).unwrap_err();
    assert!(error.to_string().contains("copy.db-journal"), "nor is it laid over a copy: {error}");
    assert!(!copy.exists());
}

/// As a user who may do no more than everybody. Root is bound by no permissions.
fn probe_as_nobody(arguments: &[&str]) -> String {
    let elsewhere = tempfile::tempdir().unwrap();
    let program = elsewhere.path().join("probe");
    fs::copy(env!("CARGO_BIN_EXE_sqlite_probe"), &program).unwrap();
    for path in [elsewhere.path(), &program] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new(&program);
    command.args(arguments);
    let status = fs::read_to_string("/proc/self/status").unwrap();
    if status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0")) {
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_cannot_be_written_to_is_looked_at_and_copied() {
    for make in [closed, left] {
        for (has_shm, mode) in [(true, 0o444), (false, 0o444), (true, 0o666), (false, 0o666)] {
            let (folder, path) = make(9);
            if !has_shm {
                let _ = fs::remove_file(beside(&path, "-shm"));
            }
            for file in files(folder.path()).keys() {
                fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
            }
            fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
            // Who finds all files there and may write to them opens the store.
            let is_refused = mode == 0o444 || !beside(&path, "-shm").exists();
            let elsewhere = tempfile::tempdir().unwrap();
            fs::set_permissions(elsewhere.path(), Permissions::from_mode(0o777)).unwrap();
            let (from, to) = (path.to_str().unwrap(), elsewhere.path().join("copy.db"));
            let (said, copied) = without_a_trace(folder.path(), || {
                let sound = format!("{} []\n", head(9));
                assert_eq!(probe_as_nobody(&["verify", from]), sound, "{has_shm} {mode:o}");
                assert_eq!(
                    probe_as_nobody(&["salvage", from, elsewhere.path().join("new.db").to_str().unwrap()]),
                    sound
                );
                let said = if is_refused { probe_as_nobody(&["open", from]) } else { String::new() };
                (said, probe_as_nobody(&["restore", from, to.to_str().unwrap()]))
            });
            if mode == 0o444 {
                assert!(said.starts_with("ReadOnly {") && said.contains("SqliteStore::restore"), "{said}");
            } else if is_refused {
                assert!(said.starts_with("NotAllowed {"), "{said}");
            }
            assert_eq!(copied, format!("{}\n", head(9)), "as the message says");
            assert_eq!(SqliteStore::open(&to).unwrap().blocking().head().unwrap(), head(9));
        }
    }
}
