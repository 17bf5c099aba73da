//! Copies put in the place of a store, by `restore` and by hand: the store is then the copy, or is refused, never a mixture.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use eventsourcing::SqliteStore;
use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing::store::sqlite::Finding;
use eventsourcing_tests::sqlite::{Told, beside, commits, events, files, log, place, without_a_trace};
use rusqlite::Connection;
use tempfile::TempDir;

/// As many commits as the copy has, and as many as its store has then.
const COPIED: usize = 12;
const COMMITS: usize = 40;

fn events_of(count: usize) -> Vec<Told> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

fn leave(path: &Path, count: usize) {
    Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("leave").arg(path).arg(count.to_string()).output().unwrap();
    assert!(beside(path, "-wal").exists());
}

/// A store whose process was killed, and a copy that was made of it before.
fn left() -> (TempDir, PathBuf, PathBuf) {
    let (folder, path) = place();
    let copy = folder.path().join("copy.db");
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(COPIED) {
        store.blocking().commit(commit).unwrap();
    }
    store.backup(&copy).unwrap();
    drop(store);
    leave(&path, COMMITS);
    (folder, path, copy)
}

fn findings(path: &Path) -> Vec<Finding> {
    SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap().findings
}

/// That the store has these commits and no others, and can be used.
fn assert_is(path: &Path, count: usize) {
    assert_eq!(findings(path), []);
    let store = SqliteStore::open(path).unwrap();
    assert_eq!(log(&store), events_of(count));
    assert!(!store.blocking().commit(commits().nth(count).unwrap()).unwrap().repeated);
    drop(store);
    assert_eq!(findings(path), []);
}

#[test]
fn a_copy_put_in_place_by_hand_beside_what_is_left_is_refused_until_it_is_restored() {
    for with_head in [false, true] {
        for has_shm in [true, false] {
            let (folder, path, copy) = left();
            fs::copy(&copy, &path).unwrap();
            if with_head {
                fs::copy(beside(&copy, "-head"), beside(&path, "-head")).unwrap();
            }
            if !has_shm {
                fs::remove_file(beside(&path, "-shm")).unwrap();
            }
            without_a_trace(folder.path(), || {
                for settings in [SqliteStore::builder(), SqliteStore::builder().accept_loss()] {
                    let error = settings.open(&path).unwrap_err();
                    assert!(matches!(error, OpenError::ForeignWal { .. }), "{error:?}");
                    assert!(error.to_string().contains("SqliteStore::restore"), "{error}");
                }
                assert!(matches!(findings(&path)[..], [Finding::ForeignWal, ..]), "{:?}", findings(&path));
                let elsewhere = tempfile::tempdir().unwrap();
                let to = elsewhere.path().join("new.db");
                let salvaged = SqliteStore::salvage(&path, &to, |_| ControlFlow::Continue(())).unwrap();
                assert!(salvaged.findings.contains(&Finding::ForeignWal), "{:?}", salvaged.findings);
                assert_eq!(
                    log(&SqliteStore::open(to).unwrap()),
                    events_of(COPIED),
                    "what the copy has, and nothing else"
                );
                let error = SqliteStore::restore(&path, elsewhere.path().join("other.db")).unwrap_err();
                assert!(matches!(error, OpenError::ForeignWal { .. }), "{error:?}");
            });
            // As the message says.
            let away = folder.path().join("away.db");
            fs::rename(&path, &away).unwrap();
            assert_eq!(SqliteStore::restore(&away, &path).unwrap(), events_of(COPIED).len() as u64);
            assert_is(&path, COPIED);
        }
    }
}

#[test]
fn a_wal_put_beside_another_store_is_refused() {
    let (_folder, path, _) = left();
    let (_other_folder, other) = place();
    for count in [0, COPIED] {
        let store = SqliteStore::open(&other).unwrap();
        for commit in commits().take(count) {
            store.blocking().commit(commit).unwrap();
        }
        drop(store);
        fs::copy(beside(&path, "-wal"), beside(&other, "-wal")).unwrap();
        assert!(matches!(SqliteStore::open(&other), Err(OpenError::ForeignWal { .. })));
        fs::remove_file(beside(&other, "-wal")).unwrap();
        assert_eq!(log(&SqliteStore::open(&other).unwrap()), events_of(count));
    }
}

