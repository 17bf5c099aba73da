use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::STORES;
use crate::aggregate::{Aggregate, Apply, Root, RootAccess};
use crate::event::{Event, EventKind};
use crate::repository::Repository;
use crate::store::EventStore;
use crate::store::memory::MemoryStore;

#[derive(Clone, Serialize, Deserialize)]
struct Begun;

impl Event for Begun {
    const KINDS: &'static [EventKind] = &[EventKind::new("Begun")];

    fn kind(&self) -> &'static EventKind {
        &Self::KINDS[0]
    }
}

struct Probe {
    root: Root<Self>,
}

impl Apply for Probe {
    type Event = Begun;

    fn create(_: Begun) -> Option<Self> {
        Some(Self { root: Root::new() })
    }

    fn apply(&mut self, _: Begun) {}
}

impl Aggregate for Probe {
    const NAME: &'static str = "Probe";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

#[test]
fn stores_that_are_gone_are_forgotten() {
    let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new());
    for _ in 0..10_000 {
        let _gone = Repository::<Probe>::new(MemoryStore::new());
        let _kept = Repository::<Probe>::new(Arc::clone(&store));
    }
    let stores = STORES.lock().unwrap();
    assert!(stores.by_id.len() < 5_000, "{}", stores.by_id.len());
    assert_eq!(stores.by_id[&store.id()].kept.len(), 1);
}
