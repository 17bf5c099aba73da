//! The account of `bank.rs` without the framework, as a careful engineer would write it on `rusqlite`: the README
//! compares the two. It keeps no checksum, no metadata and no commit id.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happens to an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: i64 },
    Withdrawn { amount: i64 },
}

impl AccountEvent {
    const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "Opened",
            Self::Deposited { .. } => "Deposited",
            Self::Withdrawn { .. } => "Withdrawn",
        }
    }
}

/// A bank account.
#[derive(Clone, Debug)]
struct Account {
    id: Uuid,
    version: i64,
    pending: Vec<AccountEvent>,
    owner: String,
    balance: i64,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{amount} is more than the balance of {balance}")]
struct Overdrawn {
    balance: i64,
    amount: i64,
}

impl Account {
    fn open(owner: &str) -> Self {
        let mut account =
            Self { id: Uuid::now_v7(), version: 0, pending: Vec::new(), owner: String::new(), balance: 0 };
        account.record(AccountEvent::Opened { owner: owner.to_owned() });
        account
    }

    fn deposit(&mut self, amount: i64) {
        self.record(AccountEvent::Deposited { amount });
    }

    fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
        if amount > self.balance {
            return Err(Overdrawn { balance: self.balance, amount });
        }
        self.record(AccountEvent::Withdrawn { amount });
        Ok(())
    }

    fn record(&mut self, event: AccountEvent) {
        self.apply(event.clone());
        self.pending.push(event);
    }

    fn apply(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::Opened { owner } => self.owner = owner,
            AccountEvent::Deposited { amount } => self.balance += amount,
            AccountEvent::Withdrawn { amount } => self.balance -= amount,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum StoreError {
    #[error("the account was changed by another caller")]
    Conflict,
    #[error("there is no such account")]
    NotFound,
    #[error("an event cannot be read")]
    Payload(#[from] serde_json::Error),
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
}

struct Accounts {
    database: Connection,
}

impl Accounts {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let database = Connection::open(path)?;
        database.busy_timeout(Duration::from_secs(5))?;
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "full")?;
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS events (
                 position INTEGER PRIMARY KEY,
                 id BLOB NOT NULL,
                 version INTEGER NOT NULL,
                 name TEXT NOT NULL,
                 payload TEXT NOT NULL,
                 UNIQUE (id, version)
             ) STRICT",
        )?;
        Ok(Self { database })
    }

    fn save(&mut self, account: &mut Account) -> Result<(), StoreError> {
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let stored: Option<i64> = transaction
            .prepare_cached("SELECT max(version) FROM events WHERE id = ?")?
            .query_row([account.id], |row| row.get(0))
            .optional()?
            .flatten();
        if stored.unwrap_or(0) != account.version {
            return Err(StoreError::Conflict);
        }
        let mut version = account.version;
        for event in &account.pending {
            version += 1;
            transaction
                .prepare_cached("INSERT INTO events (id, version, name, payload) VALUES (?, ?, ?, ?)")?
                .execute(params![account.id, version, event.name(), serde_json::to_string(event)?])?;
        }
        transaction.commit()?;
        account.version = version;
        account.pending.clear();
        Ok(())
    }

    fn get(&self, id: Uuid) -> Result<Account, StoreError> {
        let mut account = Account { id, version: 0, pending: Vec::new(), owner: String::new(), balance: 0 };
        let mut select =
            self.database.prepare_cached("SELECT version, payload FROM events WHERE id = ? ORDER BY version")?;
        let mut rows = select.query([id])?;
        while let Some(row) = rows.next()? {
            account.version = row.get(0)?;
            account.apply(serde_json::from_str(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?);
        }
        if account.version == 0 { Err(StoreError::NotFound) } else { Ok(account) }
    }

    fn update<E: Error + 'static>(
        &mut self,
        id: Uuid,
        command: impl Fn(&mut Account) -> Result<(), E>,
    ) -> Result<(), Box<dyn Error>> {
        let mut tries = 0;
        loop {
            let mut account = self.get(id)?;
            command(&mut account)?;
            match self.save(&mut account) {
                Err(StoreError::Conflict) if tries < 10 => tries += 1,
                done => return Ok(done?),
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut accounts = Accounts::open(&folder.path().join("bank.db"))?;
    let mut account = Account::open("alice");
    account.deposit(100);
    accounts.save(&mut account)?;
    accounts.update(account.id, |account| account.withdraw(30))?;
    assert_eq!(accounts.get(account.id)?.balance, 70);
    println!("{} has 70 left, by hand", account.owner);
    Ok(())
}
