//! What happens to the files of views behind the back of their runner.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use eventsourcing::error::{OpenError, StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing_tests::sqlite::beside;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;
use rusqlite::Connection;

use crate::releases::{later, sibling};
use crate::runner::Total;
use crate::{assert_right, open, place, quiet, stopped, wait_until};

pub(crate) fn made(commits: u64) -> (tempfile::TempDir, std::path::PathBuf, SqliteStore) {
    quiet();
    let (folder, path, views) = place();
    let store = SqliteStore::open(&path).unwrap();
    (1..=commits).for_each(|number| tally::commit(&store, number));
    (folder, views, store)
}

/// What is done to a file.
type Change<'c> = &'c dyn Fn(&Path);

/// Whatever is in the place of the file of one view, that view says what is wrong, and the others go on.
#[test]
fn a_file_that_is_no_file_of_the_view_stops_it_by_name_and_no_other() {
    let newer = |path: &Path| Connection::open(path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let foreign = |path: &Path| Connection::open(path).unwrap().pragma_update(None, "application_id", 7).unwrap();
    let of_other_view = |path: &Path| assert!(fs::copy(path.with_file_name("Total-2.db"), path).is_ok());
    let without_state = |path: &Path| Connection::open(path).unwrap().execute_batch("DROP TABLE _state").unwrap();
    let emptied = |path: &Path| Connection::open(path).unwrap().execute_batch("DELETE FROM _state").unwrap();
    let without_rows = |path: &Path| Connection::open(path).unwrap().execute_batch("DROP TABLE Tally").unwrap();
    let of_other_key = |path: &Path| {
        let sql = "INSERT INTO _parked (key, error, since) VALUES ('[1]', '', 0)";
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    };
    let garbage = |path: &Path| fs::write(path, vec![0x5a; 8_192]).unwrap();
    let cut = |path: &Path| fs::OpenOptions::new().write(true).open(path).unwrap().set_len(5_000).unwrap();
    let changes: [(&str, Change<'_>); 9] = [
        ("99", &newer),
        ("application", &foreign),
        ("damaged, or changed by another program", &of_other_view),
        ("damaged, or changed by another program", &without_state),
        ("damaged, or changed by another program", &emptied),
        ("damaged, or changed by another program", &without_rows),
        ("a row of the view `Tally` cannot be read", &of_other_key),
        ("Tally-1.db", &garbage),
        ("Tally-1.db", &cut),
    ];
    for (expected, change) in changes {
        let (_folder, folder, store) = made(3);
        let views = || open(&folder).with::<Total>();
        let set = views();
        let running = set.run(store.clone()).unwrap();
        block_on(set.caught_up()).unwrap();
        running.stop_blocking();
        drop(set);
        change(&folder.join("Tally-1.db"));
        tally::commit(&store, 4);
        let set = views();
        let running = set.run(store.clone()).unwrap();
        let begun = std::time::Instant::now();
        while stopped(&set).is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{expected}: {:?}", set.status());
            std::thread::sleep(Duration::from_millis(1));
        }
        let Err(ViewError::Stopped { reason, .. }) = block_on(set.wait_for::<Tally>(12, Duration::from_secs(60)))
        else {
            panic!("{expected}: it goes on")
        };
        let said = chain(&reason);
        assert!(said.contains(expected), "{expected}: {said}");
        block_on(set.wait_for::<Total>(12, Duration::from_secs(60))).unwrap();
        running.stop_blocking();
        drop(set);
        // The way out.
        let file = folder.join("Tally-1.db");
        fs::remove_file(&file).unwrap();
        for what in ["-wal", "-shm"] {
            drop(fs::remove_file(beside(&file, what)));
        }
        assert_right(&store, &open(&folder));
    }
}

fn chain(reason: &StopReason) -> String {
    let causes = std::iter::successors(std::error::Error::source(reason), |cause| cause.source());
    causes.fold(reason.to_string(), |said, cause| format!("{said}: {cause}"))
}

#[test]
fn the_files_are_closed_when_a_runner_has_stopped() {
    let (_folder, folder, store) = made(3);
    for round in 0..300 {
        let views = open(&folder);
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        running.stop_blocking();
        drop(views);
        // The last connection removes it.
        assert!(!folder.join("Tally-1.db-wal").exists(), "{round}");
    }
}

#[test]
fn a_registry_that_is_garbage_is_refused_and_nothing_is_changed() {
    let (_folder, folder, store) = made(2);
    assert_right(&store, &open(&folder));
    let registry = folder.join("views.db");
    fs::write(&registry, vec![0x5a; 8_192]).unwrap();
    let refused = Views::sqlite(&folder).unwrap_err();
    assert!(matches!(refused, OpenError::NotADatabase { .. }), "{refused:?}");
    assert_eq!(fs::read(&registry).unwrap(), vec![0x5a; 8_192]);
    fs::write(&registry, b"").unwrap();
    assert_right(&store, &open(&folder));
}

#[test]
fn without_its_registry_or_with_an_older_one_a_folder_is_made_again() {
    for is_older in [false, true] {
        let (_folder, folder, store) = made(3);
        assert_right(&store, &open(&folder));
        let registry = folder.join("views.db");
        let before = fs::read(&registry).unwrap();
        // Numbers 2 and 3 have other columns.
        assert_eq!(sibling(&folder, &store), 3);
        assert_eq!(later(&folder, &store).len(), 3);
        if is_older {
            fs::write(&registry, before).unwrap();
        } else {
            fs::remove_file(&registry).unwrap();
        }
        tally::commit(&store, 4);
        // In another order than before.
        if is_older {
            assert_eq!(later(&folder, &store).len(), 3);
        } else {
            assert_eq!(sibling(&folder, &store), 3);
        }
        assert_right(&store, &open(&folder));
        assert_eq!(later(&folder, &store).len(), 3);
    }
}

#[test]
fn a_file_that_is_removed_is_made_again_and_readers_do_not_stay_with_it() {
    let (_folder, folder, store) = made(3);
    let reader = open(&folder);
    let views = open(&folder).lease(Duration::from_millis(100));
    let _running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!(tally::rows(&reader).len(), 3);
    for what in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&folder.join("Tally-1.db"), what)).unwrap();
    }
    wait_until("it stops", || stopped(&views).is_some());
    assert!(stopped(&views).unwrap().contains("was removed"));
    let read = || block_on(async { reader.all::<Tally>().await });
    wait_until("it is noticed", || matches!(read(), Err(ViewError::NotBuilt { .. })));
    wait_until("it ends", || views.run(store.clone()).map(eventsourcing::runner::Running::stop_blocking).is_ok());
    tally::commit(&store, 4);
    assert_right(&store, &views);
    wait_until("it is read", || read().is_ok_and(|rows| rows == tally::rows(&views)));
}

