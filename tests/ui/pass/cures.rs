//! What the messages about one block, names and fields say is to be written.

#![allow(dead_code)]

use std::rc::Rc;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
pub enum AccountEvent {
    Mine,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cents(i64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Price {
    Fixed,
    PerDay,
}

#[derive(Aggregate)]
#[aggregate(event = AccountHappening)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events(enum = AccountHappening)]
impl Account {
    #[event(Opened, version = 2)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1() -> AccountHappening {
        AccountHappening::Opened
    }

    #[event(Closed, name = "was closed")]
    pub fn close(&mut self) {}

    #[event(Deposited, alias = "PaidIn", alias = "Paid")]
    pub fn deposit(&mut self, amount: Cents, price: Price) {
        self.balance += amount.0;
    }

    #[cfg(all())]
    #[event(Frozen)]
    pub fn freeze(&mut self) {}

    pub fn settle(&mut self) {
        self.deposit(Cents(-self.balance), Price::Fixed);
    }
}

// What is neither event nor command stands in a block of its own.
impl Account {
    pub fn opened_and_settled() -> Self {
        let mut account = Self::open();
        account.settle();
        account.freeze();
        account
    }

    pub fn limits(&self) -> Rc<Vec<i64>> {
        Rc::new(Vec::new())
    }
}

// The same names elsewhere in the file are of others.
mod other {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open() -> Self {
            Self { root: Root::new() }
        }
    }
}

fn main() {
    assert_eq!(AccountEvent::Mine, AccountEvent::Mine);
    let account = Account::opened_and_settled();
    let happened = [
        AccountHappening::Opened,
        AccountHappening::Deposited { amount: Cents(0), price: Price::Fixed },
        AccountHappening::Frozen,
    ];
    assert_eq!(account.pending_events(), happened);
    assert_eq!(other::Account::open().pending_events(), [other::AccountEvent::Opened]);
}
