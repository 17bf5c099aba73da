use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Doubled)]
    fn double(&mut self) {
        if self.balance > 0 {
            self.deposit(self.balance);
        }
        self.decide();
        self.decide_on::<i64>();
    }

    #[event(Inherited)]
    fn inherit(from: i64) -> Self {
        let mut inherited = Self::open();
        inherited.balance = from;
        inherited
    }

    fn decide_on<T>(&mut self) {}

    fn decide(&mut self) {
        self.deposit(1);
    }
}

fn main() {}
