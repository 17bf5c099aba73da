//! What is left of views in SQLite when their process is killed, stopped or loses power, and when something happens to their files.
//!
//! `strace` does it; without it these tests fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

mod damage;
mod deployment;
mod disk;
mod files;
mod histories;
mod index_of_kinds;
mod kill;
mod links;
mod lost;
mod pairing;
mod panics;
mod power;
mod processes;
mod releases;
mod rounds;
mod runner;
mod serving;
mod spy;
mod swaps;

use std::panic;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing_tests::tally::{self, Tally};
use pollster::block_on;
use tempfile::TempDir;

/// In memory where there is such a folder: a test that only kills needs no disk.
fn place() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let (store, views) = (folder.path().join("store.db"), folder.path().join("views"));
    (folder, store, views)
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Handlers that panic on purpose say nothing.
fn quiet() {
    panic::set_hook(Box::new(|info| {
        if !thread::current().name().is_some_and(|name| name.starts_with("eventsourcing")) {
            eprintln!("{info}");
        }
    }));
}

/// Why the first view has stopped.
fn stopped(views: &Views) -> Option<String> {
    match &views.status()[0].state {
        ViewState::Stopped { why, .. } => Some(why.to_string()),
        _ => None,
    }
}

/// Brings the views of a folder up to date, and compares them with the fold of the log.
fn assert_right(store: &SqliteStore, views: &Views) {
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let head = store.blocking().head().unwrap().get();
    assert_eq!(tally::rows(views), tally::expected(store, head, false));
    running.stop_blocking();
}

fn open(folder: &std::path::Path) -> Views {
    Views::sqlite(folder).unwrap().with::<Tally>()
}
