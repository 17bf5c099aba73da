//! What a function makes by an event, or is given whole, it changes by events.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone)]
struct Account {
    root: Root<Self>,
    balance: i64,
    owners: [String; 1],
}

#[events]
impl Account {
    #[event(Opened)]
    fn open(owner: &str) -> Self {
        let mut account = Self::blank();
        account.owners[0] = owner.to_owned();
        account
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    fn open_with(balance: i64) -> Self {
        let mut account = Self::open("a");
        account.balance = balance;
        account
    }

    fn open_as(owner: String) -> Account {
        let mut account = Account::open("a");
        account.owners[0] = owner;
        let balance = &mut account.balance;
        *balance = 7;
        account
    }

    fn opened_with(balance: i64) -> Self {
        Self { balance, ..Self::open("a") }
    }

    fn with(self, balance: i64) -> Self {
        let mut this = self;
        this.balance += balance;
        this
    }

    fn instead(self, balance: i64) -> Self {
        Account { balance, ..self }
    }

    fn changed(mut account: Self) -> Self {
        if account.balance <= 0 {
            account.balance <<= 1;
        }
        account
    }

    fn command(&mut self) -> Self {
        let mut other = Self::open("b");
        other.balance -= 1;
        other
    }

    // None of these changes what was made by an event.

    fn blank() -> Self {
        let mut blank = Self { root: Root::new(), balance: 0, owners: [String::new()] };
        blank.balance = 1;
        blank
    }

    fn opened_by_events(mut other: Self) -> Self {
        let mut account = Self::open("a");
        account.deposit(other.balance);
        other.deposit(1);
        if account.balance == 1 && other.balance >= 1 && account.owners[0] != "a" {
            return other;
        }
        let mut balance = account.balance;
        balance += 1;
        account
    }
}

fn main() {}
