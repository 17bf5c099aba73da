//! A snapshot that would not come back as the state that it was cut from is not kept, and a warning says so.

use std::collections::{BTreeMap, HashMap, HashSet};

use eventsourcing::StreamId;
use eventsourcing::error::SnapshotError;
use eventsourcing::prelude::*;
use eventsourcing::store::SnapshotRead;
use serde::{Deserialize, Serialize};

use crate::warnings::warnings;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Size {
    Small(u8),
    Large(i64),
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "shelf", snapshot_every = 1)]
struct Shelf {
    root: Root<Self>,
    label: String,
    #[aggregate(opaque)]
    sizes: Vec<Size>,
    #[aggregate(opaque)]
    at: BTreeMap<(i8, i8), u64>,
    by_name: HashMap<String, HashSet<u64>>,
}

#[events]
impl Shelf {
    #[event(Built)]
    fn build(label: &str) -> Self {
        Self { root: Root::new(), label: label.to_owned(), sizes: vec![], at: [].into(), by_name: [].into() }
    }

    #[event(Filled)]
    fn fill(&mut self, size: i64) {
        self.sizes.push(Size::Large(size));
    }

    #[event(Put)]
    fn put(&mut self, x: i8, y: i8) {
        self.at.insert((x, y), 1);
    }

    #[event(Named)]
    fn name(&mut self, name: &str, number: u64) {
        self.by_name.entry(name.to_owned()).or_default().insert(number);
    }
}

/// Saves what was done, and says at which version a snapshot is then, and what was warned of.
fn save(change: impl FnOnce(&mut Shelf)) -> (u64, Vec<String>, Result<u64, SnapshotError>) {
    let store = MemoryStore::new();
    let shelves = Repository::<Shelf>::new(store.clone()).check_replay().blocking();
    let mut shelf = Shelf::build("new");
    shelves.save(&mut shelf).unwrap();
    change(&mut shelf);
    let (_, warnings) = warnings(|| shelves.save(&mut shelf).unwrap());
    assert_eq!(shelves.get(shelf.id()).unwrap(), shelf, "loaded as it was, with or without a snapshot");
    let stream = StreamId::new("shelf", shelf.id().as_uuid());
    let kept = store.blocking().read_snapshot(SnapshotRead::new(stream)).unwrap().unwrap();
    (kept.version.get(), warnings, shelves.take_snapshot(shelf.id()).map(u64::from))
}

#[test]
fn a_state_that_reads_as_another_is_not_kept() {
    let (version, warnings, on_demand) = save(|shelf| shelf.fill(5));
    assert_eq!((version, warnings.len()), (1, 1), "{warnings:?}");
    assert!(warnings[0].contains("no snapshot is taken") && warnings[0].contains("in field `sizes`"), "{warnings:?}");
    assert!(matches!(on_demand, Err(SnapshotError::State { .. })), "{on_demand:?}");
    assert_eq!(save(|shelf| shelf.fill(500)).0, 2);
}

#[test]
fn a_state_that_is_no_json_is_not_kept() {
    let (version, warnings, on_demand) = save(|shelf| shelf.put(1, 2));
    assert_eq!((version, warnings.len()), (1, 1), "{warnings:?}");
    assert!(warnings[0].contains("key must be a string"), "{warnings:?}");
    assert!(matches!(on_demand, Err(SnapshotError::State { .. })), "{on_demand:?}");
}

#[test]
fn maps_and_sets_without_an_order_are_kept() {
    let (version, warnings, on_demand) = save(|shelf| {
        (0..200).for_each(|number| shelf.name(&format!("n{}", number % 20), number));
    });
    assert_eq!((version, warnings, on_demand.unwrap()), (201, vec![], 201));
}
