//! The program `fines`, run as a process on the real log, and held against a count that is made otherwise.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic on what it does not expect")]

#[path = "fines/count.rs"]
mod count;
#[path = "fines/malformed.rs"]
mod malformed;
#[path = "fines/views.rs"]
mod views;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use eventsourcing::prelude::SqliteStore;
use eventsourcing::{StreamId, store::Commit};
use tempfile::TempDir;
use uuid::Uuid;

use crate::count::Count;

const LOG: &str = include_str!("../fines/traffic_fines.csv");

/// A folder with a database, and a log to import into it.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new(log: &str) -> Self {
        let case = Self { folder: tempfile::tempdir().unwrap() };
        case.write(log.as_bytes());
        case
    }

    fn write(&self, log: &[u8]) {
        fs::write(self.path("log.csv"), log).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        // Beside the folder of this test's own program: `cargo test` builds examples, too.
        let program = std::env::current_exe().unwrap();
        let program = program.ancestors().nth(2).unwrap().join("examples").join("fines");
        assert!(program.exists(), "build it first: cargo build --example fines");
        let mut command = Command::new(program);
        command.args(arguments).arg("--db").arg(self.path("fines.db")).current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints, if it succeeds.
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it complains of.
    fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} must fail");
        String::from_utf8(output.stderr).unwrap()
    }

    fn stored(&self) -> u64 {
        let path = self.path("fines.db");
        if path.exists() { SqliteStore::open(path).unwrap().blocking().head().unwrap().get() } else { 0 }
    }
}

/// The header and so many rows of the log.
fn beginning(rows: usize) -> String {
    LOG.split_inclusive('\n').take(rows + 1).collect()
}

#[test]
fn the_report_agrees_with_a_count_made_otherwise() {
    let case = Case::new(LOG);
    assert!(case.prints(&["import", "log.csv"]).starts_with("34724 events imported"));

    let count = Count::of(LOG, None);
    assert_eq!((count.fines, count.events["Create Fine"], count.events["Appeal to Judge"]), (10_000, 10_000, 19));
    assert_eq!(count.events.values().sum::<u64>(), 34_724);
    assert_eq!(case.prints(&["report"]), count.text());
    assert!(case.prints(&["report"]).contains("599499.60"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&case.prints(&["report", "--json"])).unwrap(), count.json());

    for date in ["2006-06-16", "2006-06-17", "2007-12-11", "2009-03-30", "2030-01-01"] {
        let count = Count::of(LOG, Some(date));
        assert_eq!(case.prints(&["report", "--as-of", date]), format!("As of {date}\n{}", count.text()));
    }

    assert!(case.prints(&["import", "log.csv"]).starts_with("0 events imported"));
    assert_eq!(case.prints(&["report"]), count.text(), "a second import stores nothing twice");
}

#[test]
fn an_import_that_was_killed_is_completed_by_the_next() {
    let log = beginning(6_000);
    let case = Case::new(&log);
    let dates: Vec<&str> = log.lines().skip(1).map(|row| row.split(',').nth(2).unwrap()).collect();
    // A date is one commit, so what is stored ends where a date ends.
    let is_whole = |stored: usize| stored == 0 || dates.get(stored) != Some(&dates[stored - 1]);
    let mut interrupted = 0;
    for n in 1..=40 {
        let mut import =
            case.command(&["import", "log.csv"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(15 * n));
        import.kill().unwrap();
        import.wait().unwrap();
        let stored = case.stored();
        assert!(is_whole(usize::try_from(stored).unwrap()), "{stored} events end amid a date");
        interrupted += u32::from(stored > 0 && stored < 6_000);
        if stored == 6_000 {
            break;
        }
    }
    assert!(interrupted > 1, "the import was never killed between its first and its last commit");
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&log, None).text());
}

#[test]
fn two_imports_at_once_store_the_log_once() {
    let log = beginning(2_500);
    let case = Case::new(&log);
    let imports: Vec<_> = (0..3)
        .map(|_| case.command(&["import", "log.csv"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    for import in imports {
        let output = import.wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() || complaint.contains("another import"), "{complaint}");
    }
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&log, None).text());
}

#[test]
fn a_log_that_grew_is_imported_from_where_it_ended_and_a_changed_one_not_at_all() {
    // The sixth row is the last of its date.
    let case = Case::new(&beginning(6));
    case.prints(&["import", "log.csv"]);
    let stored = case.stored();

    case.write(beginning(500).replacen("A15,", "A16,", 1).as_bytes());
    assert!(case.fails(&["import", "log.csv"]).contains("is not the log that was imported"));
    case.write(beginning(3).as_bytes());
    assert!(case.fails(&["import", "log.csv"]).contains("ends after 3 rows"));
    assert_eq!(case.stored(), stored);

    case.write(beginning(500).as_bytes());
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&beginning(500), None).text());
}

#[test]
fn other_mistakes_are_told() {
    let case = Case::new("name,age\nalice,3\n");
    assert!(case.fails(&["import", "log.csv"]).contains("line 1, column `case_id`"));
    assert!(case.fails(&["import", "gone.csv"]).contains("gone.csv cannot be read: No such file"));
    let empty = Case::new("");
    assert!(empty.fails(&["report"]).contains("is not there"));
    assert!(!empty.path("fines.db").exists(), "asking makes no database");
    assert_eq!(empty.run(&["report", "--as-of", "yesterday"]).status.code(), Some(2));
    let mut commit = Commit::new();
    commit.append(StreamId::new("Account", Uuid::nil()), 0).unwrap().event("Opened", 1, b"{}").unwrap();
    SqliteStore::open(case.path("fines.db")).unwrap().blocking().commit(commit).unwrap();
    case.write(beginning(3).as_bytes());
    assert!(case.fails(&["import", "log.csv"]).contains("something else than fines"));
    assert_eq!(case.stored(), 1);
    fs::write(empty.path("fines.db"), "A text that is not a database, and long enough to be seen as none.").unwrap();
    assert!(empty.fails(&["report"]).contains("is not a database"));
}

#[test]
fn the_history_of_a_fine_is_a_table() {
    let case = Case::new(&beginning(3_000));
    case.prints(&["import", "log.csv"]);
    let table = case.prints(&["history", "A15"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].trim_start().starts_with("version  position  date"), "{table}");
    assert!(lines[1].contains("2006-07-01  Create Fine") && lines[1].contains("amount=21.00"), "{table}");
    // Its positions are those of its rows in the log, whose header is line 0.
    let rows = beginning(3_000);
    let rows: Vec<_> = rows.lines().enumerate().filter(|(_, line)| line.starts_with("A15,")).collect();
    assert_eq!(lines.len(), rows.len() + 1);
    for (line, (position, row)) in lines.iter().skip(1).zip(rows) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        assert_eq!((cells[1], cells[2]), (&*position.to_string(), row.split(',').nth(2).unwrap()), "{table}");
    }
    assert!(case.fails(&["history", "nobody"]).contains("there is no fine nobody"));
}
