//! Bits flipped anywhere in a file: harmless, or found on use or by `verify`; and never given out as if sound.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod filled;
mod flip;

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use eventsourcing::store::{Commit, LogRead, StoredEvent};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::place;
use uuid::Uuid;

use self::filled::{Filled, PAGE};
use self::flip::Outcome;

fn log(store: &SqliteStore) -> Result<Vec<(u64, Vec<u8>)>, String> {
    let mut events = Vec::new();
    let visit = &mut |event: StoredEvent<'_>| {
        events.push((event.position.get(), event.payload.to_vec()));
        ControlFlow::Continue(())
    };
    match store.blocking().read_log(LogRead::after(0), visit) {
        Ok(_) => Ok(events),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// One bit after the other of a whole file, with some hundred events in it.
#[test]
fn a_bit_flipped_anywhere_is_never_given_out() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    let mut commit = Commit::new();
    let mut append = commit.append(StreamId::new("Account", Uuid::from_u128(7)), 0).unwrap();
    for number in 0..200 {
        append = append.event("Happened", 1, format!(r#"{{"number":{number}}}"#).as_bytes()).unwrap();
    }
    store.blocking().commit(commit).unwrap();
    let sound = log(&store).unwrap();
    drop(store);
    let bytes = fs::read(&path).unwrap();
    let mut found = 0;
    for bit in (0..bytes.len() * 8).step_by(1009) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, flipped).unwrap();
        let read = SqliteStore::open(&path).map_err(|error| format!("{error:?}")).and_then(|store| {
            let all = log(&store);
            // Not all bits of a file belong to what was stored.
            assert!(all.as_ref().map_or(true, |all| *all == sound), "bit {bit}");
            all.map(drop)
        });
        found += usize::from(read.is_err());
    }
    assert!(found > 50, "{found}");
}

/// Every bit that is in use in the small tables and the indexes, and some of those of the others.
#[test]
fn every_flip_is_harmless_or_found() {
    let filled = Filled::new(6, 4);
    let silent = flip_each(&filled, |name, _| match name {
        "commits" | "names" | "sqlite_autoindex_events_1" | "sqlite_autoindex_names_1" => 1,
        "snapshots" | "sqlite_autoindex_snapshots_1" => 5,
        _ => 23,
    });
    assert_eq!(silent, 0);
}

/// The same where tables and indexes have pages of several levels: every bit in use of the upper ones, and some of the lower ones.
#[test]
fn every_flip_in_an_upper_page_is_harmless_or_found() {
    let filled = Filled::new(30, 12);
    let silent = flip_each(&filled, |_, is_upper| if is_upper { 1 } else { 499 });
    assert_eq!(silent, 0);
}

/// Flips bits of each table, one of so many as `step` says of a kind of page, and counts what came of it; gives how many were silent.
fn flip_each(filled: &Filled, step: impl Fn(&str, bool) -> usize) -> usize {
    let mut silent = 0;
    for (name, pages) in filled.pages() {
        let bits = |page| {
            let (is_upper, bits) = filled.used_bits(page);
            bits.into_iter().step_by(step(&name, is_upper))
        };
        let bits: Vec<_> = pages.iter().flat_map(|page| bits(*page)).collect();
        let counts = outcomes(filled, &bits);
        println!("{name}: {} flips in {} pages: {counts:?}", bits.len(), pages.len());
        silent += counts.get(&Outcome::Silent).copied().unwrap_or(0);
    }
    silent
}

fn outcomes(filled: &Filled, bits: &[usize]) -> BTreeMap<Outcome, usize> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (_folder, path) = filled::fast_place();
        let mut counts = BTreeMap::new();
        while let Some(bit) = bits.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (outcome, what) = flip::outcome(filled, &path, *bit);
            if outcome == Outcome::Silent {
                eprintln!("bit {} of byte {} of page {}: {what}", bit % 8, bit / 8 % PAGE, bit / 8 / PAGE + 1);
            }
            *counts.entry(outcome).or_insert(0) += 1;
        }
        counts
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        let mut all = BTreeMap::new();
        for (outcome, count) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            *all.entry(outcome).or_insert(0) += count;
        }
        all
    })
}
