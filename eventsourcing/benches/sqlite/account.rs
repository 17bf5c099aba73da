//! The account as an aggregate of ours.

use eventsourcing::prelude::*;

use crate::domain::{amount, id};

#[derive(Aggregate)]
pub(crate) struct Account {
    root: Root<Self>,
    pub(crate) owner: String,
    pub(crate) cents: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    pub(crate) fn open(owner: &str) -> Self {
        Self { root: Root::with_id(Id::from(id())), owner: owner.to_owned(), cents: 0 }
    }

    /// As most users open one: ids of version 7.
    #[event(OpenedInOrder)]
    pub(crate) fn open_in_order(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), cents: 0 }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, amount_cents: i64) {
        self.cents += amount_cents;
    }

    #[event(Withdrawn)]
    pub(crate) fn withdraw(&mut self, amount_cents: i64) {
        self.cents -= amount_cents;
    }
}

/// What an account does next, by its version.
pub(crate) fn step(account: &mut Account, version: u64) {
    if version.is_multiple_of(3) { account.withdraw(amount(version)) } else { account.deposit(amount(version)) }
}
