//! An upcaster that is not one hides no other mistake, and what it reads is not said to be missing.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened, version = 2)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(&self) -> AccountEvent {
        AccountEvent::Opened
    }

    #[event(Deposited, version = 3)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[upcast(Deposited, from = 2)]
    fn deposited_v2<T>(amount: i64) -> AccountEvent {
        AccountEvent::Deposited { amount }
    }

    #[upcast(Withdrawn, from = 1)]
    fn withdrawn_v1() -> Option<AccountEvent> {
        None
    }
}

fn main() {}
