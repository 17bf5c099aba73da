//! Snapshots of a state that cannot be stored or told.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Aggregate)]
#[aggregate(snapshot_every = 0)]
struct Never {
    root: Root<Self>,
}

#[events]
impl Never {
    #[event(Made)]
    fn make() -> Self {
        Self { root: Root::new() }
    }
}

struct NotStored;

#[derive(Clone, Serialize, Deserialize)]
struct NotSeen;

#[derive(Aggregate)]
#[aggregate(snapshot_every = 100, snapshot)]
struct Kept {
    root: Root<Self>,
    not_stored: NotStored,
}

#[events]
impl Kept {
    #[event(Made)]
    fn make() -> Self {
        Self { root: Root::new(), not_stored: NotStored }
    }
}

#[derive(Aggregate)]
#[aggregate(snapshot)]
struct Seen {
    root: Root<Self>,
    not_seen: NotSeen,
    #[aggregate(opaque)]
    opaque: NotSeen,
}

#[events]
impl Seen {
    #[event(Made)]
    fn make() -> Self {
        Self { root: Root::new(), not_seen: NotSeen, opaque: NotSeen }
    }
}

#[derive(Aggregate)]
struct Without {
    root: Root<Self>,
}

#[events]
impl Without {
    #[event(Made)]
    fn make() -> Self {
        Self { root: Root::new() }
    }
}

fn main() {
    let repository = Repository::<Without>::new(MemoryStore::new()).blocking();
    let _ = repository.take_snapshot(Id::new());
}
