//! The locks that SQLite has on the `-shm` file of a store: the system takes them from a process that closes any descriptor of that file.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use eventsourcing::SqliteStore;
use eventsourcing_tests::sqlite::{beside, commits, log, place};
use rusqlite::Connection;
use uuid::Uuid;

/// The locks that the system knows on the `-shm` file of a database, each with its kind, process and bytes.
fn locks(path: &Path) -> Vec<String> {
    let inode = format!(":{}", fs::metadata(beside(path, "-shm")).unwrap().ino());
    let all = fs::read_to_string("/proc/locks").unwrap();
    let of_file = |line: &&str| line.split(' ').any(|field| field.ends_with(&inode));
    // Without its number, which changes.
    all.lines().filter(of_file).filter_map(|line| Some(line.split_once(':')?.1.to_owned())).collect()
}

/// Cuts the WAL, all of which is in the file then.
fn truncate(path: &Path) {
    let conn = Connection::open(path).unwrap();
    conn.busy_timeout(Duration::from_secs(30)).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
}

#[test]
fn a_wal_that_became_shorter_is_looked_at_without_losing_a_lock() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut commits = commits();
    for commit in commits.by_ref().take(20) {
        store.blocking().commit(commit).unwrap();
    }
    assert!(!log(&store).is_empty());
    let before = locks(&path);
    assert!(!before.is_empty(), "each process that has the file open has a lock");
    truncate(&path);
    assert_eq!(locks(&path), before);
    // Longer than the files are taken for what they were.
    sleep(Duration::from_millis(150));
    store.blocking().commit(commits.next().unwrap()).unwrap();
    assert_eq!(locks(&path), before, "after a commit");
    sleep(Duration::from_millis(150));
    truncate(&path);
    sleep(Duration::from_millis(150));
    assert!(!log(&store).is_empty());
    assert_eq!(locks(&path), before, "after a read");
    drop(SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap());
    assert_eq!(locks(&path), before, "after it was verified");
    store.backup(path.with_extension("copy")).unwrap();
    SqliteStore::restore(path.with_extension("copy"), &path).unwrap_err();
    assert_eq!(locks(&path), before, "after it was copied, and a copy not put in its place");
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(locks(&path), before, "after it was opened again");
}

fn start(path: &Path, writer: usize) -> Child {
    let mut process = Command::new(env!("CARGO_BIN_EXE_sqlite_crowd"));
    process.arg(path).arg(writer.to_string());
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn what_processes_acknowledge_while_the_wal_is_cut_again_and_again_is_there() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let mut processes: Vec<_> = [1, 2].map(|writer| (writer, start(&path, writer))).into();
    let answers: Vec<_> = processes
        .iter_mut()
        .map(|(writer, process)| {
            let (writer, lines) = (*writer, BufReader::new(process.stdout.take().unwrap()).lines());
            let stream = move |number: String| Uuid::from_u64_pair(writer as u64, number.parse().unwrap());
            thread::spawn(move || lines.map(|line| stream(line.unwrap())).collect::<Vec<_>>())
        })
        .collect();
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(100));
        truncate(&path);
    }
    for (_, process) in &mut processes {
        drop(process.stdin.take());
    }
    let acknowledged: BTreeSet<_> = answers.into_iter().flat_map(|answers| answers.join().unwrap()).collect();
    for (_, process) in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{:?} {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    let found = log(&SqliteStore::open(&path).unwrap()).into_iter().map(|(stream, ..)| stream.id());
    assert_eq!(found.collect::<BTreeSet<_>>(), acknowledged);
    assert!(acknowledged.len() > 50, "too little was written to tell: {}", acknowledged.len());
    let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}
