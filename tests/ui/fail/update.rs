use eventsourcing::prelude::*;

#[derive(Aggregate)]
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
}

impl Account {
    async fn open_later(&mut self) {}

    async fn add_later(&mut self, _amount: i64) {}
}

/// rustc checks what is awaited where it is called, as an expression and where it is awaited.
async fn awaited(accounts: &Repository<Account>) {
    let _ = accounts.update(Id::new(), |account| account.balance).await;
}

fn main() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    let _ = accounts.update(Id::new(), |account| account.balance);
    let _ = accounts.update(Id::new(), async |account| account.open_later().await);
    let _ = accounts.update(Id::new(), |account| account.add_later(5));
    let _ = Repository::<String>::new(MemoryStore::new());
    let _ = Repository::<Account>::new("bank.db");
    let _ = Repository::<Account>::new(SqliteStore::open("bank.db"));
}
