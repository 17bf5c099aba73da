//! Bits flipped anywhere in a file: found, or of no matter, and never given out as if sound.

use std::fs;
use std::ops::ControlFlow;

use eventsourcing::store::{Commit, EventStore, LogRead, StoredEvent};
use eventsourcing::{SqliteStore, StreamId};
use eventsourcing_tests::sqlite::place;
use uuid::Uuid;

fn log(store: &SqliteStore) -> Result<Vec<(u64, Vec<u8>)>, String> {
    let mut events = Vec::new();
    let visit = &mut |event: StoredEvent<'_>| {
        events.push((event.position, event.payload.to_vec()));
        ControlFlow::Continue(())
    };
    match store.read_log_blocking(LogRead::after(0), visit) {
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
    store.commit_blocking(commit).unwrap();
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
