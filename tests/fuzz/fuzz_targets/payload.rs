//! Payload and metadata of an event: whatever they are, an aggregate is loaded or a typed error says why not.
#![no_main]

use std::sync::LazyLock;

use eventsourcing::prelude::*;
use eventsourcing::store::Commit;
use eventsourcing::StreamId;
use eventsourcing::log::OnUnknown;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Item {
    name: String,
    weight: f64,
}

#[derive(Aggregate)]
struct Crate {
    root: Root<Self>,
    items: Vec<Item>,
    note: Option<String>,
}

#[events]
impl Crate {
    #[event(Packed)]
    fn pack(items: Vec<Item>, note: Option<String>) -> Self {
        Self { root: Root::new(), items, note }
    }
}

static STORE: LazyLock<SqliteStore> = LazyLock::new(|| SqliteStore::in_memory().unwrap());

fuzz_target!(|input: (u8, &[u8], Option<&[u8]>)| {
    let (version, payload, metadata) = input;
    let crates = Repository::<Crate>::new(STORE.clone()).blocking();
    let id = Id::<Crate>::new();
    let mut commit = Commit::new();
    if metadata.is_some_and(|metadata| commit.set_metadata(metadata).is_err()) {
        return;
    }
    let stream = StreamId::new("Crate", id.as_uuid());
    let version = u32::from(version % 3) + 1;
    if commit.append(stream, 0).unwrap().event("Packed", version, payload).is_err() {
        return;
    }
    STORE.blocking().commit(commit).unwrap();
    let loaded = crates.get(id);
    let history = crates.history(id);
    let raw = Repository::<Crate>::new(STORE.clone()).on_unknown(OnUnknown::Keep).blocking().get(id);
    assert!(history.is_err() || loaded.is_ok(), "what has a history can be loaded");
    assert!(loaded.is_err() || raw.is_ok(), "keeping more refuses less");
    if let Ok(loaded) = loaded {
        assert!(loaded.items.len() <= payload.len() && loaded.note.is_none_or(|note| note.len() <= payload.len()));
    }
});
