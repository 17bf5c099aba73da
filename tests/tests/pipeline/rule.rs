//! "Never below zero" holds for tasks that deposit and withdraw beside a foreign writer.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use eventsourcing::error::StoreErrorKind;
use eventsourcing::repository::CommitOptions;
use eventsourcing::store::EventStore;
use eventsourcing::{Aggregate, CommitId, Id, Metadata, Recorded, Repository, SaveError, UpdateError};
use eventsourcing_tests::{Account, AccountEvent, Overdrawn};

use crate::flaky::Flaky;
use crate::{Stores, memory, opened, sqlite};

const TASKS: u64 = 64;
const UPDATES: u64 = 12;

/// Longer than a busy machine keeps this process waiting.
const DEADLINE: Duration = Duration::from_secs(120);

/// What became of one update, by its name, which is stored with its events.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Became {
    /// It was acknowledged, with the version and the balance that it said.
    Done(u64, i64),
    /// Nothing was recorded, on such a version and balance.
    Seen(u64, i64),
    /// It was refused, as the balance was this.
    InvalidCommit(i64),
    /// Nothing of it may be stored.
    NotStored,
    /// It was given up, or the store does not know.
    Unknown,
}

#[test]
fn holds_in_memory() {
    // Its commits are stored when they are polled first, so that nothing would wait for them.
    (0..6).for_each(|seed| hold(&memory(), seed, true));
}

#[test]
fn holds_in_sqlite() {
    (0..6).for_each(|seed| hold(&sqlite(), seed, false));
}

fn hold(stores: &Stores, seed: u64, in_groups: bool) {
    println!("seed {seed}");
    let id = opened(&stores.ours, 20);
    // Every other round, also the store fails.
    let flaky = Flaky::over(&stores.ours, if seed.is_multiple_of(2) { 0 } else { 4 }, in_groups);
    let store: Arc<dyn EventStore> = Arc::new(Arc::clone(&flaky));
    let became = Arc::new(Mutex::new(HashMap::new()));
    let is_over = AtomicBool::new(false);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    thread::scope(|scope| {
        // Also where a task fails: the threads beside it end, and the test says why.
        let over = Over(&is_over);
        scope.spawn(|| foreign(&stores.foreign, id, &is_over));
        scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                flaky.release();
                thread::sleep(Duration::from_micros(200));
            }
        });
        runtime.block_on(async {
            let tasks: Vec<_> = (0..TASKS).map(|task| (task, Arc::clone(&store), Arc::clone(&became))).collect();
            let tasks =
                tasks.into_iter().map(|(task, store, became)| tokio::spawn(work(store, id, seed, task, became)));
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
        });
        drop(over);
    });
    let history = Repository::<Account>::new(Arc::clone(&stores.foreign)).blocking().history(id).unwrap();
    check(&history, &became.lock().unwrap());
}

/// Ends the threads beside the tasks when it is dropped.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Takes all that there is, in one event each time, so that the version comes to what the next of ours expects.
fn foreign(store: &Arc<dyn EventStore>, id: Id<Account>, is_over: &AtomicBool) {
    let accounts = Repository::<Account>::new(Arc::clone(store)).blocking();
    while !is_over.load(Ordering::SeqCst) {
        let mut account = accounts.get(id).unwrap();
        let balance = account.balance();
        account.withdraw(balance).unwrap();
        // A conflict: ours were first.
        drop(accounts.save(&mut account));
        thread::sleep(Duration::from_micros(500));
    }
}

