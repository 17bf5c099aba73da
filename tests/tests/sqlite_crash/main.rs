//! What is left of a store when its process is killed, and what it says when the disk fails, at one system call of a
//! process after the other. `strace` does it; without it these tests fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

mod failing;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::store::SnapshotRead;
use eventsourcing_tests::sqlite::{EventCopy, beside, commits, cut, events, log};
use rusqlite::Connection;
use tempfile::TempDir;

const COMMITS: usize = 9;

/// All calls by which a process changes the files of a store.
const CALLS: [&str; 6] = ["openat", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"];

/// The process, with something done to it at some of its calls on the files of the store; and these calls.
fn probe(inject: &str, task: &str, path: &Path) -> (Output, String) {
    let (calls, how) = inject.split_once(':').unwrap_or((inject, ""));
    let trace = path.with_file_name("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-e", &format!("trace={calls}"), "-o"]).arg(&trace);
    if !how.is_empty() {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    for what in ["", "-wal", "-shm", "-journal", "-head", "-turn"] {
        strace.arg("-P").arg(beside(path, what));
    }
    strace.arg("-P").arg(path.parent().unwrap());
    strace.arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(task).arg(path).arg(COMMITS.to_string());
    let output = strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it");
    (output, fs::read_to_string(trace).unwrap())
}

/// How often the process makes this call when nothing fails.
fn count(call: &str, task: &str, found: Found) -> usize {
    let (_folder, path) = made(found);
    let (output, trace) = probe(call, task, &path);
    assert!(output.status.success());
    trace.lines().count()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn events_of(count: usize) -> Vec<EventCopy> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

/// What a process finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// A store without a commit.
    Empty,
    /// A store with this many commits, whose WAL is gone.
    Closed(usize),
    /// What a process with this many commits left when it was aborted.
    Left(usize),
}

/// In memory where there is such a folder: a test that only kills, or injects an error, needs no disk.
fn made(found: Found) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().join("store.db");
    match found {
        Found::Nothing => {}
        Found::Empty => drop(SqliteStore::open(&path).unwrap()),
        Found::Closed(count) => {
            let store = SqliteStore::open(&path).unwrap();
            for commit in commits().take(count) {
                store.blocking().commit(commit).unwrap();
            }
        }
        Found::Left(count) => {
            let mut probe = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
            let left = probe.arg("leave").arg(&path).arg(count.to_string()).output().unwrap();
            assert_eq!(lines(&left).len(), count);
            assert!(beside(&path, "-wal").exists());
        }
    }
    (folder, path)
}

