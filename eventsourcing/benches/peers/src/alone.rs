//! "rusqlite alone", as in the store's own bench.

use std::path::Path;

use uuid::Uuid;

use crate::accounts::Accounts;
use crate::by_hand::ByHand;
use crate::domain::{Event, Folded, history};

impl Accounts for ByHand {
    const NAME: &'static str = "rusqlite alone";

    async fn open(path: &Path, full: bool) -> Self {
        Self::open(path, full)
    }

    async fn create(&mut self, id: Uuid, events: u64) {
        self.save(id, 0, &history(events));
    }

    async fn step(&mut self, id: Uuid) {
        let state = Self::load(self, id);
        self.save(id, state.version, &[Event::next(state.version)]);
    }

    async fn load(&self, id: Uuid) -> Folded {
        Self::load(self, id)
    }

    async fn replay(&self) -> (u64, i64) {
        Self::replay(self)
    }
}
