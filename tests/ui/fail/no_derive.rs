use eventsourcing::prelude::*;

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

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    pub fn withdraw(&mut self, amount: i64) {
        if amount < self.balance {
            self.withdrawn(amount);
        }
    }
}

fn main() {}
