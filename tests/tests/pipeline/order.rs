//! Each is decided on the one before, and sent before that is answered.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};

use eventsourcing::{Aggregate, Application, Id, Repository, UpdateError};
use eventsourcing_tests::{Account, Overdrawn};
use pollster::block_on;

use crate::flaky::Flaky;
use crate::{memory, opened, sqlite};

const UPDATES: u64 = 8;

type Update<'a> = Pin<Box<dyn Future<Output = Result<i64, UpdateError<Overdrawn>>> + 'a>>;

/// Polls all of them until each has sent its commit.
fn poll_until_sent(updates: &mut [Update<'_>], store: &Flaky) {
    let commits = store.held() + updates.len();
    let mut context = Context::from_waker(Waker::noop());
    while store.held() < commits {
        for update in &mut *updates {
            assert!(update.as_mut().poll(&mut context).is_pending(), "nothing is answered yet");
        }
        std::thread::yield_now();
    }
}

fn deposit(accounts: &Repository<Account>, id: Id<Account>, runs: &Arc<AtomicU64>) -> Update<'static> {
    let (accounts, runs) = (accounts.clone(), Arc::clone(runs));
    Box::pin(async move {
        let command = |account: &mut Account| {
            runs.fetch_add(1, Ordering::SeqCst);
            account.deposit(1);
            Ok::<_, Overdrawn>(account.balance())
        };
        accounts.update(id, command).await
    })
}

#[test]
fn all_are_sent_before_the_first_is_answered_and_run_once() {
    for stores in [memory(), sqlite()] {
        let id = opened(&stores.ours, 0);
        let store = Flaky::over(&stores.ours, 0, true);
        let (accounts, runs) = (Repository::<Account>::new(Arc::clone(&store)), Arc::new(AtomicU64::new(0)));
        let mut updates: Vec<_> = (0..UPDATES).map(|_| deposit(&accounts, id, &runs)).collect();
        poll_until_sent(&mut updates, &store);
        store.open();
        let balances: Vec<_> = updates.into_iter().map(|update| block_on(update).unwrap()).collect();
        assert_eq!(balances, (1..=8).collect::<Vec<_>>(), "in the order in which they came");
        assert_eq!(
            (runs.load(Ordering::SeqCst), block_on(accounts.get(id)).unwrap().version().get()),
            (UPDATES, 2 + UPDATES)
        );
    }
}

/// Through two handles, two repositories.
#[test]
fn all_handles_on_a_store_share_the_turns() {
    let stores = memory();
    let id = opened(&stores.ours, 0);
    let store = Flaky::over(&stores.ours, 0, true);
    let (one, other) = (Repository::<Account>::new(Arc::clone(&store)), Repository::<Account>::new(Arc::clone(&store)));
    let runs = Arc::new(AtomicU64::new(0));
    let mut updates: Vec<_> = [&one, &other, &one].map(|accounts| deposit(accounts, id, &runs)).into();
    poll_until_sent(&mut updates, &store);
    store.open();
    assert!(updates.into_iter().map(block_on).all(|done| done.is_ok()));
    assert_eq!(runs.load(Ordering::SeqCst), 3);
}

