//! A log of many events, as ours keeps it and as one keeps it by hand.

use std::path::{Path, PathBuf};

use eventsourcing::store::Commit;
use eventsourcing::store::sqlite::Durability;
use eventsourcing::{SqliteStore, StreamId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::by_hand;
use crate::files::Files;

/// Events of one commit.
const COMMIT: u64 = 500;

/// The rows of a log of a million events.
pub(crate) const KEYS: u64 = 10_000;

/// Which events are in a log, in which order.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Accounts: opened first, then in no order deposits, withdrawals and, one in a hundred, flags.
    Accounts { keys: u64 },
    /// Meters: a fifth of them has each kind of events.
    Meters { keys: u64 },
}

pub(crate) struct Log {
    pub(crate) files: Files,
    pub(crate) store: SqliteStore,
    pub(crate) events: u64,
}

impl Log {
    pub(crate) fn new(kind: Kind, events: u64) -> Self {
        let files = Files::new();
        let store = open(&files.path("ours"), false);
        fill(&store, &by_hand::open_events(&files.path("by hand")), kind, events);
        Self { files, store, events }
    }

    /// The file that is written by hand.
    pub(crate) fn by_hand(&self) -> PathBuf {
        self.files.path("by hand")
    }
}

pub(crate) fn open(path: &Path, full: bool) -> SqliteStore {
    let durability = if full { Durability::Full } else { Durability::Normal };
    SqliteStore::builder().durability(durability).open(path).unwrap()
}

fn fill(store: &SqliteStore, by_hand: &Connection, kind: Kind, events: u64) {
    let mut random = fastrand::Rng::with_seed(7);
    let (aggregate, keys) = match kind {
        Kind::Accounts { keys } => ("Account", keys),
        Kind::Meters { keys } => ("Meter", keys),
    };
    let ids: Vec<Uuid> = (0..keys).map(|_| Uuid::from_u128(random.u128(..))).collect();
    let mut versions = vec![0_u64; ids.len()];
    let mut insert =
        by_hand.prepare("INSERT INTO events (stream, version, name, payload) VALUES (?1, ?2, ?3, ?4)").unwrap();
    // Keys come in no order: a small cache would write each page of the index again and again.
    by_hand.execute_batch("PRAGMA cache_size = -400000; BEGIN").unwrap();
    let mut number = 0;
    while number < events {
        let mut commit = Commit::new();
        for _ in 0..COMMIT.min(events - number) {
            let key = if number < keys { number as usize } else { random.usize(..ids.len()) };
            let (name, payload) = event(kind, number, key, &mut random);
            let (id, version) = (ids[key], &mut versions[key]);
            let append = commit.append(StreamId::new(aggregate, id), *version).unwrap();
            append.event(name, 1, payload.as_bytes()).unwrap();
            *version += 1;
            insert.execute(params![id.as_bytes(), version.cast_signed(), name, payload.as_bytes()]).unwrap();
            number += 1;
        }
        store.blocking().commit(commit).unwrap();
    }
    drop(insert);
    by_hand.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

fn event(kind: Kind, number: u64, key: usize, random: &mut fastrand::Rng) -> (&'static str, String) {
    let amount = random.u32(..100_000);
    match kind {
        Kind::Accounts { keys } if number < keys => ("Opened", format!("{{\"owner\":\"owner number {key}\"}}")),
        Kind::Accounts { .. } if number.is_multiple_of(100) => ("Flagged", format!("{{\"reason\":\"rule {amount}\"}}")),
        Kind::Accounts { .. } => {
            let name = if random.bool() { "Deposited" } else { "Withdrawn" };
            (name, format!("{{\"amount_cents\":{amount}}}"))
        }
        Kind::Meters { .. } => {
            let name = ["Read1", "Read2", "Read3", "Read4", "Read5"][key % 5];
            (name, format!("{{\"units\":{amount}}}"))
        }
    }
}