async fn work(
    store: Arc<dyn EventStore>,
    id: Id<Account>,
    seed: u64,
    task: u64,
    became: Arc<Mutex<HashMap<String, Became>>>,
) {
    let mut random = fastrand::Rng::with_seed(seed * 1000 + task);
    for number in 0..UPDATES {
        let name = format!("{task}/{number}");
        let accounts = Repository::<Account>::new(Arc::clone(&store)).deadline(DEADLINE);
        let accounts = accounts.with_metadata(Metadata::new().with_actor(&name));
        let (kind, amount, polls) = (random.u8(..20), random.i64(1..9), random.u32(1..200));
        let command = move |account: &mut Account| {
            match kind {
                0..=6 => account.deposit(amount),
                7 => resume_unwind(Box::new("a command panics")),
                8 => {
                    account.deposit(1);
                    account.withdraw(i64::MAX)?;
                }
                9 => {}
                10 => {
                    account.deposit(amount);
                    account.withdraw(amount)?;
                }
                _ => account.withdraw(amount)?,
            }
            Ok::<_, Overdrawn>((account.version().get(), account.balance()))
        };
        let outcome = match random.u8(..20) {
            0 | 1 => {
                let accounts = accounts.clone();
                let update = async move { accounts.update(id, command).await };
                dropped(tokio::spawn(dropped_after(update, polls))).await
            }
            2 => {
                let options = CommitOptions::from(CommitId::new());
                spawned(async move { accounts.update_with(options, id, command).await }).await
            }
            3 => {
                let blocking = accounts.blocking();
                tokio::task::spawn_blocking(move || blocking.update(id, command)).await.ok()
            }
            _ => spawned(async move { accounts.update(id, command).await }).await,
        };
        let is_recorded = kind != 9;
        let outcome = match outcome {
            // It panicked before anything was sent; or was given up, and may have been sent.
            None if kind == 7 => Became::NotStored,
            None => Became::Unknown,
            Some(Ok((version, balance))) if is_recorded => Became::Done(version, balance),
            Some(Ok((version, balance))) => Became::Seen(version, balance),
            Some(Err(UpdateError::Rejected(Overdrawn { balance, .. }))) => {
                Became::InvalidCommit(balance - i64::from(kind == 8) - if kind == 10 { amount } else { 0 })
            }
            Some(Err(UpdateError::Save(SaveError::Store(error)))) => match error.kind() {
                StoreErrorKind::OutcomeUnknown => Became::Unknown,
                _ => Became::NotStored,
            },
            Some(Err(error)) => panic!("{name}: {error:?}"),
        };
        assert_eq!(became.lock().unwrap().insert(name, outcome), None);
    }
}

type Outcome = Result<(u64, i64), UpdateError<Overdrawn>>;

/// `None` if it panicked.
async fn spawned(update: impl Future<Output = Outcome> + Send + 'static) -> Option<Outcome> {
    tokio::spawn(update).await.ok()
}

async fn dropped(task: tokio::task::JoinHandle<Option<Outcome>>) -> Option<Outcome> {
    task.await.ok().flatten()
}

/// Polls a future so many times at most, and drops it.
async fn dropped_after<T>(future: impl Future<Output = T>, mut polls: u32) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        polls -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if polls == 0 => Poll::Ready(None),
            Poll::Pending => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

fn check(history: &[Recorded<AccountEvent>], became: &HashMap<String, Became>) {
    let mut balance = 0;
    // By version.
    let mut balances = vec![0];
    let mut stored: HashMap<String, u64> = HashMap::new();
    for recorded in history {
        balance += match recorded.event {
            AccountEvent::Deposited { amount } => amount,
            AccountEvent::Withdrawn { amount } => -amount,
            _ => 0,
        };
        assert!(balance >= 0, "below zero at version {}", recorded.version);
        balances.push(balance);
        if let Some(name) = recorded.metadata.actor() {
            // An update is stored once: all of its events stand together.
            let last = stored.insert(name.to_owned(), recorded.version.get());
            assert!(last.is_none_or(|last| last + 1 == recorded.version.get()), "{name} is stored twice");
        }
    }
    let at = |version: u64| balances[usize::try_from(version).unwrap()];
    for (name, became) in became {
        let last = stored.get(name).copied();
        match *became {
            Became::Done(version, balance) => {
                assert_eq!((last, at(version)), (Some(version), balance), "{name} was acknowledged");
            }
            Became::Seen(version, balance) => {
                assert_eq!((last, at(version)), (None, balance), "{name} saw what is stored");
            }
            Became::InvalidCommit(balance) => {
                assert_eq!(last, None, "{name} was refused");
                assert!(balances.contains(&balance), "{name} was refused because of {balance}, which it never was");
            }
            Became::NotStored => assert_eq!(last, None, "{name} was not to be stored"),
            Became::Unknown => {}
        }
    }
    let done = became.values().filter(|became| matches!(became, Became::Done(..))).count();
    println!("{} events, {done} of {} acknowledged", history.len(), became.len());
    assert_eq!(became.len() as u64, TASKS * UPDATES);
    assert!(done as u64 > TASKS, "most of what can be done is");
}
