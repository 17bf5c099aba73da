//! Updates of one aggregate that are decided one on the other: what is acknowledged is stored, what is refused was so, and no rule is broken,
//! whatever fails meanwhile.

mod flaky;
mod order;
mod rule;
mod stuck;

use std::sync::Arc;

use eventsourcing::store::EventStore;
use eventsourcing::{Aggregate, Id, MemoryStore, Repository, SqliteStore};
use eventsourcing_tests::Account;
use pollster::block_on;
use tempfile::TempDir;

/// A store, and another handle on what it keeps, as another process has it.
struct Stores {
    ours: Arc<dyn EventStore>,
    foreign: Arc<dyn EventStore>,
    _folder: Option<TempDir>,
}

fn memory() -> Stores {
    let store = MemoryStore::new();
    Stores { ours: Arc::new(store.clone()), foreign: Arc::new(store), _folder: None }
}

fn sqlite() -> Stores {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(folder.path().join("store.db")).unwrap());
    Stores { ours: open(), foreign: open(), _folder: Some(folder) }
}

fn opened(store: &Arc<dyn EventStore>, deposit: i64) -> Id<Account> {
    let accounts = Repository::<Account>::new(Arc::clone(store));
    let mut account = Account::open("alice");
    account.deposit(deposit);
    block_on(accounts.save(&mut account)).unwrap();
    account.id()
}
