//! The rest of the program knows the aggregate, its events and its repository, and has nothing to complain about.

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

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Withdrawn, typo)]
    pub fn withdraw(&mut self, amount: i64) {
        self.balance -= amount;
    }
}

#[derive(Application)]
pub struct Bank {
    pub accounts: Repository<Account>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bank = Bank::new(MemoryStore::new());
    let mut account = Account::open();
    account.withdraw(1);
    bank.accounts.blocking().save(&mut account)?;
    for recorded in bank.accounts.blocking().history(account.id())? {
        match recorded.event {
            AccountEvent::Opened => {}
            AccountEvent::Deposited { amount } | AccountEvent::Withdrawn { amount } => println!("{amount}"),
        }
    }
    Ok(())
}
