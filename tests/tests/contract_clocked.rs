//! The contract of a store, kept by one whose events are recorded by the clock of a test.

use std::sync::Arc;

use eventsourcing::Position;
use eventsourcing::store::EventStore;
use eventsourcing::testing::contract::Harness;
use eventsourcing::testing::{ClockedStore, TestClock};
use eventsourcing_tests::Memory;

#[derive(Default)]
struct Clocked(Memory);

impl Harness for Clocked {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(ClockedStore::new(self.0.store(), TestClock::new()))
    }

    fn reopen(&mut self) {
        self.0.reopen();
    }

    fn damage(&mut self, position: Position) {
        self.0.damage(position);
    }
}

eventsourcing::contract_tests!(Clocked::default());