fn assert_sound(path: &Path) {
    let file = Connection::open(path).unwrap();
    let sound: String = file.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

/// Opens what is left, after this many acknowledged commits, and goes on with it. Says how many commits it holds.
fn assert_whole_and_usable(path: &Path, acknowledged: usize) -> usize {
    let store = SqliteStore::open(path).unwrap();
    let found = log(&store);
    let stored = if found == events_of(acknowledged) { acknowledged } else { acknowledged + 1 };
    assert_eq!(found, events_of(stored), "{acknowledged} were acknowledged");
    let cut_last = commits().take(stored).flat_map(|commit| commit.snapshots().to_vec()).last();
    let kept = store.blocking().read_snapshot(SnapshotRead::new(cut())).unwrap();
    assert_eq!(kept, cut_last, "a snapshot is there with its commit, and not without it");

    let again = store.blocking().commit(commits().nth(acknowledged).unwrap()).unwrap();
    assert_eq!(again.repeated, stored > acknowledged);
    assert_eq!(again.last, events_of(acknowledged + 1).len() as u64);
    assert!(!store.blocking().commit(commits().nth(acknowledged + 1).unwrap()).unwrap().repeated);
    assert_eq!(log(&store), events_of(acknowledged + 2));
    drop(store);
    assert_sound(path);
    stored
}

/// Kills the process at the first of these calls, at the second, and so on to the last, and tells of each how many commits
/// it had acknowledged and how many were stored.
fn kill_at_each(call: &str, found: Found) -> Vec<(usize, usize)> {
    let mut kills = Vec::new();
    let before = if let Found::Left(count) | Found::Closed(count) = found { count } else { 0 };
    loop {
        let (_folder, path) = made(found);
        let (output, _) = probe(&format!("{call}:signal=KILL:when={}", kills.len() + 1), "commit", &path);
        let acknowledged = lines(&output).len();
        if output.status.success() {
            assert_eq!(acknowledged, COMMITS);
            assert_eq!(kills.len(), count(call, "commit", found), "{call}: it was killed at each");
            return kills;
        }
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        let acknowledged = acknowledged.max(before);
        kills.push((acknowledged, assert_whole_and_usable(&path, acknowledged)));
    }
}

#[test]
fn no_other_call_changes_the_files_of_a_store() {
    // Root alone calls `fchown`, and gives the files to whom they belong already.
    let harmless = "close fchown fcntl flock fstat lseek mmap newfstatat pread64 read readlink statx";
    let mut calls = BTreeSet::new();
    for found in [Found::Nothing, Found::Empty, Found::Left(4)] {
        let (_folder, path) = made(found);
        let (_, trace) = probe("all", "commit", &path);
        let named = trace.lines().map(|line| line.split_whitespace().nth(1).unwrap().split('(').next().unwrap());
        calls.extend(named.filter(|call| !harmless.split(' ').any(|known| known == *call)).map(str::to_owned));
    }
    assert!(calls.iter().all(|call| CALLS.contains(&call.as_str())), "{calls:?}");
    assert!(calls.len() >= CALLS.len() - 1, "it syncs in one of two ways: {calls:?}");
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_at_a_write() {
    let kills = kill_at_each("pwrite64", Found::Empty);
    let in_commit = kills.iter().filter(|(acknowledged, _)| *acknowledged < COMMITS).count();
    assert!(in_commit >= 50, "{in_commit} points in the midst of a commit: {kills:?}");
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_at_a_sync() {
    let kills = ["fsync", "fdatasync"].map(|call| kill_at_each(call, Found::Empty)).concat();
    assert!(kills.len() >= COMMITS, "{kills:?}");
    assert!(
        kills.iter().any(|(acknowledged, stored)| stored > acknowledged),
        "a commit that was written is found: {kills:?}"
    );
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_as_it_opens_or_closes_a_file() {
    let kills = ["openat", "ftruncate", "unlink"].map(|call| kill_at_each(call, Found::Empty));
    assert!(kills.iter().all(|kills| kills.len() >= 2), "{kills:?}");
    assert!(kills[2].iter().all(|kill| *kill == (COMMITS, COMMITS)), "{kills:?}");
}

#[test]
fn a_process_that_is_killed_while_it_makes_the_file_leaves_nothing_that_cannot_be_opened() {
    let kills: usize = CALLS.map(|call| kill_at_each(call, Found::Nothing).len()).iter().sum();
    assert!(kills > 200, "{kills}");
}

/// The next process has recorded the salts of a WAL that is gone, and the killed one has begun another.
#[test]
fn a_process_that_is_killed_as_it_begins_a_wal_leaves_one_that_is_known_for_the_file_s_own() {
    let kills = kill_at_each("pwrite64", Found::Closed(2));
    assert!(kills.iter().filter(|(acknowledged, stored)| stored > acknowledged).count() > 2, "{kills:?}");
}

#[test]
fn a_process_that_is_killed_while_it_takes_up_what_another_left_loses_nothing_of_it() {
    let kills = CALLS.map(|call| kill_at_each(call, Found::Left(5))).concat();
    assert!(kills.iter().filter(|(acknowledged, _)| *acknowledged == 5).count() > 20, "{kills:?}");
}
