use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use uuid::Uuid;

use super::{PAGE, log, stream};
use crate::store::sqlite::commit::settle::adopt;
use crate::store::sqlite::commit::transaction::store_commits;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::file::open::{open_file, open_in_memory, reopen_file};
use crate::store::sqlite::settings::{Durability, Settings};
use crate::store::{Commit, LogRead, Page, StoredEvent, StreamRead};
use crate::stream::StreamId;

const ROUNDS: u64 = 300;

/// Reads in a loop while the commit of the round, which stores one event in a stream of its own, is carried out by another connection.
fn while_it_is_stored<P: Default + PartialEq>(
    stream: fn(u64) -> StreamId,
    read: impl Fn(&mut Reader, u64) -> Result<Page<P>, ReadFailure>,
) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { durability: Durability::Normal, ..Settings::default() };
    let (path, mut writer) = open_file(&folder.path().join("store.db"), &settings).unwrap();
    adopt(&mut writer, &path, &settings).unwrap();
    let mut reader = Reader::new(reopen_file(&path, &settings).unwrap());
    let (reading, is_over) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=ROUNDS {
                while reading.load(Ordering::Acquire) < round {
                    if is_over.load(Ordering::Acquire) > 0 {
                        return;
                    }
                    thread::yield_now();
                }
                let mut commit = Commit::new();
                commit.append(stream(round), 0).unwrap().event("Opened", 1, b"{}").unwrap();
                store_commits(&mut writer, &[&commit], 0).unwrap()[0].as_ref().unwrap();
            }
        });
        let mut rounds = 1..=ROUNDS;
        let failed = rounds.find_map(|round| {
            reading.store(round, Ordering::Release);
            loop {
                match read(&mut reader, round) {
                    Ok(page) if page.reached == P::default() => {}
                    Err(ReadFailure::Ahead { .. }) => {}
                    Ok(_) => return None,
                    Err(failure) => return Some((round, failure)),
                }
            }
        });
        is_over.store(1, Ordering::Release);
        assert!(failed.is_none(), "{failed:?}");
    });
}

fn account(round: u64) -> StreamId {
    StreamId::new("Account", Uuid::from_u128(round.into()))
}

fn of_a_new_aggregate(round: u64) -> StreamId {
    StreamId::new(format!("Account {round}"), Uuid::nil())
}

fn go_on(_: StoredEvent<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn a_stream_that_is_created_while_it_is_read_is_no_damage() {
    while_it_is_stored(account, |reader, round| {
        stream::read_page(reader, &StreamRead::new(account(round)), &mut go_on)
    });
    while_it_is_stored(account, |reader, round| {
        stream::read_page(reader, &StreamRead::new(account(round)).backward(), &mut go_on)
    });
}

#[test]
fn an_aggregate_that_is_stored_first_while_it_is_read_is_no_damage() {
    while_it_is_stored(of_a_new_aggregate, |reader, round| {
        stream::read_page(reader, &StreamRead::new(of_a_new_aggregate(round)), &mut go_on)
    });
}

#[test]
fn a_log_that_comes_as_far_as_its_reader_while_it_is_read_is_no_damage() {
    while_it_is_stored(account, |reader, round| log::read_page(reader, &LogRead::after(round), &mut go_on));
}

#[test]
fn a_limit_of_no_events_is_one_of_one() {
    let mut writer = open_in_memory().unwrap();
    let mut commit = Commit::new();
    commit.append(account(1), 0).unwrap().event("Opened", 1, b"{}").unwrap().event("Closed", 1, b"{}").unwrap();
    store_commits(&mut writer, &[&commit], 0).unwrap()[0].as_ref().unwrap();
    let reader = &mut writer.reader;
    for (backward, reached) in [(false, 1), (true, 2)] {
        let read = StreamRead { limit: 0, backward, ..StreamRead::new(account(1)) };
        let page = stream::read_page(reader, &read, &mut go_on).unwrap();
        assert_eq!((page.reached, page.more), (reached.into(), true));
    }
    let page = log::read_page(reader, &LogRead { limit: 0, ..LogRead::after(0) }, &mut go_on).unwrap();
    assert_eq!((page.reached, page.more), (1.into(), true));
}

#[test]
fn a_page_ends_with_the_event_that_takes_its_bytes_to_their_bound() {
    let mut writer = open_in_memory().unwrap();
    let payload = format!("{{\"text\":\"{}\"}}", "a".repeat(PAGE / 4));
    for version in 0..7 {
        let mut commit = Commit::new();
        commit.append(account(1), version).unwrap().event("Changed", 1, payload.as_bytes()).unwrap();
        store_commits(&mut writer, &[&commit], 0).unwrap()[0].as_ref().unwrap();
    }
    let reader = &mut writer.reader;
    let page = log::read_page(reader, &LogRead::after(0), &mut go_on).unwrap();
    assert_eq!((page.reached, page.more), (4.into(), true));
    let page = log::read_page(reader, &LogRead::after(4), &mut go_on).unwrap();
    assert_eq!((page.reached, page.more), (7.into(), false));
    for backward in [false, true] {
        let read = StreamRead { backward, ..StreamRead::new(account(1)) };
        let page = stream::read_page(reader, &read, &mut go_on).unwrap();
        assert_eq!((page.reached, page.more), (4.into(), true));
    }
}
