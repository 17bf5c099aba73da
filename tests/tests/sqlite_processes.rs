//! Processes that write to and read from one file.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::store::EventStore;
use eventsourcing::{Position, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{log, place};
use pollster::block_on;
use uuid::Uuid;

#[test]
fn processes_that_write_to_one_file_wait_for_each_other() {
    const PROCESSES: usize = 4;
    const COMMITS: u64 = 60;
    let (_folder, path) = place();
    let processes: Vec<_> = (0..PROCESSES)
        .map(|writer| {
            let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
            process.arg("race").arg(&path).args([writer.to_string(), COMMITS.to_string()]);
            process.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let log = log(&SqliteStore::open(&path).unwrap());
    let mut versions = HashMap::new();
    for (stream, version, ..) in log {
        let last = versions.entry(stream).or_insert(0);
        assert_eq!(version, *last + 1);
        *last = version;
    }
    assert_eq!(versions.remove(&StreamId::new("Shared", Uuid::nil())), Some(PROCESSES as u64 * COMMITS));
    assert_eq!(versions.into_values().collect::<Vec<_>>(), [COMMITS; PROCESSES]);
}

/// Without turns, one process has the file again and again, and others wait for seconds.
#[test]
fn eight_processes_take_turns() {
    const PROCESSES: usize = 8;
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let start = |writer: usize| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
        process.arg("greedy").arg(&path).args([writer.to_string(), "4".to_owned()]);
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut processes: Vec<_> = (0..PROCESSES).map(start).collect();
    for process in &mut processes {
        process.stdin.take().unwrap().write_all(b"\n").unwrap();
    }
    let (mut counts, mut longest) = (Vec::new(), 0);
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        let (count, wait) = said.trim().split_once(' ').unwrap();
        counts.push(count.parse::<u64>().unwrap());
        longest = longest.max(wait.parse::<u64>().unwrap());
    }
    let all: u64 = counts.iter().sum();
    println!("{all} commits, {counts:?}, longest wait {longest} us");
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), all, "none is lost");
    let least = counts.iter().min().unwrap();
    assert!(least * PROCESSES as u64 * 4 > all, "each has at least a quarter of its share: {counts:?}");
}

#[test]
fn a_commit_of_another_process_wakes_without_a_poll() {
    let (_folder, path) = place();
    let hour = Duration::from_secs(3600);
    let store = SqliteStore::builder().poll_interval(hour).open(&path).unwrap();
    let mut after = Position::default();
    for round in 1..=3 {
        let waiting = store.wait_past(after);
        let done = AtomicBool::new(false);
        after = thread::scope(|scope| {
            // Until the reader is waiting for sure, others go on committing.
            scope.spawn(|| {
                for writer in (round * 1000).. {
                    if done.load(Ordering::SeqCst) {
                        break;
                    }
                    let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
                    let output = process.arg("race").arg(&path).args([writer.to_string(), "1".to_owned()]).output();
                    assert!(output.unwrap().status.success());
                }
            });
            let head = block_on(waiting).unwrap();
            done.store(true, Ordering::SeqCst);
            head
        });
        after = after.max(store.blocking().head().unwrap());
    }
}

#[test]
fn a_commit_of_another_process_is_seen_within_a_poll_interval() {
    let (_folder, path) = place();
    let store = SqliteStore::builder().poll_interval(Duration::from_millis(20)).open(&path).unwrap();
    let link = path.with_extension("link");
    // Under another path it is the same file all the same.
    std::os::unix::fs::symlink(&path, &link).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| block_on(store.wait_past(0.into())));
        let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_probe"));
        assert!(process.arg("commit").arg(&link).arg("1").output().unwrap().status.success());
        assert!(waiting.join().unwrap().unwrap() > 0);
    });
}
