//! What a process says when the disk fails, at one system call after the other, and what is stored then.

use std::fs;
use std::process::Command;

use eventsourcing::SqliteStore;
use eventsourcing_tests::sqlite::{commits, log};

use crate::{COMMITS, Found, assert_sound, assert_whole_and_usable, count, events_of, lines, made, probe};

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
                commits().take(COMMITS).for_each(|commit| assert!(store.blocking().commit(commit).is_ok()));
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
