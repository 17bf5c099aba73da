//! Backups, restores and salvages that end in their midst: the process is killed at one system call after the other, or the call fails. `strace`
//! does it; without it these tests fail.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::error::OpenError;
use eventsourcing_tests::sqlite::{Told, beside, commits, events, files, log};
use tempfile::TempDir;

const COPIED: usize = 4;
const COMMITS: usize = 9;

/// All calls by which a process changes files.
const CALLS: [&str; 10] =
    ["openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "fchmod", "mkdir"];

fn events_of(count: usize) -> Vec<Told> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

/// A folder with a store of which a process has left a WAL, and a copy of an earlier moment.
fn made() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let (path, copy) = (folder.path().join("store.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(COPIED) {
        store.blocking().commit(commit).unwrap();
    }
    store.backup(&copy).unwrap();
    drop(store);
    let mut leave = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
    leave.arg("leave").arg(&path).arg(COMMITS.to_string()).output().unwrap();
    assert!(beside(&path, "-wal").exists());
    (folder, path, copy)
}

/// A process that copies to a place, with something done to it at its calls on the files there; and these calls.
fn probe(inject: &str, task: &str, from: &Path, to: &Path) -> (Output, String) {
    let (calls, how) = inject.split_once(':').unwrap_or((inject, ""));
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-e", &format!("trace={calls}"), "-o"]).arg(trace.path());
    if !how.is_empty() {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    for suffix in ["", "-wal", "-shm", "-journal", "-head", "-copying", "-copying-wal", "-copying-shm", "-restore"] {
        strace.arg("-P").arg(beside(to, suffix));
    }
    strace.arg("-P").arg(to.parent().unwrap());
    strace.arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(task).arg(from).arg(to);
    let output = strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it");
    (output, fs::read_to_string(trace.path()).unwrap())
}

/// Does something to a process at the first of these calls, at the second, and so on to the last, and looks at what is left each time.
fn at_each(
    call: &str,
    how: &str,
    for_good: &str,
    task: &str,
    make: impl Fn() -> [PathBuf; 2],
    check: impl Fn(&Output),
) -> usize {
    for point in 1.. {
        let [from, to] = make();
        let (output, trace) = probe(&format!("{call}:{how}:when={point}{for_good}"), task, &from, &to);
        check(&output);
        let was_done = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
        if !was_done {
            assert_eq!(trace.lines().filter(|line| line.contains(call)).count(), point - 1, "at each");
            return point - 1;
        }
    }
    unreachable!("it ends")
}

/// What is left is the old store, the new one or refused by name, and restoring again makes it the new one.
fn assert_old_new_or_refused(path: &Path, copy: &Path, had_store: bool, was_killed: bool) -> &'static str {
    let found = SqliteStore::open(path).map(|store| log(&store));
    let state = match &found {
        Ok(found) if *found == events_of(COMMITS) && had_store => "old",
        Ok(found) if *found == events_of(COPIED) => "new",
        Ok(found) if found.is_empty() && !had_store => "none",
        Err(OpenError::Unrestored { .. }) => "refused",
        // The placeholder, of a process that was killed.
        Err(OpenError::NotADatabase { .. }) if !had_store && was_killed => "refused",
        Ok(found) => panic!("it is neither: {} events", found.len()),
        Err(error) => panic!("{error:?}"),
    };
    SqliteStore::restore(copy, path).unwrap();
    let store = SqliteStore::open(path).unwrap();
    assert_eq!(log(&store), events_of(COPIED));
    assert!(!store.blocking().commit(commits().nth(COPIED).unwrap()).unwrap().repeated);
    drop(store);
    let verified = SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(verified.findings, []);
    let left = files(path.parent().unwrap()).into_keys().filter(|file| file.starts_with(path)).collect::<Vec<_>>();
    assert!(left.iter().all(|file| !file.to_string_lossy().contains("-copying")), "{left:?}");
    state
}

#[test]
fn no_other_call_changes_what_is_at_the_place_of_a_copy() {
    let harmless =
        "close fchown fcntl flock fstat getdents64 lseek mmap newfstatat pread64 read readlink statx access geteuid";
    for task in ["restore", "backup", "salvage"] {
        let (folder, path, copy) = made();
        let (from, to) = if task == "restore" { (copy, path) } else { (path, folder.path().join("new.db")) };
        let (output, trace) = probe("all", task, &from, &to);
        assert!(output.status.success(), "{output:?}");
        let named = trace.lines().map(|line| line.split_whitespace().nth(1).unwrap().split('(').next().unwrap());
        let calls: BTreeSet<_> = named.filter(|call| !harmless.split(' ').any(|known| known == *call)).collect();
        assert!(calls.iter().all(|call| CALLS.contains(call)), "{calls:?}");
        assert!(calls.contains("rename"), "{calls:?}");
    }
}

/// Restores with something done to each of these calls in turn, and gives what was left each time.
fn restore_with(call: &str, how: &str, for_good: &str, had_store: bool) -> Vec<&'static str> {
    let (folder, states) = (RefCell::new(None), RefCell::new(Vec::new()));
    let make = || {
        let (made, path, copy) = made();
        if !had_store {
            for suffix in ["", "-wal", "-shm", "-head", "-turn"] {
                fs::remove_file(beside(&path, suffix)).unwrap();
            }
        }
        *folder.borrow_mut() = Some(made);
        [copy, path]
    };
    let count = at_each(call, how, for_good, "restore", make, |output| {
        let folder = folder.borrow();
        let (path, copy) =
            folder.as_ref().map(|folder| (folder.path().join("store.db"), folder.path().join("copy.db"))).unwrap();
        let said = String::from_utf8(output.stdout.clone()).unwrap();
        let can_leave_placeholder = said.is_empty() || call == "unlink";
        let state = assert_old_new_or_refused(&path, &copy, had_store, can_leave_placeholder);
        assert!(state == "new" || said != format!("{}\n", events_of(COPIED).len()), "it said that it was done");
        states.borrow_mut().push(state);
    });
    assert_eq!(count + 1, states.borrow().len());
    states.into_inner()
}

