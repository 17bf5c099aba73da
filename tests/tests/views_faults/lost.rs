//! Files that are removed or replaced one by one while processes use them.

use std::fs;
use std::path::Path;

use eventsourcing::SqliteStore;
use eventsourcing_tests::tally;

use crate::serving::Serving;
use crate::{assert_right, open, place, quiet};

/// Something is done to a file while a process uses it; another begins then. Each says so, or shows what is right; and it is right when they have ended.
fn lose(file: &str, lose: impl Fn(&Path)) {
    let (_folder, path, folder) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut number = 0;
    let mut commit = || {
        number += 1;
        tally::commit(&store, number);
    };
    let mut first = Serving::start(&path, &folder, 300);
    assert_eq!((first.answer(), first.ask("run")), ("open".to_owned(), "done".to_owned()));
    commit();
    assert_eq!(first.ask("caught"), "ok");
    lose(&folder.join(file));
    commit();
    let mut second = Serving::start(&path, &folder, 300);
    let mut processes = if second.answer() == "open" {
        assert_eq!(second.ask("run"), "done");
        vec![first, second]
    } else {
        let refusal = second.refusal();
        assert!(refusal.contains(file.trim_end_matches("-wal")), "{file}: {refusal}");
        vec![first]
    };
    commit();
    processes[0].wait("state", "Stopped { why: View(FileGone");
    let waited = processes[0].ask("caught");
    // Another may keep up to date what has its place.
    assert!(
        waited == "ok" || waited.contains(file.trim_end_matches("-wal").trim_end_matches("-shm")),
        "{file}: {waited}"
    );
    for process in &mut processes {
        let shown = process.ask("whole");
        assert!(shown != "false", "{file}: {shown}");
    }
    drop(processes);
    commit();
    assert_right(&store, &open(&folder));
}

const FILES: [&str; 6] = ["views.db", "views.db-wal", "views.db-shm", "Tally-1.db", "Tally-1.db-wal", "Tally-1.db-shm"];

#[test]
fn a_file_that_is_removed_while_it_is_used_stops_the_view_by_name() {
    quiet();
    for file in FILES {
        lose(file, |path| fs::remove_file(path).unwrap());
    }
}

#[test]
fn a_file_that_is_replaced_by_a_copy_while_it_is_used_stops_the_view_by_name() {
    quiet();
    for file in FILES {
        lose(file, |path| {
            let copy = path.with_file_name("copy");
            fs::copy(path, &copy).unwrap();
            fs::rename(&copy, path).unwrap();
        });
    }
}
