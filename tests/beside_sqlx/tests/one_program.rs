//! The SQLite store and sqlx in one program, each on a file of its own.

use std::error::Error;
use std::ops::ControlFlow;

use eventsourcing::prelude::*;
use eventsourcing::store::{EventStore, LogRead, StoredEvent};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

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
}

/// Writes the names of events to a table of sqlx as they are read from the store, with both open.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_read_from_the_store_and_written_by_sqlx() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path().join("store.db"))?;
    let accounts = Repository::<Account>::new(store.clone());
    let options = SqliteConnectOptions::new().filename(folder.path().join("view.db")).create_if_missing(true);
    let view = SqlitePool::connect_with(options).await?;
    sqlx::query("CREATE TABLE seen (position INTEGER PRIMARY KEY, name TEXT NOT NULL)").execute(&view).await?;

    let mut account = Account::open();
    accounts.save(&mut account).await?;
    accounts.update(account.id(), |account| account.deposit(70)).await?;
    let mut events = Vec::new();
    let visit = &mut |event: StoredEvent<'_>| {
        events.push((i64::try_from(event.position.get()).unwrap(), event.name.to_owned()));
        ControlFlow::Continue(())
    };
    store.read_log(LogRead::after(0), visit).await?;
    for (position, name) in &events {
        sqlx::query("INSERT INTO seen VALUES (?, ?)").bind(position).bind(name).execute(&view).await?;
    }

    let seen: Vec<(i64, String)> = sqlx::query_as("SELECT * FROM seen ORDER BY position").fetch_all(&view).await?;
    assert_eq!(seen, [(1, "Opened".to_owned()), (2, "Deposited".to_owned())]);
    assert_eq!(accounts.get(account.id()).await?.balance, 70);
    Ok(())
}
