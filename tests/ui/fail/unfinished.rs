//! What is not finished is one error of rustc's, and costs itself alone: all events are there, and the rest of the program compiles.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    const LIMIT: i64 = 7;

    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: i64::default(). }
    }

    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += ;
    }

    #[event(Noted)]
    pub fn note(&mut self, text: &str) {
        let length = text.;
    }

    pub fn binding(&mut self) {
        let x = ;
    }

    pub fn field(&mut self) {
        self.;
    }

    pub fn field_beside_another_self(&mut self) {
        let _ = Self::LIMIT;
        self.deposit(self.balance.);
    }

    pub fn brace(&mut self) -> i64 {
        if self.balance > Self::LIMIT { self.balance. } else { 0 }
    }

    pub fn last(&mut self) -> i64 {
        Self::LIMIT + self.balance.
    }

    pub fn reads(&self) -> i64 {
        self.balance. + 1
    }

    fn argument(&mut self, amount: ) {}

    #[event(Lost)]
    fn lost(&mut self, #[serde(default)] amount: ) {}
}

#[derive(Application)]
pub struct Bank {
    pub accounts: Repository<Account>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bank = Bank::new(MemoryStore::new());
    let mut account = Account::open();
    account.deposit(1);
    account.note("a");
    account.binding();
    account.field();
    let _: i64 = account.brace();
    bank.accounts.blocking().save(&mut account)?;
    for recorded in bank.accounts.blocking().history(account.id())? {
        match recorded.event {
            AccountEvent::Opened => {}
            AccountEvent::Deposited { amount } => println!("{amount}"),
            AccountEvent::Noted { text } => println!("{text}"),
        }
    }
    Ok(())
}
