//! A creating event without `-> Self`: its body and what calls it have nothing to complain about.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
    owner: String,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open(owner: &str) {
        Self { root: Root::new(), owner: owner.to_owned() }
    }

    #[event(Renamed)]
    pub fn rename(&mut self, owner: &str) {
        self.owner = owner.to_owned();
    }

    #[event(Closed)]
    pub fn close() {}
}

fn main() {
    let mut account = Account::open("Ada");
    account.rename("Grace");
}