#[test]
fn a_folder_whose_registry_is_removed_while_it_is_used_stops_its_views_by_name() {
    let (_folder, folder, store) = made(3);
    let views = open(&folder).lease(Duration::from_millis(100));
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    for what in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&folder.join("views.db"), what)).unwrap();
    }
    wait_until("it stops", || stopped(&views).is_some());
    assert!(stopped(&views).unwrap().contains("views.db"), "{:?}", stopped(&views));
    let rebuilt = block_on(views.rebuild::<Tally>());
    assert!(matches!(rebuilt, Err(ViewError::FileGone { .. })), "{rebuilt:?}");
    running.stop_blocking();
    tally::commit(&store, 4);
    assert_right(&store, &open(&folder));
}

#[test]
fn an_older_copy_of_the_rows_goes_on_from_its_own_checkpoint() {
    let (_folder, folder, store) = made(3);
    assert_right(&store, &open(&folder));
    let file = folder.join("Tally-1.db");
    let older = fs::read(&file).unwrap();
    (4..8).for_each(|number| tally::commit(&store, number));
    assert_right(&store, &open(&folder));
    fs::write(&file, &older).unwrap();
    assert_right(&store, &open(&folder));
    // Also in the place of one that is open.
    let views = open(&folder).lease(Duration::from_millis(100));
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let copy = folder.join("copy");
    fs::write(&copy, &older).unwrap();
    fs::rename(&copy, &file).unwrap();
    for what in ["-wal", "-shm"] {
        fs::remove_file(beside(&file, what)).unwrap();
    }
    wait_until("it stops", || stopped(&views).is_some());
    running.stop_blocking();
    tally::commit(&store, 8);
    assert_right(&store, &open(&folder));
}

#[test]
fn a_disk_that_fails_once_at_a_write_or_is_full_loses_and_doubles_nothing() {
    quiet();
    let all = std::env::var_os("VIEWS_KILL_ALL").is_some();
    for (call, error, step) in [
        ("pwrite64", "ENOSPC", 5),
        ("pwrite64", "EIO", 7),
        ("fsync", "EIO", 3),
        ("openat", "EROFS", 3),
        ("pread64", "EIO", 5),
    ] {
        for point in (1..).step_by(if all { 1 } else { step }) {
            let (_folder, path, folder) = place();
            let store = SqliteStore::open(&path).unwrap();
            let trace = path.with_file_name("trace");
            let mut strace = Command::new("timeout");
            strace.args(["60", "strace", "-f", "-qqq", "-e", &format!("trace={call}"), "-o"]).arg(&trace);
            strace.args(["-e", &format!("inject={call}:error={error}:when={point}")]);
            for file in ["views.db", "Tally-1.db"] {
                for what in ["", "-wal", "-shm", "-journal"] {
                    strace.arg("-P").arg(folder.join(format!("{file}{what}")));
                }
            }
            let output = strace
                .arg(env!("CARGO_BIN_EXE_views_probe"))
                .arg("follow")
                .args([&path, &folder])
                .arg("6")
                .output()
                .unwrap();
            let is_injected = fs::read_to_string(&trace).unwrap().contains("(INJECTED)");
            let said = String::from_utf8_lossy(&output.stderr);
            // What cannot be opened or is damaged is said; what may go by is tried again.
            let is_told = said.starts_with("Error: ") && (said.contains("/views/") || said.contains("Stopped {"));
            assert!(output.status.success() || is_told, "{call} {error} {point}: {:?} {said}", output.status.code());
            assert_right(&store, &open(&folder));
            if !is_injected {
                break;
            }
        }
    }
}
