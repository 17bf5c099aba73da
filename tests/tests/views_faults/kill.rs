//! A process that is killed at one of its calls on the files of the views, after the other to the last.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;

use crate::index_of_kinds::{INDEX, built_by};
use crate::{assert_right, open, place, quiet};

/// The commits of the process, or those that it finds.
const COMMITS: u64 = 8;

/// All calls by which a process changes the files of views.
const CALLS: [&str; 6] = ["openat", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"];

fn probe(inject: &str, task: &[&str], store: &Path, views: &Path) -> (Output, String) {
    let (calls, how) = inject.split_once(':').unwrap_or((inject, ""));
    let trace = store.with_file_name("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-e", &format!("trace={calls}"), "-o"]).arg(&trace);
    if !how.is_empty() {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    for file in ["views", "Tally-1", "Tally-2"] {
        for what in [".db", ".db-wal", ".db-shm", ".db-journal"] {
            strace.arg("-P").arg(views.join(format!("{file}{what}")));
        }
    }
    for file in [INDEX, "kinds.lock"] {
        strace.arg("-P").arg(views.join(file));
    }
    strace.arg("-P").arg(views);
    strace.arg(env!("CARGO_BIN_EXE_views_probe")).arg(task[0]).arg(store).arg(views).args(&task[1..]);
    let output = strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it");
    (output, fs::read_to_string(trace).unwrap())
}

/// What a process finds: a store with commits, and views that were brought up to date with some of them.
fn made(store: &Path, views: &Path, commits: u64, followed: u64) {
    let store = SqliteStore::open(store).unwrap();
    for number in 1..=commits {
        tally::commit(&store, number);
        if number == followed {
            assert_right(&store, &open(views));
        }
    }
}

/// That what is shown is what the events up to some position make, and that it can be brought up to date.
fn assert_whole(store: &Path, folder: &Path) {
    let store = SqliteStore::open(store).unwrap();
    let head = store.blocking().head().unwrap().get();
    let index = fs::read(folder.join(INDEX));
    let views = open(folder);
    match block_on(async { views.all::<Tally>().await }) {
        Ok(rows) => {
            let is_whole = (0..=head).any(|events| tally::expected(&store, events, false) == rows);
            assert!(is_whole, "{rows:?}");
        }
        Err(error) => assert!(matches!(error, eventsourcing::error::ViewError::NotBuilt { .. }), "{error}"),
    }
    assert_right(&store, &views);
    // What is left of the index of kinds names no wrong events.
    if let Ok(index) = index {
        assert_eq!(built_by(&index, &store), tally::expected(&store, head, false));
    }
}

/// Each of these calls in turn, or every so manieth, unless `VIEWS_KILL_ALL` is set.
fn kill_at_each(call: &str, step: usize, task: &[&str], found: (u64, u64), check: impl Fn(&Path, &Path)) -> usize {
    let step = if std::env::var_os("VIEWS_KILL_ALL").is_some() { 1 } else { step };
    let mut kills = 0;
    for point in (1..).step_by(step) {
        let (_folder, store, views) = place();
        made(&store, &views, found.0, found.1);
        let (output, _) = probe(&format!("{call}:signal=KILL:when={point}"), task, &store, &views);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.is_empty(), "{task:?} {call} {point}: {error}");
        check(&store, &views);
        if output.status.success() {
            return kills;
        }
        kills += 1;
    }
    kills
}

#[test]
fn no_other_call_changes_the_files_of_views() {
    let harmless = "access close fcntl flock fstat lseek mkdir mmap munmap newfstatat pread64 read readlink statx getdents64 fchown chdir";
    for (task, found) in [(&["follow", "8"][..], (0, 0)), (&["rebuild"], (8, 4))] {
        let (_folder, store, views) = place();
        made(&store, &views, found.0, found.1);
        let (output, trace) = probe("all", task, &store, &views);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let named =
            trace.lines().filter_map(|line| line.split_whitespace().nth(1)?.split_once('(').map(|(name, _)| name));
        // `???`: a thread that ended with the program before strace could see its call.
        let named = named.filter(|name| *name != "???");
        let others: Vec<_> =
            named.filter(|name| !harmless.split(' ').any(|known| known == *name) && !CALLS.contains(name)).collect();
        assert!(others.is_empty(), "{others:?}");
        for call in CALLS {
            println!("{task:?} {call}: {}", trace.lines().filter(|line| line.contains(&format!(" {call}("))).count());
        }
    }
}

/// With a million of each it is a test of time and memory, which is run by hand: `views_probe many STORE FOLDER 1000000 10000000`.
#[test]
fn all_that_waits_for_a_row_is_made_in_parts() {
    let (_folder, store, views) = place();
    let mut many = Command::new(env!("CARGO_BIN_EXE_views_probe"));
    let output = many.arg("many").arg(&store).arg(&views).args(["3000", "2000"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("rows [3001, 2000]") || said.contains("rows [2000, 3001]"), "{said}");
}

#[test]
fn each_event_is_read_once_by_a_view_whose_process_is_killed() {
    quiet();
    let writes = kill_at_each("pwrite64", 3, &["follow", "8"], (0, 0), assert_whole);
    let others: usize = ["openat", "fsync", "fdatasync", "ftruncate", "unlink"]
        .map(|call| kill_at_each(call, 2, &["follow", "8"], (0, 0), assert_whole))
        .iter()
        .sum();
    println!("{writes} {others}");
    assert!(writes > 20 && others > 5, "{writes} {others}");
}

#[test]
fn a_view_whose_process_is_killed_as_it_is_built_again_and_swapped_in_and_back_is_whole() {
    quiet();
    let writes = kill_at_each("pwrite64", 3, &["rebuild"], (COMMITS, 4), assert_whole);
    let others: usize = ["openat", "fsync", "fdatasync", "ftruncate", "unlink"]
        .map(|call| kill_at_each(call, 2, &["rebuild"], (COMMITS, 4), assert_whole))
        .iter()
        .sum();
    println!("{writes} {others}");
    assert!(writes > 20 && others > 5, "{writes} {others}");
}

#[test]
fn what_waits_for_a_row_is_made_once_or_dropped_once_by_a_process_that_is_killed() {
    quiet();
    // What is parked is so as a whole, or was dropped as a whole.
    let dropped = |store: &Path, folder: &Path| {
        let store = SqliteStore::open(store).unwrap();
        let views = open(folder);
        assert_right(&store, &views);
        let parked = block_on(views.parked::<Tally>()).unwrap();
        let dropped = block_on(views.dropped::<Tally>()).unwrap();
        let waiting: Vec<_> = parked.iter().chain(dropped.iter().map(|of| &of.parked)).map(|of| of.waiting).collect();
        assert_eq!(waiting, [4], "{parked:?} {dropped:?}");
    };
    let drops = kill_at_each("pwrite64", 1, &["drop"], (COMMITS, COMMITS), dropped);
    let retries = kill_at_each("pwrite64", 1, &["retry"], (COMMITS, COMMITS), |store, folder| {
        let mut retry = Command::new(env!("CARGO_BIN_EXE_views_probe"));
        assert!(retry.arg("retry").arg(store).arg(folder).output().unwrap().status.success());
        let store = SqliteStore::open(store).unwrap();
        let head = store.blocking().head().unwrap().get();
        assert_eq!(tally::rows(&open(folder)), tally::expected(&store, head, true));
    });
    println!("{drops} {retries}");
    assert!(drops > 4 && retries > 4, "{drops} {retries}");
}
