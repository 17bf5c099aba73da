//! What holds of every file.

use std::fs;

use crate::source::{files, workspace};

/// Where Rust of ours is.
const FOLDERS: &[&str] = &["eventsourcing/src", "eventsourcing-derive/src", "tests/src", "tests/tests", "examples"];

const MOST_LINES: usize = 300;

#[test]
fn files_are_short() {
    let all = FOLDERS.iter().flat_map(|folder| files(folder));
    // A snapshot is as long as what is printed.
    let written = all.filter(|file| !file.inner.contains("/snapshots/"));
    let long = written.filter(|file| file.text.lines().count() > MOST_LINES);
    let long: Vec<_> = long.map(|file| format!("{}: {} lines", file.shown, file.text.lines().count())).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn no_test_and_no_example_is_left_out() {
    // Put together, so that this file does not find itself.
    let left_out = [["#[", "ignore"], ["```", "ignore"], ["cfg(not(", "test))"]].map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| files(folder)) {
        for (number, line) in (1..).zip(file.text.lines()) {
            if left_out.iter().any(|words| line.contains(words)) {
                wrong.push(format!("{}:{number}: {}", file.shown, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A macro crate can lend nothing out, so one of two crates has what both read by a symbolic link, which `cargo package` packs as a file.
#[test]
fn the_lock_is_read_by_the_same_words() {
    let text = |path: &str| fs::read_to_string(workspace().join(path)).unwrap();
    for file in ["place.rs", "text.rs", "text/name.rs", "text/parse.rs"] {
        let [derive, runtime] = ["eventsourcing-derive/src/lock", "eventsourcing/src/testing/history"];
        assert_eq!(text(&format!("{derive}/{file}")), text(&format!("{runtime}/{file}")));
    }
}
