//! One of several processes that commit to one file and read it slowly, until their input ends.

use std::env::args;
use std::error::Error;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::error::ReadError;
use eventsourcing::store::sqlite::Durability;
use eventsourcing::store::{Commit, LogRead, StoredEvent};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::say;
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = args().skip(1).collect();
    let [path, writer] = arguments.as_slice() else { return Err("a path and the number of the writer".into()) };
    let writer: u64 = writer.parse()?;
    let store = SqliteStore::builder().durability(Durability::Normal).open(path)?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = [
            scope.spawn(|| read(&store, &is_over, 1, Duration::from_millis(300))),
            scope.spawn(|| read(&store, &is_over, 5000, Duration::ZERO)),
        ];
        let committing = scope.spawn(|| commit(&store, &is_over, writer));
        io::stdin().read_line(&mut String::new())?;
        is_over.store(true, Ordering::Release);
        for reader in reading {
            reader.join().map_err(|_| "a reader panicked")??;
        }
        committing.join().map_err(|_| "the writer panicked")??;
        Ok(())
    })
}

/// Commits to a new stream each time, now and then much, and says which stream has its event.
fn commit(store: &SqliteStore, is_over: &AtomicBool, writer: u64) -> io::Result<()> {
    let mut number = 0;
    while !is_over.load(Ordering::Acquire) {
        let payload = format!(r#"{{"text":"{}"}}"#, "x".repeat(if number % 3 == 0 { 800_000 } else { 100 }));
        let mut commit = Commit::new();
        let stream = StreamId::new("Account", Uuid::from_u64_pair(writer, number));
        commit
            .append(stream, 0)
            .and_then(|append| append.event("Opened", 1, payload.as_bytes()))
            .map_err(io::Error::other)?;
        store.blocking().commit(commit).map_err(io::Error::other)?;
        say(number)?;
        number += 1;
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Reads pages of so many events, and takes so long for each event.
fn read(store: &SqliteStore, is_over: &AtomicBool, limit: usize, pause: Duration) -> Result<(), ReadError> {
    while !is_over.load(Ordering::Acquire) {
        let visit = &mut |_: StoredEvent<'_>| {
            thread::sleep(pause);
            ControlFlow::Continue(())
        };
        store.blocking().read_log(LogRead::after(0).limit(limit), visit)?;
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
