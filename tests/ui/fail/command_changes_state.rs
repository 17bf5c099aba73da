use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    balance: i64,
    owners: Vec<String>,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0, owners: Vec::new() }
    }

    fn assign(&mut self) {
        self.balance -= 1;
    }

    fn call(&mut self) {
        self.owners.push(String::new());
    }

    fn borrow(&mut self) {
        let balance = &mut self.balance;
        *balance = 0;
    }

    fn replace(&mut self) {
        *self = Self::open();
    }

    fn outside(&mut self) {
        self.not_under_events();
    }
}

impl Account {
    fn not_under_events(&mut self) {
        self.balance = 0;
    }
}

fn main() {}
