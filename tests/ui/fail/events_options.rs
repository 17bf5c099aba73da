//! Options of `#[events]` that are not known, or cannot be.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events(rename_all = "Snake_Case", derives(Hash), rename_all = "lowercase")]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
struct Derived {
    root: Root<Self>,
}

#[events(derive(Clone, serde::Serialize, Debug, Hash, std::hash::Hash))]
impl Derived {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
struct Same {
    root: Root<Self>,
}

#[events(rename_all = "lowercase", retired(CLOSED))]
impl Same {
    #[event(ItemAdded)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Itemadded)]
    fn add(&mut self) {}

    #[event(Left, name = "itemadded")]
    fn leave(&mut self) {}

    #[event(Closed)]
    fn close(&mut self) {}
}

#[derive(Aggregate)]
struct NotHash {
    root: Root<Self>,
}

/// Whether it can be derived is a question for the compiler.
#[events(derive(Hash))]
impl NotHash {
    #[event(Opened)]
    fn open(rate: f64) -> Self {
        Self { root: Root::new() }
    }
}

#[event(derive(Hash))]
#[serde(rename_all = "snake_case")]
enum Own {
    Opened,
}

fn main() {}
