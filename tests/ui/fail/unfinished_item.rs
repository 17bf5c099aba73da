//! An item that rustc cannot read costs those after it, and no event before it.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    pub fn deposit_all(&mut self) {
        self.deposit(Self::open().balance);
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Half)]
    pub fn
}

fn main() {
    let mut account = Account::open();
    account.deposit_all();
    assert_eq!(account.pending_events()[1], AccountEvent::Deposited { amount: 0 });
}