/// A copy of a copy, and a copy that was put back, are files of their own, too.
#[test]
fn no_two_copies_share_a_wal() {
    let (folder, path, copy) = left();
    SqliteStore::restore(&copy, &path).unwrap();
    leave(&path, COMMITS);
    let stale = fs::read(beside(&path, "-wal")).unwrap();
    let second = folder.path().join("second.db");
    SqliteStore::open(&copy).unwrap().backup(&second).unwrap();
    for file in [&copy, &second] {
        fs::write(beside(file, "-wal"), &stale).unwrap();
        assert!(matches!(SqliteStore::open(file), Err(OpenError::ForeignWal { .. })));
    }
}

#[test]
fn what_is_restored_is_the_copy_whatever_was_there() {
    type Damage = fn(&Path);
    let damages: [Damage; 9] = [
        |_| {},
        |path| fs::remove_file(path).unwrap(),
        |path| fs::write(path, b"").unwrap(),
        |path| drop(SqliteStore::open(path).unwrap()),
        |path| fs::remove_file(beside(path, "-wal")).unwrap(),
        |path| fs::write(beside(path, "-wal"), [7; 9000]).unwrap(),
        |path| fs::write(beside(path, "-head"), b"nothing that makes sense").unwrap(),
        |path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(5 * 4096).unwrap(),
        |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[4096..].fill(7);
            fs::write(path, bytes).unwrap();
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let (folder, path, copy) = left();
        damage(&path);
        let before: Vec<_> = files(folder.path()).into_iter().filter(|(file, _)| file.starts_with(&copy)).collect();
        assert_eq!(SqliteStore::restore(&copy, &path).unwrap(), events_of(COPIED).len() as u64, "{number}");
        for suffix in ["-wal", "-shm", "-journal", "-copying", "-restore"] {
            assert!(!beside(&path, suffix).exists(), "{number}: {suffix}");
        }
        assert!(before.iter().all(|(file, bytes)| fs::read(file).unwrap() == *bytes), "the copy is as it was");
        assert_is(&path, COPIED);
    }
    let (folder, _, copy) = left();
    let new = folder.path().join("new.db");
    SqliteStore::restore(&copy, &new).unwrap();
    assert_is(&new, COPIED);
}

#[test]
fn a_copy_that_was_used_is_restored_with_its_wal() {
    let (_folder, path, copy) = left();
    leave(&copy, COPIED + 5);
    SqliteStore::restore(&copy, &path).unwrap();
    assert_is(&path, COPIED + 5);
    // It may be in use.
    let store = SqliteStore::open(&copy).unwrap();
    store.blocking().commit(commits().nth(COPIED + 5).unwrap()).unwrap();
    SqliteStore::restore(&copy, &path).unwrap();
    assert_is(&path, COPIED + 6);
}

#[test]
fn a_copy_of_an_older_release_is_brought_up_to_date() {
    for name in ["0.1.0.sqlite", "schema-1.sqlite", "schema-2.sqlite"] {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let (folder, path, _) = left();
        let (copy, older) = (folder.path().join("older.db"), folder.path().join("opened.db"));
        fs::copy(&fixture, &copy).unwrap();
        fs::copy(&fixture, &older).unwrap();
        SqliteStore::restore(&copy, &path).unwrap();
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&fixture).unwrap(), "the copy is as it was");
        assert_eq!(log(&SqliteStore::open(&path).unwrap()), log(&SqliteStore::open(&older).unwrap()));
        assert_eq!(findings(&path), []);
    }
}

#[test]
fn a_store_in_use_is_not_restored() {
    let (folder, path, copy) = left();
    let store = SqliteStore::open(&path).unwrap();
    let error = SqliteStore::restore(&copy, &path).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "by this process: {error:?}");
    store.blocking().commit(commits().nth(COMMITS).unwrap()).unwrap();
    drop(store);

    let mut holding = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"))
        .arg("hold")
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    holding.stdout.as_mut().unwrap().read_exact(&mut [0; 5]).unwrap();
    let error = without_a_trace(folder.path(), || SqliteStore::restore(&copy, &path)).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "by another: {error:?}");
    holding.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(holding.wait().unwrap().success());
    assert_is(&path, COMMITS + 1);
    SqliteStore::restore(&copy, &path).unwrap();
    assert_is(&path, COPIED);
}

