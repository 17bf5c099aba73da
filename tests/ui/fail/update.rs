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

fn main() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    let _ = accounts.update(Id::new(), |account| account.balance);
    let _ = Repository::<String>::new(MemoryStore::new());
}