#[test]
fn a_store_whose_restore_was_killed_is_the_old_one_or_the_new_or_refused() {
    for had_store in [true, false] {
        let states: Vec<_> = CALLS.iter().flat_map(|call| restore_with(call, "signal=KILL", "", had_store)).collect();
        let before = if had_store { "old" } else { "none" };
        assert!([before, "new", "refused"].iter().all(|state| states.contains(state)), "{states:?}");
        assert!(states.len() > 40, "{states:?}");
    }
}

#[test]
fn a_store_whose_restore_failed_is_the_old_one_or_the_new_or_refused() {
    for had_store in [true, false] {
        for (call, error) in [
            ("openat", "EMFILE"),
            ("write", "ENOSPC"),
            ("pwrite64", "ENOSPC"),
            ("fsync", "EIO"),
            ("fdatasync", "EIO"),
            ("unlink", "EIO"),
            ("rename", "EIO"),
        ] {
            let states = ["", "+"].map(|for_good| restore_with(call, &format!("error={error}"), for_good, had_store));
            assert!(states.concat().contains(&"new"), "{call}: {states:?}");
        }
    }
}

/// Copies to a new place with something done to each of these calls in turn. What has the name of the copy then is the whole copy, or no store.
/// Gives how often that was, and how often there was an empty file, which becomes a store.
fn copy_with(task: &str, call: &str, how: &str) -> (usize, usize) {
    let (folder, empty) = (RefCell::new(None), Cell::new(0));
    let make = || {
        let (made, path, _) = made();
        let to = made.path().join("new.db");
        *folder.borrow_mut() = Some(made);
        [path, to]
    };
    let count = at_each(call, how, "", task, make, |output| {
        let folder = folder.borrow();
        let folder = folder.as_ref().unwrap().path();
        let (path, to) = (folder.join("store.db"), folder.join("new.db"));
        let is_empty = fs::metadata(&to).is_ok_and(|found| found.len() == 0);
        if to.exists() && !is_empty {
            match SqliteStore::open(&to) {
                Ok(store) => assert_eq!(log(&store), events_of(COMMITS)),
                Err(OpenError::NotADatabase { .. }) => assert!(!output.status.success(), "{output:?}"),
                Err(error) => panic!("{error:?}"),
            }
        } else {
            assert!(!output.status.success(), "{output:?}");
        }
        empty.set(empty.get() + usize::from(is_empty));
        if is_empty || SqliteStore::open(&to).is_ok() {
            fs::remove_file(&to).unwrap();
        }
        // What is left of it is in nobody's way.
        SqliteStore::open(&path).unwrap().backup(&to).unwrap();
        assert_eq!(log(&SqliteStore::open(&to).unwrap()), events_of(COMMITS));
    });
    (count, empty.get())
}

#[test]
fn a_copy_that_was_not_finished_is_no_store() {
    for task in ["backup", "salvage"] {
        let kills: Vec<_> = CALLS.iter().map(|call| copy_with(task, call, "signal=KILL")).collect();
        assert!(kills.iter().map(|(count, _)| count).sum::<usize>() > 20, "{kills:?}");
        assert!(kills.iter().map(|(_, empty)| empty).sum::<usize>() <= 2, "only just after it was made: {kills:?}");
        for (call, error) in [("pwrite64", "ENOSPC"), ("fsync", "EIO"), ("fdatasync", "EIO"), ("rename", "EIO")] {
            copy_with(task, call, &format!("error={error}"));
        }
    }
}
