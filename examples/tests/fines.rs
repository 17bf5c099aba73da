//! The program `fines`, run as a process on the real log, and held against a count that is made otherwise.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic on what it does not expect")]

#[path = "fines/count.rs"]
mod count;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use eventsourcing::prelude::SqliteStore;
use eventsourcing::store::EventStore as _;
use tempfile::TempDir;

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
        if path.exists() { SqliteStore::open(path).unwrap().head_blocking().unwrap() } else { 0 }
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
    let mut interrupted = 0;
    for n in 1..=40 {
        let mut import =
            case.command(&["import", "log.csv"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(15 * n));
        import.kill().unwrap();
        import.wait().unwrap();
        let stored = case.stored();
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

/// Makes one row of the log wrong, and says where the complaint must point.
type Damage = (&'static str, fn(&str) -> Vec<u8>);

#[test]
fn a_malformed_row_is_told_by_line_and_column_and_what_was_before_it_stays() {
    fn cell(row: &str, n: usize, value: &str) -> Vec<u8> {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[n] = value;
        cells.join(",").into_bytes()
    }
    let damages: [Damage; 12] = [
        ("case_id", |row| cell(row, 0, "")),
        ("activity", |row| cell(row, 1, "Pardon")),
        ("activity", |row| cell(row, 1, "Add penalty")),
        ("date", |row| cell(row, 2, "2006-02-30")),
        ("date", |row| cell(row, 2, "2001-01-01")),
        ("amount", |row| cell(row, 4, "35 EUR")),
        ("amount", |row| cell(row, 4, "35.001")),
        ("amount", |row| cell(row, 4, "-1.00")),
        ("amount", |row| cell(row, 4, "99999999999999999999.00")),
        ("notification_type", |row| format!("{row},").into_bytes()),
        ("notification_type", |row| row.rsplit_once(',').unwrap().0.as_bytes().to_vec()),
        ("vehicle_class", |row| {
            let mut bytes = cell(row, 10, "?");
            let at = bytes.iter().rposition(|byte| *byte == b'?').unwrap();
            bytes[at] = 0xff;
            bytes
        }),
    ];
    let log = beginning(40);
    // The first row of the last date that is whole in these rows creates a fine.
    let wrong = 30;
    for (column, damage) in damages {
        let mut bytes = Vec::new();
        for (n, line) in log.lines().enumerate() {
            bytes.extend(if n == wrong { damage(line) } else { line.as_bytes().to_vec() });
            bytes.push(b'\n');
        }
        let case = Case::new("");
        case.write(&bytes);
        let complaint = case.fails(&["import", "log.csv"]);
        assert!(complaint.contains(&format!("line {}, column `{column}`", wrong + 1)), "{column}: {complaint}");
        assert!(case.stored() > 0, "what was before stays");

        case.write(log.as_bytes());
        case.prints(&["import", "log.csv"]);
        assert_eq!(case.prints(&["report"]), Count::of(&log, None).text(), "mended, the import goes on");
    }
}

#[test]
fn other_mistakes_are_told() {
    let case = Case::new("name,age\nalice,3\n");
    assert!(case.fails(&["import", "log.csv"]).contains("line 1, column `case_id`"));
    assert!(case.fails(&["import", "gone.csv"]).contains("gone.csv cannot be opened"));
    let empty = Case::new("");
    assert!(empty.fails(&["report"]).contains("is not there"));
    assert!(!empty.path("fines.db").exists(), "asking makes no database");
    assert_eq!(empty.run(&["report", "--as-of", "yesterday"]).status.code(), Some(2));
}

#[test]
fn the_history_of_a_fine_is_a_table() {
    let case = Case::new(&beginning(3_000));
    case.prints(&["import", "log.csv"]);
    let table = case.prints(&["history", "A15"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].trim_start().starts_with("version  position  date"), "{table}");
    assert!(lines[1].contains("2006-07-01  Create Fine") && lines[1].contains("amount=2100"), "{table}");
    let rows = beginning(3_000).lines().filter(|line| line.starts_with("A15,")).count();
    assert_eq!(lines.len(), rows + 1);
    assert!(case.fails(&["history", "nobody"]).contains("there is no fine nobody"));
    assert!(Path::new(&case.path("fines.db")).exists());
}
