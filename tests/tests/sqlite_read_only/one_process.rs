//! A store that only reads and one that writes in one process: each works as it does alone.

use std::ops::ControlFlow;
use std::thread;

use eventsourcing::SqliteStore;
use eventsourcing::error::StoreErrorKind;
use eventsourcing::store::{Commit, EventStore, LogRead};
use eventsourcing_tests::sqlite::{commits, events, log, place};
use pollster::block_on;

fn read_only(path: &std::path::Path) -> SqliteStore {
    SqliteStore::builder().read_only().open(path).unwrap()
}

fn store(store: &SqliteStore, commits: &mut impl Iterator<Item = Commit>) -> u64 {
    let commit = commits.next().unwrap();
    let count = events(&commit).len() as u64;
    block_on(store.commit(commit)).unwrap();
    count
}

#[test]
fn a_writer_is_opened_beside_a_reader_and_closed_again() {
    let (_folder, path) = place();
    drop(SqliteStore::open(&path).unwrap());
    let (mut commits, mut head) = (commits(), 0);
    let reader = read_only(&path);
    assert_eq!(reader.blocking().head().unwrap(), 0);
    for round in 0..20 {
        let writer = SqliteStore::open(&path).unwrap();
        let late = read_only(&path);
        for _ in 0..3 {
            head += store(&writer, &mut commits);
            for reader in [&reader, &late] {
                assert_eq!(reader.blocking().head().unwrap(), head);
                assert_eq!(log(reader).len() as u64, head);
            }
        }
        assert_eq!(reader.id(), writer.id());
        if round % 2 == 0 {
            late.close().unwrap();
            writer.close().unwrap();
        } else {
            writer.close().unwrap();
            assert_eq!(late.blocking().head().unwrap(), head);
        }
        assert_eq!(reader.blocking().head().unwrap(), head);
    }
}

#[test]
fn writers_are_opened_while_others_read_all_the_time() {
    let (_folder, path) = place();
    let first = SqliteStore::open(&path).unwrap();
    let (mut commits, mut head) = (commits(), 0);
    let reader = read_only(&path);
    let is_done = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut last = 0;
                while !is_done.load(std::sync::atomic::Ordering::SeqCst) {
                    let read = log(&reader).len();
                    assert!(read >= last);
                    last = read;
                }
            });
        }
        head += store(&first, &mut commits);
        first.close().unwrap();
        for _ in 0..25 {
            let writer = SqliteStore::open(&path).unwrap();
            head += store(&writer, &mut commits);
            writer.close().unwrap();
        }
        is_done.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    assert_eq!(log(&reader).len() as u64, head);
}

#[test]
fn a_writer_is_opened_from_a_visitor_of_the_reader() {
    let (_folder, path) = place();
    let writer = SqliteStore::open(&path).unwrap();
    let mut commits = commits();
    let before = store(&writer, &mut commits);
    std::mem::forget(writer);
    let reader = read_only(&path);
    let mut stored = before;
    let visit = &mut |_: eventsourcing::store::StoredEvent<'_>| {
        let writer = SqliteStore::open(&path).unwrap();
        stored += store(&writer, &mut commits);
        ControlFlow::Continue(())
    };
    reader.blocking().read_log(LogRead::after(0), visit).unwrap();
    assert_eq!(reader.blocking().head().unwrap(), stored);
}

#[test]
fn verify_and_the_reader_look_at_one_file() {
    let (_folder, path) = place();
    let writer = SqliteStore::open(&path).unwrap();
    let mut commits = commits();
    let head: u64 = (0..9).map(|_| store(&writer, &mut commits)).sum();
    drop(writer);
    let reader = read_only(&path);
    for _ in 0..3 {
        assert_eq!(log(&reader).len() as u64, head);
        let verified = SqliteStore::verify(&path, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((verified.sound, verified.findings), (head, vec![]));
    }
    let other = reader.clone();
    reader.close().unwrap();
    assert_eq!(other.blocking().head().unwrap_err().kind(), StoreErrorKind::Closed);
    assert_eq!(block_on(other.wait_past(0.into())).unwrap_err().kind(), StoreErrorKind::Closed);
}
