//! Sixteen threads save to one aggregate and to many, while two readers follow the log: no update is lost, the log has no
//! gap, no event is out of order, and the only error is a conflict.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use eventsourcing::store::{EventStore, LogRead, StoredEvent};
use eventsourcing::{Aggregate, Id, MemoryStore, Repository, SaveError, SqliteStore, StreamId, UpdateError, Version};
use eventsourcing_tests::{Account, AccountEvent};
use pollster::block_on;

const THREADS: u64 = 16;
const ROUNDS: u64 = 8;
/// Each round adds one event to the shared account by `update`, one by hand, and two to an account of the thread's own.
const EVENTS: u64 = 1 + THREADS * (1 + ROUNDS * 4);

#[test]
fn memory_blocking() {
    blocking(MemoryStore::new());
}

#[test]
fn memory_async() {
    each_blocks_on_its_futures(MemoryStore::new());
}

#[test]
fn sqlite_blocking() {
    let folder = tempfile::tempdir().unwrap();
    blocking(SqliteStore::open(folder.path().join("store.db")).unwrap());
}

#[test]
fn sqlite_async() {
    let folder = tempfile::tempdir().unwrap();
    each_blocks_on_its_futures(SqliteStore::open(folder.path().join("store.db")).unwrap());
}

#[test]
fn memory_on_tokio() {
    on_tokio(MemoryStore::new());
}

#[test]
fn sqlite_on_tokio() {
    let folder = tempfile::tempdir().unwrap();
    on_tokio(SqliteStore::open(folder.path().join("store.db")).unwrap());
}

fn blocking(store: impl EventStore) {
    let store: Arc<dyn EventStore> = Arc::new(store);
    let repository = Repository::<Account>::new(Arc::clone(&store));
    let accounts = &repository.blocking();
    let mut shared = Account::open("all");
    accounts.save(&mut shared).unwrap();
    let id = shared.id();
    thread::scope(|scope| {
        let readers = [1, 100].map(|limit| (limit, Arc::clone(&store)));
        for (limit, store) in readers {
            scope.spawn(move || block_on(follow(store, limit)));
        }
        for _ in 0..THREADS {
            scope.spawn(move || {
                let mut own = Account::open("one");
                accounts.save(&mut own).unwrap();
                for _ in 0..ROUNDS {
                    own.deposit(1);
                    own.deposit(2);
                    accounts.save(&mut own).unwrap();
                    accounts.update(id, |account| account.deposit(10)).unwrap();
                    loop {
                        let mut account = accounts.get(id).unwrap();
                        account.deposit(100);
                        if !is_conflict(accounts.save(&mut account).err(), id) {
                            break;
                        }
                    }
                }
                assert_eq!(accounts.get(own.id()).unwrap(), own);
            });
        }
    });
    block_on(assert_nothing_lost(&repository, id));
}

fn each_blocks_on_its_futures(store: impl EventStore) {
    let store: Arc<dyn EventStore> = Arc::new(store);
    let accounts = Repository::<Account>::new(Arc::clone(&store));
    let mut shared = Account::open("all");
    block_on(accounts.save(&mut shared)).unwrap();
    let id = shared.id();
    thread::scope(|scope| {
        for limit in [1, 100] {
            scope.spawn({
                let store = Arc::clone(&store);
                move || block_on(follow(store, limit))
            });
        }
        for _ in 0..THREADS {
            scope.spawn(|| block_on(write(accounts.clone(), id)));
        }
    });
    block_on(assert_nothing_lost(&accounts, id));
}

fn on_tokio(store: impl EventStore) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async {
        let store: Arc<dyn EventStore> = Arc::new(store);
        let accounts = Repository::<Account>::new(Arc::clone(&store));
        let mut shared = Account::open("all");
        accounts.save(&mut shared).await.unwrap();
        let id = shared.id();
        let readers = [1, 100].map(|limit| tokio::spawn(follow(Arc::clone(&store), limit)));
        let writers: Vec<_> = (0..THREADS).map(|_| tokio::spawn(write(accounts.clone(), id))).collect();
        for task in writers.into_iter().chain(readers) {
            task.await.unwrap();
        }
        assert_nothing_lost(&accounts, id).await;
    });
}

/// What one of the writers does.
async fn write(accounts: Repository<Account>, id: Id<Account>) {
    let mut own = Account::open("one");
    accounts.save(&mut own).await.unwrap();
    for _ in 0..ROUNDS {
        own.deposit(1);
        own.deposit(2);
        accounts.save(&mut own).await.unwrap();
        accounts.update(id, |account| account.deposit(10)).await.unwrap();
        loop {
            let mut account = accounts.get(id).await.unwrap();
            account.deposit(100);
            if !is_conflict(accounts.save(&mut account).await.err(), id) {
                break;
            }
        }
    }
    assert_eq!(accounts.get(own.id()).await.unwrap(), own);
}

/// Whether others were faster; anything else than that is a failed test.
fn is_conflict(error: Option<SaveError>, id: Id<Account>) -> bool {
    match error {
        None => false,
        Some(SaveError::Conflict(conflict)) => {
            assert_eq!(conflict.stream, StreamId::new(Account::NAME, id.as_uuid()));
            assert!(conflict.actual > conflict.expected, "{conflict}");
            true
        }
        Some(error) => panic!("the only error is a conflict, not: {error}"),
    }
}

/// Reads along, and looks at each event's place.
async fn follow(store: Arc<dyn EventStore>, limit: usize) {
    let mut reached = 0;
    let mut versions: HashMap<StreamId, Version> = HashMap::new();
    while reached < EVENTS {
        store.wait_past(reached.into()).await.unwrap();
        let read = LogRead::after(reached).limit(limit);
        let mut visit = |event: StoredEvent<'_>| {
            reached += 1;
            assert_eq!(event.position, reached, "a gap in the log");
            let version = versions.entry(event.stream.clone()).or_default();
            *version += 1;
            assert_eq!(event.version, *version, "{} is out of order", event.stream);
            ControlFlow::Continue(())
        };
        let page = store.read_log(read, &mut visit).await.unwrap();
        assert_eq!(page.reached, reached);
    }
    assert_eq!(reached, EVENTS);
}

async fn assert_nothing_lost(accounts: &Repository<Account>, id: Id<Account>) {
    let shared = accounts.get(id).await.unwrap();
    let deposits = THREADS * ROUNDS;
    assert_eq!(
        (shared.version(), shared.balance()),
        ((1 + 2 * deposits).into(), i64::try_from(110 * deposits).unwrap())
    );
    let history = accounts.history(id).await.unwrap();
    let tens = history.iter().filter(|recorded| recorded.event == AccountEvent::Deposited { amount: 10 });
    assert_eq!(tens.count() as u64, deposits);
    assert!(history.iter().zip(1..).all(|(recorded, version)| recorded.version == version));
    assert!(history.is_sorted_by_key(|recorded| recorded.position));
    assert_eq!(accounts.store().head().await.unwrap(), EVENTS);
    let none = accounts.update(id, |_| Err::<(), _>("nothing to do")).await;
    assert!(matches!(none, Err(UpdateError::Rejected("nothing to do"))));
}
