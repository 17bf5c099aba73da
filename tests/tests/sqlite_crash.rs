//! What is left of a store when its process is killed, and what it says when the disk fails, at one system call of a
//! process after the other. `strace` does it; without it these tests fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::store::{EventStore, SnapshotRead};
use eventsourcing_tests::sqlite::{Told, beside, commits, cut, events, log};
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

fn events_of(count: usize) -> Vec<Told> {
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

/// In memory where there is such a folder: who is only killed, or told of a failure, needs no disk.
fn made(found: Found) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().join("store.db");
    match found {
        Found::Nothing => {}
        Found::Empty => drop(SqliteStore::open(&path).unwrap()),
        Found::Closed(count) => {
            let store = SqliteStore::open(&path).unwrap();
            for commit in commits().take(count) {
                store.commit_blocking(commit).unwrap();
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
    let kept = store.read_snapshot_blocking(SnapshotRead::new(cut())).unwrap();
    assert_eq!(kept, cut_last, "a snapshot is there with its commit, and not without it");

    let again = store.commit_blocking(commits().nth(acknowledged).unwrap()).unwrap();
    assert_eq!(again.repeated, stored > acknowledged);
    assert_eq!(again.last, events_of(acknowledged + 1).len() as u64);
    assert!(!store.commit_blocking(commits().nth(acknowledged + 1).unwrap()).unwrap().repeated);
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

/// Lets one call fail after the other, to the last. The process sends a commit again that was not stored; so in the end
/// each is there, once. Gives the kinds of errors that there were: those of commits, and those of opening the file.
fn fail_at_each(call: &str, error: &str) -> (Vec<String>, Vec<String>) {
    let (mut kinds, mut refused) = (Vec::new(), Vec::new());
    let calls = count(call, "fail", Found::Empty);
    for point in 1..=calls + 1 {
        let (_folder, path) = made(Found::Empty);
        let (output, trace) = probe(&format!("{call}:error={error}:when={point}"), "fail", &path);
        assert_eq!(trace.contains("(INJECTED)"), point <= calls, "each of {calls} failed, and then none: {point}");
        let (said, error) = (lines(&output), String::from_utf8_lossy(&output.stderr));
        let failed = said.iter().filter(|line| line.contains(": ") && !line.contains("Committed"));
        kinds.extend(failed.map(|line| line.split([' ', ':']).nth(1).unwrap().to_owned()));
        let store = SqliteStore::open(&path).unwrap();
        if output.status.success() {
            if said.iter().any(|line| line.contains(" Corrupt: ")) {
                // It stopped writing; opened again, it goes on.
                commits().take(COMMITS).for_each(|commit| assert!(store.commit_blocking(commit).is_ok()));
            }
            assert_eq!((log(&store), &*error), (events_of(COMMITS), ""), "{call} {point}: {said:?}");
        } else {
            assert_eq!((log(&store), said), (vec![], vec![]), "it was not opened: {error}");
            assert_eq!(output.status.code(), Some(1), "{call} {point}: {error}");
            let kind = error.strip_prefix("Error: Store(StoreError { kind: ").unwrap();
            refused.push(kind.split(',').next().unwrap().to_owned());
        }
        drop(store);
        assert_sound(&path);
    }
    (kinds, refused)
}

#[test]
fn a_sync_that_fails_leaves_the_outcome_unknown_and_sending_again_settles_it() {
    let (kinds, refused) = fail_at_each("fsync", "EIO");
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "OutcomeUnknown"), "{kinds:?}");
    assert!(refused.iter().all(|kind| kind == "Unavailable"), "{refused:?}");
    assert_eq!(count("fdatasync", "fail", Found::Empty), 0, "else it can fail too");
}

#[test]
fn a_write_that_fails_leaves_the_outcome_unknown_and_sending_again_settles_it() {
    let (kinds, refused) = fail_at_each("pwrite64", "EIO");
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "OutcomeUnknown"), "{kinds:?}");
    assert!(refused.iter().all(|kind| kind == "Unavailable"), "{refused:?}");
}

#[test]
fn a_full_disk_is_told_and_nothing_of_the_commit_is_stored() {
    let (kinds, refused) = fail_at_each("pwrite64", "ENOSPC");
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "Full"), "{kinds:?}");
    // SQLite does not say of its `-shm` file that the disk is full, but that it failed.
    assert!(refused.iter().all(|kind| kind == "Full" || kind == "Unavailable"), "{refused:?}");
}

#[test]
fn a_read_that_fails_is_told_and_sending_again_stores_the_commit() {
    let (kinds, refused) = fail_at_each("pread64", "EIO");
    assert!(refused.len() >= 3 && kinds.len() >= 5, "{refused:?} {kinds:?}");
    // SQLite takes a page that the disk cannot read for one that is damaged.
    assert!(
        kinds.iter().chain(&refused).all(|kind| kind == "Unavailable" || kind == "Corrupt"),
        "{refused:?} {kinds:?}"
    );
}

#[test]
fn a_file_that_cannot_be_cut_or_deleted_is_whole() {
    for call in ["ftruncate", "unlink"] {
        let (kinds, refused) = fail_at_each(call, "EIO");
        assert_eq!(kinds, [""; 0], "{call}");
        assert!(refused.iter().all(|kind| kind == "Unavailable"), "{call} {refused:?}");
    }
}

#[test]
fn a_connection_whose_sync_failed_is_not_used_again() {
    let (folder, path) = made(Found::Empty);
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qqq",
        "-e",
        "trace=openat,fsync,fdatasync",
        "-e",
        "inject=fsync,fdatasync:error=EIO:when=5",
        "-o",
    ]);
    strace.arg(&trace).arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg("fail").arg(&path).arg(COMMITS.to_string());
    assert!(strace.output().expect("`strace` is installed").status.success());
    let trace = fs::read_to_string(trace).unwrap();
    let (_, after) = trace.split_once("(INJECTED)").expect("a sync failed");
    let opened = after.lines().filter(|line| line.contains("openat") && line.contains("store.db\"")).count();
    assert_eq!(opened, 2, "once to write, and once because the process then reads: {after}");
}

/// From this call on all fail. Gives what the process said of the commit that failed, and whether it was found afterwards.
fn fail_from(call: &str, error: &str, point: usize) -> (Vec<String>, bool) {
    let (_folder, path) = made(Found::Empty);
    let (output, _) = probe(&format!("{call}:error={error}:when={point}+"), "fail", &path);
    let said = lines(&output);
    let acknowledged = said.iter().filter(|line| line.contains("Committed")).count();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stored = assert_whole_and_usable(&path, acknowledged) > acknowledged;
    let reads = said.iter().filter(|line| line.contains(" reads at ")).count();
    let failures: Vec<_> = said.into_iter().filter(|line| line.contains(": ") && !line.contains("Committed")).collect();
    assert_eq!((reads, failures.len()), (3, 3), "reading goes on");
    (failures, stored)
}

#[test]
fn a_disk_that_fails_for_good_never_makes_a_commit_look_refused() {
    let mut unknown = 0;
    for point in 3..=8 {
        let (failures, stored) = fail_from("fsync,fdatasync", "EIO", point);
        let is_unknown = failures.iter().all(|line| line.contains(" OutcomeUnknown: "));
        unknown += usize::from(is_unknown);
        // A sync between two commits fails too: then the next is not begun.
        let is_refused = failures.iter().all(|line| line.contains(" Unavailable: ")) && !stored;
        assert!(is_unknown || is_refused, "{point} {stored}: {failures:?}");
    }
    assert!(unknown >= 3, "{unknown}");
}
