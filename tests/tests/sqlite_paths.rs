//! Paths: which are taken for a store's, which file they lead to, and what is said of the others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::error::{OpenError, StoreErrorKind};
use eventsourcing_tests::sqlite::{beside, commits, events, log, place, without_a_trace};
use rusqlite::Connection;

const COMMITS: usize = 9;

fn fill(path: &Path) {
    let store = SqliteStore::open(path).unwrap();
    for commit in commits().take(COMMITS) {
        store.blocking().commit(commit).unwrap();
    }
}

fn all() -> usize {
    commits().take(COMMITS).map(|commit| events(&commit).len()).sum()
}

/// What every way to give a path says of this one; nothing is made or changed.
fn refused_everywhere(folder: &Path, path: &Path) -> Vec<OpenError> {
    let elsewhere = tempfile::tempdir().unwrap();
    let sound = elsewhere.path().join("sound.db");
    fill(&sound);
    let go_on = |_| ControlFlow::Continue(());
    without_a_trace(folder, || {
        vec![
            SqliteStore::open(path).unwrap_err(),
            SqliteStore::verify(path, go_on).unwrap_err(),
            SqliteStore::salvage(path, elsewhere.path().join("new.db"), go_on).unwrap_err(),
            SqliteStore::salvage(&sound, path, go_on).unwrap_err(),
            SqliteStore::restore(path, elsewhere.path().join("new.db")).unwrap_err(),
            SqliteStore::restore(&sound, path).unwrap_err(),
        ]
    })
}

#[test]
fn a_path_that_cannot_be_a_stores_is_refused_wherever_it_is_given() {
    let (folder, path) = place();
    let inside = |name: &str| folder.path().join(name);
    fs::create_dir(inside("folder")).unwrap();
    for (given, reason) in [
        (PathBuf::from(""), "is empty"),
        (":memory:".into(), "SqliteStore::in_memory()"),
        ("file:other.db".into(), "looks like an URI"),
        (OsStr::from_bytes(b"one\0two.db").into(), "byte 0"),
        ("/".into(), "is a folder"),
        ("/dev/null".into(), "is a device"),
        (inside("folder"), "is a folder"),
        (inside("folder/"), "is a folder"),
        (inside("new.db/"), "without a separator at its end"),
        (inside("new.db/."), "without a separator at its end"),
    ] {
        for error in refused_everywhere(folder.path(), &given) {
            assert!(matches!(error, OpenError::NotAFile { .. }), "{given:?}: {error:?}");
            assert!(error.to_string().contains(reason), "{given:?}: {error}");
        }
        let store = SqliteStore::in_memory().unwrap();
        let error = without_a_trace(folder.path(), || store.backup(&given)).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unsupported);
        assert!(error.to_string().contains(reason), "{given:?}: {error}");
    }
    for given in ["x", "folder/../x", "./x"] {
        drop(SqliteStore::open(inside(given)).unwrap());
        assert!(inside("x").exists());
    }
    assert!(!path.exists());
}

#[test]
fn a_backup_to_what_looks_like_an_uri_overwrites_no_other_database() {
    let (_store, path) = place();
    fill(&path);
    let folder = tempfile::tempdir().unwrap();
    Connection::open(folder.path().join("other.db")).unwrap().execute_batch("CREATE TABLE users (name)").unwrap();
    for to in [":memory:", "file:other.db", "file:other.db?mode=rwc"] {
        let backup = || {
            let mut probe = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
            probe.arg("backup").arg(&path).arg(to).current_dir(&folder).output().unwrap()
        };
        let output = without_a_trace(folder.path(), backup);
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be the path of a store"), "{output:?}");
    }
}

#[test]
fn a_path_that_is_too_long_is_said_to_be() {
    let (folder, _) = place();
    let name = |length: usize| folder.path().join("n".repeat(length));
    drop(SqliteStore::open(name(247)).unwrap());
    for length in [248, 255, 256, 5000] {
        for error in refused_everywhere(folder.path(), &name(length)) {
            assert!(matches!(error, OpenError::PathTooLong { longest: 504, longest_name: 247, .. }), "{error:?}");
        }
    }
    let mut deep = folder.path().join("d".repeat(200)).join("d".repeat(200));
    fs::create_dir_all(&deep).unwrap();
    let left = 504 - deep.as_os_str().len() - 1;
    drop(SqliteStore::open(deep.join("n".repeat(left))).unwrap());
    deep.push("n".repeat(left + 1));
    let error = SqliteStore::open(&deep).unwrap_err();
    assert!(matches!(error, OpenError::PathTooLong { .. }), "{error:?}");
    // By a short name that leads there, no more fits.
    symlink(&deep, folder.path().join("short.db")).unwrap();
    assert!(matches!(SqliteStore::open(folder.path().join("short.db")), Err(OpenError::PathTooLong { .. })));
    assert!(!deep.exists());
}

#[test]
fn what_stands_in_the_way_is_named() {
    let (folder, path) = place();
    let inside = |name: &str| folder.path().join(name);
    symlink(inside("two.db"), inside("one.db")).unwrap();
    symlink(inside("one.db"), inside("two.db")).unwrap();
    for error in refused_everywhere(folder.path(), &inside("one.db")) {
        assert!(matches!(error, OpenError::LinkLoop { .. }), "{error:?}");
    }
    fs::write(inside("letter"), "Dear diary").unwrap();
    for error in refused_everywhere(folder.path(), &inside("letter/store.db")) {
        assert!(matches!(&error, OpenError::MissingFolder { folder, .. } if *folder == inside("letter")), "{error:?}");
    }
    symlink(inside("none/store.db"), inside("nowhere.db")).unwrap();
    for error in refused_everywhere(folder.path(), &inside("nowhere.db")) {
        assert!(matches!(&error, OpenError::MissingFolder { folder, .. } if *folder == inside("none")), "{error:?}");
    }
    fill(&path);
    fs::create_dir(beside(&path, "-wal")).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(&error, OpenError::NotAFile { path: named, .. } if *named == beside(&path, "-wal")), "{error:?}");
}

