//! What is written in another way than it is read: one message each, and it says what to write.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Account {
    root: Root<i64>,
    balance: i64,
}

#[events]
impl Account {
    #[event("Opened")]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[event("was closed")]
    pub fn close(&mut self) {}

    #[event(Deposited, alias = ["PaidIn", "Paid"])]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Withdrawn, alias("Taken", "Took"))]
    pub fn withdraw(&mut self, amount: i64) {
        self.balance -= amount;
    }

    #[cfg_attr(all(), event(Frozen))]
    pub fn freeze(&mut self) {}

    pub fn settle(&mut self) {
        self.withdraw(self.balance);
    }
}

#[derive(Aggregate)]
pub struct Meter {
    root: Root<Self>,
    total: u64,
}

#[events]
impl Meter {
    #[event(Installed)]
    pub fn install() -> Self {
        Self { root: Root::new(), total: 0 }
    }

    #[event(Read)]
    pub fn read(&mut self, total: u64) {
        self.total = total;
    }

    #[event(Corrected)]
    pub fn read(&mut self, total: u64) {
        self.total = total;
    }

    pub fn reset(&mut self) {
        self.read(0);
    }

    pub fn reset(&mut self, to: u64) {
        self.read(to);
    }

    #[cfg(test)]
    pub fn total(&self) -> u64 {
        self.total
    }

    #[cfg(not(test))]
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[event(enum = DoorHappening)]
pub enum DoorEvent {
    Opened,
}

fn main() {}
