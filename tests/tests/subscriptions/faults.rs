//! A sender that is killed, or whose disk is full or fails, at one system call after the other. `strace` does it; without it these tests fail.

use std::path::PathBuf;
use std::process::{Command, Output};

use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::domain::{Shop, place};

/// Three batches.
const ORDERS: u32 = 9;

struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let world = Self { folder };
        place(&Shop::new(SqliteStore::open(world.path("shop.db")).unwrap()), 0..ORDERS);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has a process send all orders, and something done to it at one of its calls on the files of the subscriptions; says whether it was.
    fn send(&self, inject: &str) -> (bool, Output) {
        let trace = self.path("trace");
        let calls = "trace=pwrite64,fsync,fdatasync,ftruncate";
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qqq", "-e", calls, "-o"]).arg(&trace).args(["-e", &format!("inject={inject}")]);
        for file in ["", "-wal", "-shm", "-journal"] {
            strace.arg("-P").arg(self.path(&format!("views/subscriptions.db{file}")));
        }
        let output = strace.arg(env!("CARGO_BIN_EXE_subscriber")).args(self.task()).output();
        let output = output
            .expect("`strace` runs: install it (`apt-get install strace`); this test is worth nothing without it");
        let traced = std::fs::read_to_string(trace).unwrap();
        let was_injected = traced.contains("(INJECTED)") || output.status.code().is_none();
        (was_injected, output)
    }

    fn task(&self) -> Vec<PathBuf> {
        let orders = PathBuf::from(ORDERS.to_string());
        vec!["receive".into(), self.path("shop.db"), self.path("views"), self.path("receiver.db"), orders]
    }

    /// That another process sends what is left, and that each was sent, and none more often than one batch was.
    fn assert_finished(&self, context: &str) {
        let output = Command::new(env!("CARGO_BIN_EXE_subscriber")).args(self.task()).output().unwrap();
        assert!(output.status.success(), "{context}: {}", errors(&output));
        let receiver = Connection::open(self.path("receiver.db")).unwrap();
        let count = |query: &str| receiver.query_row(query, (), |row| row.get::<_, u32>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM done"), ORDERS, "{context}");
        assert_eq!(count("SELECT count(DISTINCT position) FROM sent"), ORDERS, "{context}");
        let again = count("SELECT count(*) FROM sent") - ORDERS;
        assert!(again <= 3, "{context}: {again} were sent again");
        let listed = block_on(Subscriptions::sqlite(self.path("views")).list()).unwrap();
        assert_eq!((listed.len(), listed[0].checkpoint.get()), (1, u64::from(ORDERS)), "{context}");
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Does this at each call of this name, until there is none more; gives what the processes said, and how many there were.
fn at_each(call: &str, fault: &str, for_good: &str, mut check: impl FnMut(&Output, &str)) -> usize {
    for point in 1.. {
        let world = World::new();
        let inject = format!("{call}:{fault}:when={point}{for_good}");
        let (was_injected, output) = world.send(&inject);
        if !was_injected {
            assert!(output.status.success(), "{}", errors(&output));
            return point - 1;
        }
        check(&output, &inject);
        world.assert_finished(&inject);
    }
    unreachable!()
}

#[test]
fn a_sender_that_is_killed_at_any_write_or_sync_leaves_no_event_out() {
    for call in ["pwrite64", "fdatasync,fsync"] {
        let points = at_each(call, "signal=KILL", "", |output, inject| {
            assert!(output.status.code().is_none_or(|code| code > 128), "{inject}: {}", errors(output));
        });
        println!("{call}: {points} points");
        assert!(call != "pwrite64" || points > 10, "{call}: {points}");
    }
}

#[test]
fn a_full_disk_is_said_and_leaves_no_event_out() {
    let mut refused = 0;
    let points = at_each("pwrite64", "error=ENOSPC", "+", |output, inject| {
        if output.status.success() {
            return; // A checkpoint of the WAL, which the next one repeats.
        }
        let errors = errors(output);
        assert_eq!(output.status.code(), Some(1), "{inject}: {errors}");
        // Of the memory that processes share, SQLite says only that it cannot be made.
        let is_full = errors.contains("kind: Full") && errors.contains("make space");
        assert!(is_full || errors.contains("code: SystemIoFailure, extended_code: 4874"), "{inject}: {errors}");
        refused += usize::from(is_full);
        assert!(errors.contains("subscriptions.db"), "{inject}: {errors}");
    });
    println!("{points} points, {refused} refused");
    assert!(refused > 5 && points >= refused, "{refused} of {points}");
}

#[test]
fn a_disk_that_fails_is_said_and_leaves_no_event_out() {
    for call in ["pwrite64", "fdatasync,fsync"] {
        at_each(call, "error=EIO", "+", |output, inject| {
            let errors = errors(output);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{inject}: {errors}");
            assert!(output.status.success() || errors.contains("subscriptions.db"), "{inject}: {errors}");
        });
    }
}