/// A process that may have so many files open.
fn open_with(files: usize, path: &Path) -> Output {
    let script = format!("ulimit -n {files} && exec \"$0\" open \"$1\"");
    Command::new("sh").arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(path).output().unwrap()
}

#[test]
fn too_many_open_files_are_said_to_be_that() {
    let (folder, path) = place();
    fill(&path);
    let mut refused = 0;
    for files in 4..=12 {
        for path in [&path, &folder.path().join(format!("new {files}.db"))] {
            let output = open_with(files, path);
            let said = String::from_utf8(output.stdout).unwrap();
            if said != "opened\n" {
                assert!(said.starts_with("TooManyFiles {") && said.contains("ulimit -n"), "{files}: {said}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 4, "{refused}");
    assert_eq!(log(&SqliteStore::open(&path).unwrap()).len(), all());
}

#[test]
fn what_is_beside_a_store_stands_beside_the_real_file_of_a_symlink() {
    let (folder, path) = place();
    let names = tempfile::tempdir().unwrap();
    let (link, to_link) = (names.path().join("link.db"), names.path().join("to link.db"));
    symlink(&path, &link).unwrap();
    symlink("link.db", &to_link).unwrap();
    // The file itself is made where the links lead to.
    let store = SqliteStore::open(&to_link).unwrap();
    let other = SqliteStore::open(&path).unwrap();
    for (number, commit) in commits().take(COMMITS).enumerate() {
        if number % 2 == 0 { &store } else { &other }.blocking().commit(commit).unwrap();
    }
    assert_eq!((log(&store).len(), log(&other).len()), (all(), all()));
    drop((store, other));
    let mut left: Vec<_> = fs::read_dir(names.path()).unwrap().map(|file| file.unwrap().path()).collect();
    left.sort();
    assert_eq!(left, [link.clone(), to_link.clone()]);
    assert!(beside(&path, "-head").exists() && beside(&path, "-turn").exists());
    // A folder is a name, too.
    let folders = names.path().join("folder");
    symlink(folder.path(), &folders).unwrap();
    assert_eq!(log(&SqliteStore::open(folders.join("store.db")).unwrap()).len(), all());
}

#[test]
fn a_file_with_several_names_is_refused_by_each() {
    let (folder, path) = place();
    fill(&path);
    let other = folder.path().join("other.db");
    fs::hard_link(&path, &other).unwrap();
    for name in [&path, &other] {
        for error in refused_everywhere(folder.path(), name) {
            assert!(matches!(error, OpenError::HardLinked { names: 2, .. }), "{error:?}");
            assert!(error.to_string().contains("find -samefile"), "{error}");
        }
    }
    let moved = tempfile::tempdir().unwrap();
    fs::copy(&other, moved.path().join("store.db")).unwrap();
    assert_eq!(log(&SqliteStore::open(moved.path().join("store.db")).unwrap()).len(), all(), "as the message says");
    fs::remove_file(&other).unwrap();
    assert_eq!(log(&SqliteStore::open(&path).unwrap()).len(), all(), "and so is this");

    // Another name does a store that is open no harm: it is not opened by it.
    let store = SqliteStore::open(&path).unwrap();
    fs::hard_link(&path, &other).unwrap();
    assert_eq!(log(&store).len(), all());
    store.blocking().commit(commits().nth(COMMITS).unwrap()).unwrap();
}

#[test]
fn copies_take_the_mode_and_owner_of_their_store() {
    for mode in [0o600, 0o640, 0o666] {
        let (folder, path) = place();
        fill(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        // Only root may give a file away.
        let _ = std::os::unix::fs::chown(&path, Some(65534), Some(65534));
        let (user, group) = fs::metadata(&path).map(|found| (found.uid(), found.gid())).unwrap();
        let copies = ["backup.db", "salvaged.db", "restored.db"].map(|name| folder.path().join(name));
        SqliteStore::open(&path).unwrap().backup(&copies[0]).unwrap();
        SqliteStore::salvage(&path, &copies[1], |_| ControlFlow::Continue(())).unwrap();
        SqliteStore::restore(&path, &copies[2]).unwrap();
        for copy in copies {
            let found = fs::metadata(&copy).unwrap();
            assert_eq!((found.mode() & 0o777, found.uid(), found.gid()), (mode, user, group), "{copy:?}");
        }
    }
}

#[test]
fn no_copy_is_written_through_a_symlink_that_stands_in_its_way() {
    let (folder, path) = place();
    fill(&path);
    let secret = folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    for suffix in ["-copying", "-restore"] {
        let copy = folder.path().join(format!("copy{suffix}.db"));
        symlink(&secret, beside(&copy, suffix)).unwrap();
        SqliteStore::restore(&path, &copy).unwrap();
        assert_eq!(fs::read(&secret).unwrap(), b"secret");
        assert_eq!(log(&SqliteStore::open(&copy).unwrap()).len(), all());
    }
}
