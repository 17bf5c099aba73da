//! The program that was released first.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "account", snapshot_every = 2)]
pub(crate) struct Account {
    root: Root<Self>,
    pub(crate) owner: String,
    /// In cents.
    pub(crate) amount: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    pub(crate) fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), amount: 0 }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, cents: i64) {
        self.amount += cents;
    }

    #[event(Withdrawn)]
    pub(crate) fn withdraw(&mut self, cents: i64) {
        self.amount -= cents;
    }
}
