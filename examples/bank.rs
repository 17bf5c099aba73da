//! The flagship: three events, one rule, and a view of the balances, on a file.
//!
//! `cargo run --example bank` keeps its accounts in `bank.db`; `cargo run --example bank -- FILE` in another file. The view is in a folder
//! beside it, `bank.views`.
#![allow(missing_debug_implementations, clippy::must_use_candidate, reason = "it stands here as in the README")]

use std::path::Path;

use eventsourcing::prelude::*;

/// A bank account.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Account {
    root: Root<Self>, // identity, version, events not yet saved
    owner: String,
    balance: i64, // cents
}

/// Why money stays where it is.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{amount} is more than the balance of {balance}")]
pub struct Overdrawn {
    balance: i64,
    amount: i64,
}

#[events]
impl Account {
    /// Opens an account.
    #[event(Opened)]
    pub fn open(owner: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), balance: 0 }
    }

    /// Adds to the balance.
    #[event(Deposited)]
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// A command: it decides, and records what it decided.
    ///
    /// # Errors
    ///
    /// [`Overdrawn`] if the balance is less than the amount.
    pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        if amount > self.balance {
            return Err(Overdrawn { balance: self.balance, amount });
        }
        self.withdrawn(amount);
        Ok(())
    }

    #[event(Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.balance -= amount;
    }

    /// What is left, in cents.
    pub fn balance(&self) -> i64 {
        self.balance
    }
}

/// An application: its repositories, over one store.
#[derive(Application)]
pub struct Bank {
    /// All accounts.
    pub accounts: Repository<Account>,
}

/// What the teller sees: a row for each account.
#[derive(View, Clone)]
pub struct Balance {
    #[view(key)]
    id: Id<Account>,
    #[view(index)]
    owner: String,
    cents: i64,
}

#[projection(version = 1)]
impl Balance {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, owner: &str) -> Self {
        Self { id: at.id(), owner: owner.to_owned(), cents: 0 }
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(&mut self, amount: i64) {
        self.cents += amount;
    }

    #[on(AccountEvent::Withdrawn)]
    fn withdrawn(&mut self, amount: i64) {
        self.cents -= amount;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "bank.db".to_owned());
    let bank = Bank::new(SqliteStore::open(&file)?);

    let mut account = Account::open("alice"); // create
    account.deposit(100);
    bank.accounts.save(&mut account).await?;
    println!("{} opened an account and put in {}", account.owner, account.balance());

    let id = account.id(); // Id<Account>
    assert!(bank.accounts.contains(id).await?);
    bank.accounts.update(id, |account| account.withdraw(30)).await?; // load, decide, save; retried on conflict
    assert_eq!(bank.accounts.get(id).await?.balance(), 70);
    println!("30 were withdrawn; 70 are left");

    match bank.accounts.update(id, |account| account.withdraw(99)).await {
        Err(UpdateError::Rejected(overdrawn)) => println!("99 more were refused: {overdrawn}"),
        other => return Err(format!("an overdraft was not refused: {other:?}").into()),
    }

    let views = Views::sqlite(Path::new(&file).with_extension("views"))?.with::<Balance>();
    let running = bank.run(&views)?; // catches up, then follows, on a thread of its own
    views.caught_up().await?; // sees all that was saved before
    println!("all accounts of alice, as the view shows them:");
    for row in views.all::<Balance>().by(Balance::OWNER, "alice").await? {
        println!("  {}: {}, of {}", row.id, row.cents, row.owner);
    }
    running.stop().await;

    println!("{file} holds, of this account:");
    for recorded in bank.accounts.history(id).await? {
        println!("  version {}, position {}: {:?}", recorded.version, recorded.position, recorded.event);
    }
    Ok(())
}
