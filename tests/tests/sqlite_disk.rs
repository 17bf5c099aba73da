//! A disk that is full while the WAL is taken into the file, while the schema changes or while a snapshot is stored, and one that
//! cannot be read: at one system call of a process after the other. `strace` does it; without it these tests fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use eventsourcing::SqliteStore;
use eventsourcing::store::SnapshotRead;
use eventsourcing_tests::sqlite::{EventCopy, beside, commits, cut, events, log};
use rusqlite::Connection;
use tempfile::TempDir;

/// What stands beside a store, and the store itself.
const FILES: [&str; 6] = ["", "-wal", "-shm", "-journal", "-head", "-turn"];

/// The process, with something done to it at some of its calls on these files; and these calls.
fn probe(inject: &[&str], files: &[&str], task: &str, path: &Path, count: Option<usize>) -> (Output, String) {
    let trace = path.with_file_name("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-e", "trace=pwrite64,pread64,fsync", "-o"]).arg(&trace);
    for inject in inject {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    for what in files {
        strace.arg("-P").arg(beside(path, what));
    }
    strace.arg(env!("CARGO_BIN_EXE_sqlite_probe")).arg(task).arg(path).args(count.map(|count| count.to_string()));
    let output = strace
        .output()
        .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it");
    assert!(matches!(output.status.code(), Some(0 | 1)), "it never panics: {}", errors(&output));
    (output, fs::read_to_string(trace).unwrap())
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// In memory where there is such a folder: a test that only injects the error of a full disk needs none.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

/// A store without a commit.
fn empty() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    (folder, path)
}

/// A store with commits, which a process left when it was aborted.
fn left(count: usize) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    Command::new(env!("CARGO_BIN_EXE_sqlite_probe")).arg("leave").arg(&path).arg(count.to_string()).output().unwrap();
    assert!(beside(&path, "-wal").exists());
    (folder, path)
}

/// A store that an older release wrote.
fn of_schema_2() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/schema-2.sqlite"), &path).unwrap();
    (folder, path)
}

fn events_of(count: usize) -> Vec<EventCopy> {
    commits().take(count).flat_map(|commit| events(&commit)).collect()
}

fn assert_sound(path: &Path) {
    let verified = SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap();
    assert!(verified.findings.is_empty(), "{verified:?}");
}

/// That these commits are stored, each with its snapshot, and the next can be.
fn assert_whole_and_usable(path: &Path, stored: usize) {
    let store = SqliteStore::open(path).unwrap();
    assert_eq!(log(&store), events_of(stored));
    let cut_last = commits().take(stored).flat_map(|commit| commit.snapshots().to_vec()).last();
    assert_eq!(store.blocking().read_snapshot(SnapshotRead::new(cut())).unwrap(), cut_last);
    assert!(!store.blocking().commit(commits().nth(stored).unwrap()).unwrap().repeated);
    assert_eq!(log(&store), events_of(stored + 1));
    drop(store);
    assert_sound(path);
}

/// How often in a row, and from when on, a call fails.
fn each(
    call: &str,
    error: &str,
    files: &[&str],
    for_good: &str,
    mut run: impl FnMut(&str, &[&str]) -> String,
) -> usize {
    for point in 1.. {
        let trace = run(&format!("{call}:error={error}:when={point}{for_good}"), files);
        let made: Vec<_> = trace.lines().filter(|line| line.contains(call)).collect();
        if !made.iter().any(|line| line.contains("(INJECTED)")) {
            assert_eq!(made.len(), point - 1, "each has failed");
            return point - 1;
        }
    }
    unreachable!("it ends")
}

#[test]
fn a_disk_that_is_full_when_the_wal_is_taken_into_the_file_loses_nothing() {
    for for_good in ["", "+"] {
        let writes = each("pwrite64", "ENOSPC", &[""], for_good, |inject, files| {
            let (_folder, path) = empty();
            let (output, trace) = probe(&[inject], files, "commit", &path, Some(9));
            assert_eq!((lines(&output).len(), errors(&output)), (9, String::new()), "each was in the WAL before");
            assert_eq!(beside(&path, "-wal").exists(), trace.contains("(INJECTED)"), "it is needed still");
            assert_whole_and_usable(&path, 9);
            trace
        });
        assert!(writes >= 10, "{writes}");
    }
}

#[test]
fn commits_go_on_while_the_wal_cannot_be_taken_into_the_file() {
    // SQLite tries from 4,000 pages on, after each commit.
    let count = 520;
    let (_folder, path) = empty();
    let (_, trace) = probe(&[], &[""], "commit", &path, Some(count));
    let writes = trace.lines().filter(|line| line.contains("pwrite64")).count();
    for point in [1, 2, writes / 4, writes / 2] {
        let (_folder, path) = empty();
        let inject = format!("pwrite64:error=ENOSPC:when={point}+");
        let (output, trace) = probe(&[&inject], &[""], "commit", &path, Some(count));
        assert_eq!((lines(&output).len(), errors(&output)), (count, String::new()));
        assert!(trace.matches("(INJECTED)").count() > 5, "it was tried again: {point}");
        assert_whole_and_usable(&path, count);
    }
}

