//! What is left when the machine loses power: of the writes that were not synced any subset, and the last of them in part. And of those whose
//! sync has failed any subset for ever, until they are written again: a system may take them for written then.
//!
//! Processes commit while `strace` notes each of their writes and syncs. From that the files are made as a disk may have them after each
//! of these calls, and opened. (The `-shm` file is left out: SQLite makes it again.)
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use eventsourcing::SqliteStore;
use eventsourcing::error::OpenError;
use eventsourcing_tests::power::{Call, Kept, Ran, Traced, disk};
use eventsourcing_tests::sqlite::{EventCopy, beside, commits, events, log};

const COMMITS: usize = 9;

/// Has a process do this to the store in a folder, with something done to it at some of its calls.
fn run(traced: &mut Traced, task: &str, count: usize, inject: Option<&str>) -> Ran {
    let (store, count) = (traced.folder().join("store.db"), count.to_string());
    let program = [env!("CARGO_BIN_EXE_sqlite_probe"), task].map(OsStr::new);
    let program = [&program[..], &[store.as_os_str(), OsStr::new(&count)]].concat();
    traced.run(&program, !task.ends_with("-normal"), inject)
}

fn whole_commits() -> Vec<Vec<EventCopy>> {
    (0..=COMMITS).map(|count| commits().take(count).flat_map(|commit| events(&commit)).collect()).collect()
}

fn each_way(end: u64) -> [Kept; 5] {
    [Kept::None, Kept::All, Kept::Some(end), Kept::Some(end + 7_777), Kept::Torn(end)]
}

/// Where there are many runs.
fn some_ways(end: u64) -> [Kept; 2] {
    if end.is_multiple_of(2) { [Kept::None, Kept::Some(end)] } else { [Kept::None, Kept::Torn(end)] }
}

/// Opens what is left after each call from `first` on, and gives the log that it has to `check`, with how many commits were acknowledged by
/// then. Says how many states there were.
fn lose_power<const N: usize>(
    calls: &[Call],
    first: usize,
    kept: impl Fn(u64) -> [Kept; N],
    check: impl Fn(usize, Result<Vec<EventCopy>, OpenError>, &Path),
) -> usize {
    let mut seen = HashSet::new();
    for end in first..=calls.len() {
        let made = &calls[..end];
        let acknowledged = made.iter().map(|call| if let Call::Acknowledge(number) = call { *number } else { 0 });
        let acknowledged = acknowledged.max().unwrap_or(0);
        for kept in kept(end as u64) {
            let files = disk(made, kept);
            if !seen.insert((acknowledged, files.clone())) {
                continue;
            }
            let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
            for (name, content) in files {
                fs::write(folder.path().join(name), content).unwrap();
            }
            let path = folder.path().join("store.db");
            let opened = SqliteStore::open(&path).map(|store| log(&store));
            check(acknowledged, opened, &path);
        }
    }
    seen.len()
}

fn assert_sound(path: &Path) {
    let verified = SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

/// That nothing is lost that a process at `Full` has acknowledged, and what is there is sound.
fn assert_nothing_lost<const N: usize>(calls: &[Call], first: usize, kept: impl Fn(u64) -> [Kept; N]) -> usize {
    let whole = whole_commits();
    lose_power(calls, first, kept, |acknowledged, found, path| {
        // The record is of this start of the system, which a machine that lost power does not have any more.
        let without_record = |_| {
            fs::remove_file(beside(path, "-head")).unwrap();
            let store = SqliteStore::open(path);
            let failed = |error| panic!("after {acknowledged} commits {} is not opened: {error}", path.display());
            log(&store.unwrap_or_else(failed))
        };
        let found = found.unwrap_or_else(without_record);
        let stored = whole.iter().position(|commits| *commits == found);
        assert!(
            stored.is_some_and(|stored| stored >= acknowledged),
            "{acknowledged} were acknowledged, {stored:?} found"
        );
        assert_sound(path);
    })
}

#[test]
fn nothing_acknowledged_is_lost_at_full_durability() {
    let mut traced = Traced::new();
    assert_eq!(run(&mut traced, "commit", COMMITS, None).acknowledged, COMMITS, "the trace was read right");
    let whole = whole_commits();
    let states = lose_power(&traced.calls, 1, each_way, |acknowledged, found, path| {
        let found = found
            .unwrap_or_else(|error| panic!("after {acknowledged} commits {} is not opened: {error}", path.display()));
        let stored = whole.iter().position(|commits| *commits == found);
        assert!(
            stored.is_some_and(|stored| stored >= acknowledged),
            "{acknowledged} were acknowledged, {stored:?} found"
        );
    });
    assert!(states > 150, "{states}");
}

#[test]
fn only_the_last_commits_are_lost_at_normal_durability() {
    let mut traced = Traced::new();
    assert!(run(&mut traced, "commit-normal", COMMITS, None).is_ok);
    let states = assert_nothing_lost(&traced.calls, 1, each_way);
    assert!(states > 100, "{states}");
}

/// The next process finds in the memory of the system what the killed one has written, and answers that it is stored.
#[test]
fn what_a_killed_process_has_not_synced_is_certain_before_it_is_acknowledged() {
    let (mut kills, mut states) = (0, 0);
    for point in 1.. {
        let mut traced = Traced::new();
        let killed = run(&mut traced, "commit", 4, Some(&format!("fsync:signal=KILL:when={point}")));
        if killed.is_ok {
            break;
        }
        kills += 1;
        let first = traced.calls.len();
        if point % 2 == 0 {
            // Also what is only read.
            assert_eq!(run(&mut traced, "found", 0, None).acknowledged, 1, "{point}");
        } else {
            assert_eq!(run(&mut traced, "fail", 4, None).acknowledged, 4, "{point}");
        }
        states += assert_nothing_lost(&traced.calls, first, some_ways);
    }
    assert!(kills >= 8 && states > 200, "{kills} {states}");
}

#[test]
fn what_another_handle_has_not_synced_is_certain_before_it_is_acknowledged() {
    let mut traced = Traced::new();
    let ran = run(&mut traced, "repeat", 5, None);
    assert_eq!(ran.acknowledged, 5, "{}", ran.error);
    let states = assert_nothing_lost(&traced.calls, 1, each_way);
    assert!(states > 50, "{states}");
}

/// One process leaves commits, maybe without a sync; of the next, one sync fails; and one more goes on with what it finds.
fn fail_each_sync(left: &str, task: &str) {
    let (mut failed, mut states) = (0, 0);
    for point in 1.. {
        let mut traced = Traced::new();
        run(&mut traced, left, 2, None);
        let before = traced.calls.len();
        let ran = run(&mut traced, task, 4, Some(&format!("fsync:error=EIO:when={point}")));
        if !traced.calls.iter().any(|call| matches!(call, Call::FailedSync { .. })) {
            assert!(ran.is_ok && ran.syncs < point, "each has failed: {ran:?}");
            break;
        }
        failed += 1;
        let after = run(&mut traced, "fail", 5, None);
        assert_eq!(after.acknowledged, 5, "{point}: {}", after.error);
        states += assert_nothing_lost(&traced.calls, before, some_ways);
    }
    assert!(failed >= 3 && states > 300, "{failed} {states}");
}

#[test]
fn what_the_system_forgets_after_a_failed_sync_is_written_again_at_full_durability() {
    fail_each_sync("leave", "fail");
    fail_each_sync("leave-normal", "fail");
}

#[test]
fn what_the_system_forgets_after_a_failed_sync_is_written_again_at_normal_durability() {
    fail_each_sync("leave-normal", "fail-normal");
}
