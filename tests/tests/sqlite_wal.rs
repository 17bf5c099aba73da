//! The WAL stays at its bound whatever is committed, also when there is always a reader.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, LogRead, StoredEvent, StreamRead};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{beside, place};
use rusqlite::Connection;
use uuid::Uuid;

const MIB: u64 = 1 << 20;

/// 64 MiB, a group of commits, and 8 MiB for each time that a busy machine keeps a reader from ending in time. Without a bound, each test
/// comes to about 200.
const MOST: u64 = 150 * MIB;

/// Reads in turns with another, so that one of them always does.
fn read(path: &Path, phase: u64, done: &AtomicBool) {
    let file = Connection::open(path).unwrap();
    thread::sleep(Duration::from_millis(phase * 15));
    while !done.load(Ordering::SeqCst) {
        file.execute_batch("BEGIN; SELECT max(position) FROM events").unwrap();
        thread::sleep(Duration::from_millis(30));
        file.execute_batch("COMMIT").unwrap();
    }
}

/// Reads pages of one event, each of which its visitor needs long for, in both ways.
fn visit_slowly(store: &SqliteStore, done: &AtomicBool) {
    let visit = &mut |_: StoredEvent<'_>| {
        thread::sleep(Duration::from_millis(600));
        ControlFlow::Continue(())
    };
    while !done.load(Ordering::SeqCst) {
        store.blocking().read_log(LogRead::after(0).limit(1), visit).unwrap();
        let stream = StreamRead::new(StreamId::new("Account", Uuid::nil())).limit(1).backward();
        store.blocking().read_stream(stream, visit).unwrap();
    }
}

#[test]
fn a_slow_visitor_keeps_the_wal_no_longer_than_any_other() {
    let (_folder, path) = place();
    let store = SqliteStore::builder().durability(Durability::Normal).open(&path).unwrap();
    let (done, payload) = (AtomicBool::new(false), format!(r#""{}""#, "x".repeat(1_000_000)));
    thread::scope(|scope| {
        (0..2).for_each(|_| drop(scope.spawn(|| visit_slowly(&store, &done))));
        let mut longest = 0;
        for number in 0..300 {
            let mut commit = Commit::new();
            let append = commit.append(StreamId::new("Account", Uuid::from_u128(number)), 0).unwrap();
            append.event("Happened", 1, payload.as_bytes()).unwrap();
            store.blocking().commit(commit).unwrap();
            longest = longest.max(fs::metadata(beside(&path, "-wal")).unwrap().len());
            // Slow enough for some visitors in the time that the WAL takes to its bound.
            thread::sleep(Duration::from_millis(5));
        }
        done.store(true, Ordering::SeqCst);
        assert!(longest < MOST, "{} MiB", longest / MIB);
    });
}

/// Makes commits beside readers until so many bytes are in the file; gives the most bytes that the WAL has had. The readers may write to the file, or
/// are of another process and may only read it.
fn longest(least: u64, may_write: bool, commits: impl Iterator<Item = Commit>) -> u64 {
    let (_folder, path) = place();
    let store = SqliteStore::builder().durability(Durability::Normal).open(&path).unwrap();
    let (done, length) = (AtomicBool::new(false), |what| fs::metadata(beside(&path, what)).unwrap().len());
    let mut others = (!may_write).then(|| {
        let mut others = Command::new(env!("CARGO_BIN_EXE_sqlite_console"));
        let mut others = others.arg("overlap").arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(others.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "open\n");
        others
    });
    let longest = thread::scope(|scope| {
        (0..if may_write { 2 } else { 0 }).for_each(|phase| {
            let (path, done) = (&path, &done);
            scope.spawn(move || read(path, phase, done));
        });
        let mut longest = 0;
        for commit in commits {
            store.blocking().commit(commit).unwrap();
            longest = longest.max(length("-wal"));
        }
        done.store(true, Ordering::SeqCst);
        assert!(longest >= 48 * MIB && length("") >= least, "too little was written to tell: {longest} {}", length(""));
        longest
    });
    if let Some(others) = &mut others {
        assert!(others.try_wait().unwrap().is_none(), "they read to the end");
        drop(others.stdin.take());
        assert!(others.wait().unwrap().success());
    }
    longest
}

/// Of 4 MB each.
fn of_metadata() -> impl Iterator<Item = Commit> {
    let metadata = format!(r#"{{"note":"{}"}}"#, "m".repeat(60_000));
    (0..60).map(move |number| {
        let mut commit = Commit::new();
        commit.set_metadata(metadata.as_bytes()).unwrap();
        let mut append = commit.append(StreamId::new("Account", Uuid::from_u128(number)), 0).unwrap();
        for _ in 0..60 {
            append = append.event("Happened", 1, b"{}").unwrap();
        }
        commit
    })
}

#[test]
fn metadata_counts() {
    let longest = longest(200 * MIB, true, of_metadata());
    assert!(longest < MOST, "{} MiB", longest / MIB);
}

#[test]
fn those_who_may_only_read_keep_it_no_longer_than_others() {
    // Which marks they share is by chance: without one at the end, every third time it is 213 MiB.
    for _ in 0..3 {
        let longest = longest(0, false, of_metadata());
        assert!(longest < MOST, "{} MiB", longest / MIB);
    }
}

#[test]
fn pages_count_however_little_is_written_to_each() {
    let commits = (0..2_000_u32).map(|number| {
        let mut commit = Commit::new();
        for append in 0..20_u32 {
            // All over the index.
            let id = u128::from((number * 20 + append).wrapping_mul(2_654_435_761)) << 96;
            commit
                .append(StreamId::new("Account", Uuid::from_u128(id)), 0)
                .unwrap()
                .event("Happened", 1, b"{}")
                .unwrap();
        }
        commit
    });
    let longest = longest(2 * MIB, true, commits);
    assert!(longest < MOST, "{} MiB", longest / MIB);
}
