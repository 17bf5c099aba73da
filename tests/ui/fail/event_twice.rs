//! Two methods record one event: one creates the aggregate, one changes it, and they say the same.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Cart {
    root: Root<Self>,
}

#[events]
impl Cart {
    #[event(Added)]
    fn of(owner: &str, item: String, amount: u32) -> Self {
        Self { root: Root::new() }
    }

    #[event(Added, version = 2)]
    fn add(&mut self, owner: String, #[serde(default)] item: String, number: u32) {}

    #[event(Named, name = "named")]
    fn named() -> Self {
        Self { root: Root::new() }
    }

    #[event(Named, name = "named")]
    fn rename(&mut self) {}

    #[event(Named)]
    fn rename_again(&mut self) {}

    #[event(Listed)]
    fn list() -> Self {
        Self { root: Root::new() }
    }

    #[event(Listed)]
    fn list_again() -> Self {
        Self { root: Root::new() }
    }
}

fn main() {}
