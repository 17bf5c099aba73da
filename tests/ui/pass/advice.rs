//! What messages say to write, written.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

/// As a type of another crate.
#[derive(Clone, Serialize, Deserialize)]
pub struct NotSeen;

#[derive(Clone, Serialize, Deserialize, Schema)]
pub struct Seen {
    #[schema(opaque)]
    not_seen: NotSeen,
}

#[derive(Aggregate)]
#[aggregate(snapshot_every = 100)]
pub struct Account {
    root: Root<Self>,
    balance: i64,
    #[aggregate(opaque)]
    not_seen: NotSeen,
}

#[events]
impl Account {
    #[event(Opened)]
    pub fn open() -> Self {
        Self { root: Root::new(), balance: 7, not_seen: NotSeen }
    }

    #[event(Noted)]
    pub fn note(&mut self, seen: Seen) {
        let _ = seen;
    }
}

impl Account {
    async fn later(&mut self) {
        self.note(Seen { not_seen: NotSeen });
    }
}

#[derive(Application)]
pub struct Bank {
    accounts: Repository<Account>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bank = Bank::new(SqliteStore::in_memory()?);
    let accounts = &bank.accounts;
    let mut account = Account::open();
    accounts.blocking().save(&mut account)?;
    let id = account.id();

    let balance = accounts.blocking().update(id, |account| Ok::<_, std::convert::Infallible>(account.balance))?;
    assert_eq!(balance, 7);
    pollster::block_on(async {
        let command = |mut aggregate: Account| async move {
            aggregate.later().await;
            let value = aggregate.balance;
            Ok::<_, std::convert::Infallible>((aggregate, value))
        };
        assert_eq!(accounts.update_async(id, command).await?, 7);
        bank.retry(|| async {
            let mut accounts = bank.accounts.get_many([id]).await?;
            bank.commit(&mut accounts[..]).await?;
            Ok::<_, eventsourcing::Error>(())
        })
        .await?;
        accounts.take_snapshot(id).await?;
        Ok(())
    })
}
