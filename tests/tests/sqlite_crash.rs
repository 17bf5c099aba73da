//! What is left of a store when its process is killed, and what it says when the disk fails, at one system call of a
//! process after the other. `strace` does it; without it these tests fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::store::{EventStore, SnapshotRead};
use eventsourcing_tests::sqlite::{Told, commits, cut, events, log, place};
use rusqlite::Connection;
use tempfile::TempDir;

const COMMITS: usize = 9;

/// The process, with something done to it at some of its system calls.
fn probe(inject: &str, task: &str, path: &Path) -> Output {
    let calls = inject.split_once(':').unwrap().0;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &format!("inject={inject}")]);
    strace.arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(task).arg(path).arg(COMMITS.to_string());
    strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it")
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn events_of(count: usize) -> Vec<Told> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

/// A store that has nothing yet, or no file at all.
fn made(is_made: bool) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    if is_made {
        drop(SqliteStore::open(&path).unwrap());
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

/// Kills the process at the first of these calls, at the second, and so on until it comes to its end, and tells of each
/// how many commits it had acknowledged and how many were stored.
fn kill_at_each(call: &str, is_made: bool) -> Vec<(usize, usize)> {
    let mut kills = Vec::new();
    loop {
        let (_folder, path) = made(is_made);
        let output = probe(&format!("{call}:signal=KILL:when={}", kills.len() + 1), "commit", &path);
        let acknowledged = lines(&output).len();
        if output.status.success() {
            assert_eq!(acknowledged, COMMITS);
            return kills;
        }
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        kills.push((acknowledged, assert_whole_and_usable(&path, acknowledged)));
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_at_a_write() {
    let kills = kill_at_each("pwrite64", true);
    let in_commit = kills.iter().filter(|(acknowledged, _)| *acknowledged < COMMITS).count();
    assert!(in_commit >= 50, "{in_commit} points in the midst of a commit: {kills:?}");
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_at_a_sync() {
    let kills = kill_at_each("fsync,fdatasync", true);
    assert!(kills.len() >= COMMITS, "{kills:?}");
    assert!(
        kills.iter().any(|(acknowledged, stored)| stored > acknowledged),
        "a commit that was written is found: {kills:?}"
    );
}

#[test]
fn a_process_that_is_killed_while_it_makes_the_file_leaves_nothing_that_cannot_be_opened() {
    let kills: usize =
        ["fsync,fdatasync", "ftruncate", "unlink"].map(|call| kill_at_each(call, false).len()).iter().sum();
    assert!(kills > 12, "{kills}");
    for point in 1..40 {
        let (_folder, path) = made(false);
        let output = probe(&format!("pwrite64:signal=KILL:when={point}"), "commit", &path);
        assert_whole_and_usable(&path, lines(&output).len());
    }
}

/// Lets one call fail after the other. The process sends a commit again that was not stored; so in the end each is there, once.
/// Gives the kinds of errors that there were.
fn fail_at_each(call: &str, error: &str, step: usize) -> Vec<String> {
    let mut kinds = Vec::new();
    for point in (1..).step_by(step) {
        let (_folder, path) = made(true);
        let output = probe(&format!("{call}:error={error}:when={point}"), "fail", &path);
        let said = lines(&output);
        let failed: Vec<_> =
            said.iter().filter(|line| line.contains(": ")).filter(|line| !line.contains("Committed")).collect();
        let (store, opened) = (SqliteStore::open(&path).unwrap(), !said.is_empty());
        if opened {
            assert_eq!(log(&store), events_of(COMMITS), "{said:?} {}", String::from_utf8_lossy(&output.stderr));
        } else {
            assert_eq!(log(&store), [], "it was not opened: {}", String::from_utf8_lossy(&output.stderr));
        }
        drop(store);
        assert_sound(&path);
        kinds.extend(failed.iter().map(|line| line.split([' ', ':']).nth(1).unwrap().to_owned()));
        // Past the last commit, only closing the file is left to fail.
        if opened && failed.is_empty() && point > COMMITS {
            break;
        }
    }
    kinds
}

#[test]
fn a_sync_that_fails_leaves_the_outcome_unknown_and_sending_again_settles_it() {
    let kinds = fail_at_each("fsync,fdatasync", "EIO", 1);
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "OutcomeUnknown"), "{kinds:?}");
}

#[test]
fn a_write_that_fails_leaves_the_outcome_unknown_and_sending_again_settles_it() {
    let kinds = fail_at_each("pwrite64", "EIO", 5);
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "OutcomeUnknown"), "{kinds:?}");
}

#[test]
fn a_full_disk_is_told_and_nothing_of_the_commit_is_stored() {
    let kinds = fail_at_each("pwrite64", "ENOSPC", 5);
    assert!(kinds.len() >= COMMITS, "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind == "Full"), "{kinds:?}");
}

#[test]
fn a_connection_whose_sync_failed_is_not_used_again() {
    let (folder, path) = made(true);
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
    let (_folder, path) = made(true);
    let output = probe(&format!("{call}:error={error}:when={point}+"), "fail", &path);
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
fn a_disk_that_stays_full_stops_writing_and_not_reading() {
    for point in [20, 40, 60] {
        let (failures, stored) = fail_from("pwrite64", "ENOSPC", point);
        assert!(!stored, "what was refused is not stored later");
        assert!(failures.iter().all(|line| line.contains(" Full: ") && line.contains("make space")), "{failures:?}");
    }
}

#[test]
fn a_disk_that_fails_for_good_never_makes_a_commit_look_refused() {
    for point in [4, 6, 8] {
        let (failures, _) = fail_from("fsync,fdatasync", "EIO", point);
        assert!(failures.iter().all(|line| line.contains(" OutcomeUnknown: ")), "{failures:?}");
    }
}

#[test]
fn a_file_that_was_cut_in_half_is_not_opened() {
    let (_folder, path) = made(true);
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(40) {
        store.commit_blocking(commit).unwrap();
    }
    drop(store);
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(error.to_string().contains("is damaged") && error.to_string().contains("store.db"), "{error}");
}