#[test]
fn what_is_no_sound_store_is_not_restored_and_what_is_no_store_is_not_written_over() {
    let (folder, path, copy) = left();
    let inside = |name: &str| folder.path().join(name);
    fs::write(inside("letter"), "Dear diary, ".repeat(900)).unwrap();
    fs::write(inside("empty.db"), b"").unwrap();
    Connection::open(inside("other.db")).unwrap().execute_batch("CREATE TABLE users (name)").unwrap();
    fs::copy(&copy, inside("behind.db")).unwrap();
    fs::copy(beside(&path, "-head"), inside("behind.db-head")).unwrap();
    without_a_trace(folder.path(), || {
        let error = |from: &Path, to: &Path| SqliteStore::restore(from, to).unwrap_err();
        assert!(matches!(error(&inside("none.db"), &path), OpenError::NoStore { .. }));
        assert!(matches!(error(&inside("empty.db"), &path), OpenError::NoStore { .. }));
        assert!(matches!(error(&inside("letter"), &path), OpenError::NotADatabase { .. }));
        assert!(matches!(error(&inside("other.db"), &path), OpenError::OtherApplication { .. }));
        assert!(matches!(error(&inside("behind.db"), &path), OpenError::Behind { .. }));
        assert!(error(&path, &path).to_string().contains("from itself"));
        assert!(matches!(error(&copy, &inside("letter")), OpenError::AlreadyExists { .. }));
        assert!(matches!(error(&copy, &inside("other.db")), OpenError::OtherApplication { .. }));
    });
    assert_is(&path, COMMITS);
}

#[test]
fn what_is_left_beside_the_place_of_a_copy_is_never_laid_over_it() {
    let (folder, path, _) = left();
    let store = SqliteStore::open(&path).unwrap();
    let to = folder.path().join("new.db");
    let go_on = |_| ControlFlow::Continue(());
    // A record of another log.
    fs::copy(beside(&path, "-head"), beside(&to, "-head")).unwrap();
    let (_small_folder, small) = place();
    SqliteStore::open(&small).unwrap().blocking().commit(commits().next().unwrap()).unwrap();
    SqliteStore::open(&small).unwrap().backup(&to).unwrap();
    assert_is(&to, 1);
    fs::remove_file(&to).unwrap();
    fs::copy(beside(&path, "-head"), beside(&to, "-head")).unwrap();
    SqliteStore::salvage(&small, &to, go_on).unwrap();
    assert_is(&to, 1);
    fs::remove_file(&to).unwrap();

    // A WAL may be all that is left of a store.
    fs::copy(beside(&path, "-wal"), beside(&to, "-wal")).unwrap();
    let (backed_up, salvaged) = without_a_trace(folder.path(), || {
        (store.backup(&to).unwrap_err(), SqliteStore::salvage(&small, &to, go_on).unwrap_err())
    });
    assert_eq!(backed_up.kind(), StoreErrorKind::Corrupt);
    assert!(backed_up.to_string().contains("new.db-wal"), "{backed_up}");
    assert!(matches!(salvaged, OpenError::LostFile { .. }), "{salvaged:?}");
}

/// A closed store that was copied by other means, and put back so.
#[test]
fn an_older_file_of_the_same_store_beside_its_newer_wal_is_never_a_mixture() {
    for (copied, closed) in [(3, 5), (COPIED, COPIED + 1), (COPIED, COPIED), (COPIED, 30), (30, 35), (30, 30), (5, 38)]
    {
        let (folder, path) = place();
        let fill = |numbers: std::ops::Range<usize>| {
            let store = SqliteStore::open(&path).unwrap();
            for commit in commits().take(numbers.end).skip(numbers.start) {
                store.blocking().commit(commit).unwrap();
            }
        };
        fill(0..copied);
        let copy = folder.path().join("copy.db");
        fs::copy(&path, &copy).unwrap();
        fill(copied..closed);
        leave(&path, COMMITS);
        fs::copy(&copy, &path).unwrap();
        if copied == closed {
            // All that the file lacks is in the WAL.
            assert_is(&path, COMMITS);
        } else {
            let error = without_a_trace(folder.path(), || SqliteStore::open(&path)).unwrap_err();
            assert!(matches!(error, OpenError::ForeignWal { .. }), "{copied} {closed}: {error:?}");
        }
    }
}