/// A refusal, and a command that records nothing, rest on what is not stored yet: they are answered when it is, or decided again if it is not.
#[test]
fn what_rests_on_a_commit_waits_for_it() {
    for (stores, is_first) in [(memory(), true), (memory(), false), (sqlite(), true), (sqlite(), false)] {
        let id = opened(&stores.ours, 0);
        let store = Flaky::over(&stores.ours, 0, true);
        let (accounts, runs) = (Repository::<Account>::new(Arc::clone(&store)), Arc::new(AtomicU64::new(0)));
        let refused = accounts.update(id, |account| account.withdraw(5).map(|()| account.balance()));
        let nothing = accounts.update(id, |account| Ok(account.balance()));
        let mut updates: [Update<'_>; 3] = [deposit(&accounts, id, &runs), Box::pin(refused), Box::pin(nothing)];
        poll_until_sent(&mut updates, &store);
        if !is_first {
            // Of another writer, as many events as ours.
            let foreign = Repository::<Account>::new(Arc::clone(&stores.foreign)).blocking();
            let mut account = foreign.get(id).unwrap();
            account.deposit(2);
            foreign.save(&mut account).unwrap();
        }
        store.open();
        let [done, refused, nothing] = updates.map(block_on);
        let balance = if is_first { 1 } else { 3 };
        assert_eq!(done.unwrap(), balance);
        // Either may come before the first when they are decided again.
        let seen = if is_first { [1, 1] } else { [2, 3] };
        let Err(UpdateError::Rejected(Overdrawn { balance, amount: 5 })) = refused else { panic!("{refused:?}") };
        assert!(seen.contains(&balance) && seen.contains(&nothing.unwrap()), "{balance}");
        assert_eq!(runs.load(Ordering::SeqCst), if is_first { 1 } else { 2 });
    }
}

/// What a caller has saved, and was answered for, is not missing in what its next command decides on: also if that records nothing.
#[test]
fn a_state_that_was_handed_on_is_not_older_than_what_was_saved_since() {
    for stores in [memory(), sqlite()] {
        let id = opened(&stores.ours, 0);
        let store = Flaky::over(&stores.ours, 0, true);
        let (accounts, runs) = (Repository::<Account>::new(Arc::clone(&store)), Arc::new(AtomicU64::new(0)));
        let mut first = [deposit(&accounts, id, &runs)];
        poll_until_sent(&mut first, &store);
        // It is stored, and has not looked at the answer: it keeps its place, and the state that it has handed on.
        store.open();
        let mut account = block_on(accounts.get(id)).unwrap();
        account.deposit(100);
        block_on(accounts.save(&mut account)).unwrap();
        block_on(accounts.update(id, |account| account.withdraw(101))).unwrap();
        let mut account = block_on(accounts.get(id)).unwrap();
        account.deposit(7);
        block_on(accounts.save(&mut account)).unwrap();
        let balance = block_on(accounts.update(id, |account| Ok::<_, ()>(account.balance())));
        assert_eq!(balance.unwrap(), 7);
        assert_eq!(first.map(|update| block_on(update).unwrap()), [1]);
    }
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

/// All in the same turns: none of them starves, and nothing is lost.
#[test]
fn updates_of_one_and_of_several_and_retries_share_the_turns() {
    const EACH: i64 = 20;
    for stores in [memory(), sqlite()] {
        let bank = Arc::new(Bank::new(Arc::clone(&stores.ours)));
        let ids = [opened(&stores.ours, 1000), opened(&stores.ours, 1000)];
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
        runtime.block_on(async {
            let hot = (0..32).map(|task| {
                let bank = Arc::clone(&bank);
                tokio::spawn(async move {
                    for _ in 0..EACH {
                        bank.accounts.update(ids[task % 2], |account| account.deposit(1)).await.unwrap();
                    }
                })
            });
            let both = (0..4).map(|task| {
                let bank = Arc::clone(&bank);
                tokio::spawn(async move {
                    let (from, to) = (ids[task % 2], ids[1 - task % 2]);
                    for _ in 0..EACH {
                        let moved = bank.update((from, to), |(from, to)| {
                            from.withdraw(1)?;
                            to.deposit(1);
                            Ok::<_, Overdrawn>(())
                        });
                        moved.await.unwrap();
                    }
                })
            });
            let retried = (0..4).map(|task| {
                let bank = Arc::clone(&bank);
                tokio::spawn(async move {
                    for _ in 0..EACH {
                        let saved = bank.retry(|| async {
                            let mut account = bank.accounts.get(ids[task % 2]).await?;
                            account.deposit(1);
                            bank.accounts.save(&mut account).await?;
                            Ok::<_, eventsourcing::Error>(())
                        });
                        saved.await.unwrap();
                    }
                })
            });
            let waiting = (0..4).map(|task| {
                let bank = Arc::clone(&bank);
                tokio::spawn(async move {
                    for _ in 0..EACH {
                        let deposit = |mut account: Account| async move {
                            tokio::task::yield_now().await;
                            account.deposit(1);
                            Ok::<_, Overdrawn>((account, ()))
                        };
                        bank.accounts.update_async(ids[task % 2], deposit).await.unwrap();
                    }
                })
            });
            let tasks: Vec<_> = hot.chain(both).chain(retried).chain(waiting).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        let accounts = bank.accounts.blocking().get_many(ids).unwrap();
        assert_eq!(accounts.iter().map(Account::balance).sum::<i64>(), 2000 + 40 * EACH);
        let events: u64 = accounts.iter().map(|account| account.version().get()).sum();
        assert_eq!(events, 4 + (40 + 8) * EACH.cast_unsigned());
    }
}

/// A store whose handle for callers that block is itself: a commit of theirs waits, though no other waits for its turn when it is sent.
#[test]
fn nothing_is_decided_on_what_a_caller_that_blocks_has_sent_before_it_is_stored() {
    let stores = memory();
    let id = opened(&stores.ours, 20);
    let store = Flaky::over(&stores.ours, 0, true);
    let accounts = Repository::<Account>::new(Arc::clone(&store));
    let (blocking, foreign) = (accounts.blocking(), Repository::<Account>::new(Arc::clone(&stores.foreign)).blocking());
    let holds = |commits| {
        while store.held() < commits {
            std::thread::yield_now();
        }
    };
    std::thread::scope(|scope| {
        let alone = scope.spawn(|| blocking.update(id, |account| account.withdraw(20)));
        holds(1);
        let next = scope.spawn(|| {
            block_on(accounts.update(id, |account| {
                account.deposit(1);
                Ok::<_, Overdrawn>((account.version(), account.balance()))
            }))
        });
        // Its commit, or what it waits for before it loads.
        holds(2);
        // One event, as the first was to be: the versions are those that were expected.
        let mut account = foreign.get(id).unwrap();
        account.deposit(5);
        foreign.save(&mut account).unwrap();
        store.open();
        alone.join().unwrap().unwrap();
        let (version, balance) = next.join().unwrap().unwrap();
        assert_eq!(foreign.get_at(id, version).unwrap().balance(), balance, "what it was answered is stored");
    });
    assert_eq!(foreign.get(id).unwrap().balance(), 6);
}
