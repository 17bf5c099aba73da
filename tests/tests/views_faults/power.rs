//! What is left of views when the machine loses power. Their files are written without a sync for each commit: rows and checkpoint go back together, and
//! the events since then are read again.
//!
//! The store is on another disk, which loses nothing.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use eventsourcing::SqliteStore;
use eventsourcing::error::ViewError;
use eventsourcing_tests::power::{Call, Kept, Traced, disk};
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::index_of_kinds::{INDEX, built_by, in_memory};
use crate::{assert_right, open, place, quiet};

/// What a disk writes as a whole.
const SECTOR: usize = 512;

/// Says whether the process has ended as it should.
fn run(traced: &mut Traced, task: &[&str], store: &Path, inject: Option<&str>) -> bool {
    let program = [env!("CARGO_BIN_EXE_views_probe"), task[0]].map(OsStr::new);
    let rest: Vec<_> = task[1..].iter().map(OsStr::new).collect();
    let paths = [store.as_os_str().to_owned(), traced.folder().as_os_str().to_owned()];
    let program = [&program[..], &[&*paths[0], &*paths[1]], &rest].concat();
    let ran = traced.run(&program, true, inject);
    assert!(inject.is_some() || ran.is_ok && ran.acknowledged > 0, "{}", ran.error);
    ran.is_ok
}

fn each_way(end: u64) -> [Kept; 4] {
    [Kept::None, Kept::All, Kept::Some(end), Kept::Torn(end)]
}

/// Where there are many runs.
fn some_ways(end: u64) -> [Kept; 1] {
    [if end.is_multiple_of(2) { Kept::Some(end) } else { Kept::Torn(end) }]
}

/// Opens what is left after each call from `first` on, and says how many states there were.
fn lose_power<const N: usize>(
    calls: &[Call],
    first: usize,
    kept: impl Fn(u64) -> [Kept; N],
    store: &SqliteStore,
) -> usize {
    let (mut seen, head) = (HashSet::new(), store.blocking().head().unwrap().get());
    let each: Vec<_> = (0..=head).map(|events| tally::expected(store, events, false)).collect();
    for end in first..=calls.len() {
        for kept in kept(end as u64) {
            let files = disk(&calls[..end], kept);
            if !seen.insert(files.clone()) {
                continue;
            }
            let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
            for (name, content) in files {
                fs::write(folder.path().join(name), content).unwrap();
            }
            let views = open(folder.path());
            match block_on(async { views.all::<Tally>().await }) {
                Ok(rows) => assert!(each.contains(&rows), "{end} {kept:?}: {rows:?}"),
                Err(error) => assert!(matches!(error, ViewError::NotBuilt { .. }), "{end} {kept:?}: {error:?}"),
            }
            assert_right(store, &views);
        }
    }
    seen.len()
}

#[test]
fn an_index_of_kinds_names_no_wrong_events() {
    quiet();
    let (_folder, path, _) = place();
    let mut traced = Traced::new();
    run(&mut traced, &["noisy", "4"], &path, None);
    let store = SqliteStore::open(&path).unwrap();
    let (expected, mut seen) = (in_memory(&store), HashSet::new());
    // Its length may be on the disk, and some of its sectors not.
    let whole = fs::read(traced.folder().join(INDEX)).unwrap();
    for sector in 0..whole.len() / SECTOR {
        let mut index = whole.clone();
        index[sector * SECTOR..(sector + 1) * SECTOR].fill(0);
        assert_eq!(built_by(&index, &store), expected, "sector {sector}");
    }
    for end in 1..=traced.calls.len() {
        let number = end as u64;
        for kept in [Kept::None, Kept::All, Kept::Some(number), Kept::Torn(number)] {
            let index = disk(&traced.calls[..end], kept).into_iter().find(|(name, _)| name.ends_with(INDEX));
            if let Some((_, index)) = index.filter(|(_, index)| seen.insert(index.clone())) {
                assert_eq!(built_by(&index, &store), expected, "{end} {kept:?}");
            }
        }
    }
    assert!(seen.len() > 5, "{}", seen.len());
}

#[test]
fn rows_and_checkpoint_go_back_together_and_are_made_again() {
    quiet();
    let (_folder, path, _) = place();
    let mut traced = Traced::new();
    run(&mut traced, &["drive", "8"], &path, None);
    let store = SqliteStore::open(&path).unwrap();
    let states = lose_power(&traced.calls, 1, each_way, &store);
    assert!(states > 100, "{states}");
}

#[test]
fn rows_that_are_built_again_are_swapped_in_as_a_whole() {
    quiet();
    let (_folder, path, _) = place();
    let mut traced = Traced::new();
    run(&mut traced, &["drive", "7"], &path, None);
    let before = traced.calls.len();
    run(&mut traced, &["rebuild-and-drive"], &path, None);
    let store = SqliteStore::open(&path).unwrap();
    let states = lose_power(&traced.calls, before, each_way, &store);
    assert!(states > 50, "{states}");
}

/// One process is killed at a sync, or that fails and the system forgets what it could not sync; the next goes on with what it finds, and the power fails.
fn lose_power_after(fault: &str) {
    quiet();
    let step = if std::env::var_os("VIEWS_KILL_ALL").is_some() { 1 } else { 3 };
    let (mut faults, mut states) = (0, 0);
    for point in 1.. {
        let (_folder, path, _) = place();
        let mut traced = Traced::new();
        run(&mut traced, &["drive", "3"], &path, None);
        let fault = format!("fsync:{fault}:when={point}");
        let before = traced.calls.len();
        let is_ok = run(&mut traced, &["drive", "5"], &path, Some(&fault));
        let has_failed = traced.calls[before..].iter().any(|call| matches!(call, Call::FailedSync { .. }));
        if is_ok && !has_failed && faults > 0 {
            break;
        }
        // Syncs of the store come first.
        faults += usize::from(!is_ok || has_failed);
        if (!is_ok || has_failed) && faults % step == 0 {
            let first = traced.calls.len();
            run(&mut traced, &["drive", "7"], &path, None);
            let store = SqliteStore::open(&path).unwrap();
            states += lose_power(&traced.calls, first, some_ways, &store);
        }
    }
    println!("{fault}: {faults} faults, {states} states");
    assert!(faults > 2 && states > 20, "{faults} {states}");
}

#[test]
fn after_a_kill_and_a_loss_of_power_rows_and_checkpoint_are_of_one_moment() {
    lose_power_after("signal=KILL");
}

#[test]
fn after_a_failed_sync_and_a_loss_of_power_rows_and_checkpoint_are_of_one_moment() {
    lose_power_after("error=EIO");
}