#[test]
fn a_disk_that_is_full_when_a_failed_sync_is_settled_leaves_the_outcome_unknown() {
    let mut unknown = 0;
    for for_good in ["", "+"] {
        let writes = each("pwrite64", "ENOSPC", &FILES, for_good, |inject, files| {
            let (_folder, path) = empty();
            let (output, trace) = probe(&[inject, "fsync:error=EIO:when=4"], files, "fail", &path, Some(4));
            let (said, opened) = (lines(&output), output.status.success());
            let stored = said.iter().filter(|line| line.contains("Committed")).count();
            // Where SQLite cannot make its `-shm` file, nothing can be read either.
            assert!(opened || errors(&output).contains("kind: Unavailable"), "{}", errors(&output));
            let answers = said.iter().filter(|line| !line.contains(" reads at "));
            let mut answers = answers.skip_while(|line| !line.contains(" OutcomeUnknown: ")).peekable();
            let is_failed = answers.peek().is_some();
            let mut settled = answers.skip_while(|line| line.contains(" OutcomeUnknown: ")).peekable();
            let is_unknown = is_failed && settled.peek().is_none();
            unknown += usize::from(is_unknown);
            assert!(settled.all(|line| line.contains("Committed") || line.contains(" Full: ")), "{said:?}");
            assert!(for_good == "+" || !opened || stored == 4, "{said:?}");
            let store = SqliteStore::open(&path).unwrap();
            let also = usize::from(is_unknown && log(&store) != events_of(stored));
            drop(store);
            assert_whole_and_usable(&path, stored + also);
            trace
        });
        assert!(writes > 40, "{writes}");
    }
    assert!(unknown > 0);
}

#[test]
fn a_disk_that_stays_full_in_a_commit_with_a_snapshot_stores_neither() {
    let mut refused = 0;
    let writes = each("pwrite64", "ENOSPC", &["-wal"], "+", |inject, files| {
        let (_folder, path) = empty();
        let (output, trace) = probe(&[inject], files, "fail", &path, Some(4));
        let said = lines(&output);
        let stored = said.iter().filter(|line| line.contains("Committed")).count();
        if stored < 4 {
            let failures: Vec<_> =
                said.iter().filter(|line| line.contains(": ") && !line.contains("Committed")).collect();
            assert!(
                failures.iter().all(|line| line.contains(" Full: ") && line.contains("make space")),
                "{failures:?}"
            );
            let reads = said.iter().filter(|line| line.contains(" reads at ")).count();
            assert_eq!((failures.len(), reads), (3, 3), "reading goes on");
            refused += 1;
        }
        assert_whole_and_usable(&path, stored);
        trace
    });
    assert!(refused > 40 && refused + 1 >= writes, "{refused} {writes}");
}

fn schema(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap()
}

#[test]
fn a_disk_that_is_full_when_the_schema_changes_leaves_the_old_one() {
    let (_folder, path) = of_schema_2();
    let expected = log(&SqliteStore::open(&path).unwrap());
    for (call, error, kind) in [("pwrite64", "ENOSPC", "Full"), ("fsync", "EIO", "Unavailable")] {
        for for_good in ["", "+"] {
            let (mut failed, mut opened) = (0, 0);
            each(call, error, &FILES, for_good, |inject, files| {
                let (_folder, path) = of_schema_2();
                let (output, trace) = probe(&[inject], files, "open", &path, None);
                let said = lines(&output).concat();
                if said == "opened" {
                    opened += 1;
                    assert_eq!(schema(&path), 4);
                } else {
                    // A sync that fails leaves open whether it was changed.
                    assert!(schema(&path) == 2 || call == "fsync", "{said}");
                    failed += usize::from(said.starts_with(&format!("Store(StoreError {{ kind: {kind}")));
                    assert!(said.starts_with("Store(StoreError { kind: "), "{said}");
                    assert!(said.contains("cannot write to"), "{said}");
                }
                let store = SqliteStore::open(&path).unwrap();
                assert_eq!(log(&store), expected, "{said}");
                store.blocking().commit(commits().next().unwrap()).unwrap();
                drop(store);
                assert_sound(&path);
                trace
            });
            assert!(failed > 0 && opened > 0, "{call} {failed} {opened}");
        }
    }
}

#[test]
fn a_page_that_cannot_be_read_is_told_and_what_is_read_is_right() {
    let (_folder, path) = left(9);
    let (output, _) = probe(&[], &FILES, "read", &path, None);
    let right = lines(&output);
    assert_eq!((right.len(), &right[..4]), (8, &right[4..]));
    let mut found = 0;
    for make in [
        || left(9),
        || {
            let (folder, path) = left(9);
            drop(SqliteStore::open(&path).unwrap());
            (folder, path)
        },
    ] {
        each("pread64", "EIO", &FILES, "", |inject, files| {
            let (_folder, path) = make();
            let (output, trace) = probe(&[inject], files, "read", &path, None);
            let (read, error) = (lines(&output), errors(&output));
            assert!(read.len() == 8 || error.starts_with("Error: Store(StoreError { kind: "), "{error}");
            let wrong: Vec<_> = read.iter().zip(&right).filter(|(read, right)| read != right).collect();
            found += wrong.len();
            assert!(wrong.len() <= 1 && wrong.iter().all(|(read, _)| read.contains(": cannot read ")), "{wrong:?}");
            assert_whole_and_usable(&path, 9);
            trace
        });
    }
    assert!(found > 10, "{found}");
}

#[test]
fn a_file_that_was_cut_in_half_is_not_opened() {
    let (_folder, path) = empty();
    let store = SqliteStore::open(&path).unwrap();
    for commit in commits().take(40) {
        store.blocking().commit(commit).unwrap();
    }
    drop(store);
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(error.to_string().contains("is damaged") && error.to_string().contains("store.db"), "{error}");
}
