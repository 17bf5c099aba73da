use eventsourcing::prelude::*;

pub struct Account {
    balance: i64,
}

impl Account {
    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

trait Deposits {
    fn deposits(&mut self);
}

#[events]
impl Deposits for Account {
    fn deposits(&mut self) {}
}

#[events]
pub struct NotAnImpl;

fn main() {
    Account { balance: 0 }.deposit(1);
}
