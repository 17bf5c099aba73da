//! Readers in a loop do not keep commits from the store in memory.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::store::{Commit, LogRead, StoredEvent, StreamRead};
use eventsourcing::{MemoryStore, StreamId};
use uuid::Uuid;

/// What a test that would not end is ended by; it takes a second or two.
const DEADLINE: Duration = Duration::from_secs(60);

const EVENTS: u64 = 1 << 18;

const COMMITS: u64 = 1000;

fn stream() -> StreamId {
    StreamId::new("Account", Uuid::nil())
}

fn commit(store: &MemoryStore, expected: u64, events: u64) {
    let mut commit = Commit::new();
    let mut append = commit.append(stream(), expected).unwrap();
    for _ in 0..events {
        append = append.event("Deposited", 1, b"{}").unwrap();
    }
    store.blocking().commit(commit).unwrap();
}

/// A long search that finds nothing, or a long page of which only the first event is looked at.
fn read(store: &MemoryStore, is_search: bool) {
    let mut first = |_: StoredEvent<'_>| ControlFlow::Break(());
    if is_search {
        store.blocking().read_log(LogRead::after(0).events(["Withdrawn"]), &mut first).unwrap();
    } else {
        store.blocking().read_stream(StreamRead::new(stream()).limit(1 << 20), &mut first).unwrap();
    }
}

#[test]
fn commits_have_their_turn_beside_readers_in_a_loop() {
    let store = &MemoryStore::new();
    (0..EVENTS).step_by(1 << 16).for_each(|expected| commit(store, expected, 1 << 16));
    let (is_over, begun) = (&AtomicBool::new(false), Instant::now());
    let in_time = move || begun.elapsed() < DEADLINE;
    let mut done = 0;
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) && in_time() {
                    read(store, number % 2 == 0);
                }
            });
        }
        while done < COMMITS && in_time() {
            commit(store, EVENTS + done, 1);
            done += 1;
            // Time for a reader to take the lock again.
            thread::sleep(Duration::from_micros(100));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(done, COMMITS, "commits in {DEADLINE:?}");
}
