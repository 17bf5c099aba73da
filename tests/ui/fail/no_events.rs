use eventsourcing::prelude::*;

/// The one mistake is that there is no `#[events]` block; it is reported once.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
}

fn main() {}
