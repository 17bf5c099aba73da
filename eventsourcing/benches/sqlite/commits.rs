//! One caller that commits.

use eventsourcing::prelude::*;
use pollster::block_on;
use uuid::Uuid;

use crate::account::{Account, step};
use crate::by_hand::ByHand;
use crate::domain::{Event, history, id};
use crate::files::Files;
use crate::ours;
use crate::paired::Side;
use crate::sides::{ALONE, OURS, OURS_ASYNC, count};

/// A new account in each commit.
pub(crate) fn one_event(full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = count(if full { 1_000 } else { 10_000 }, scale);
    let mut alone = ByHand::open(&files.path(ALONE), full);
    let blocking = accounts(&files, OURS, full).blocking();
    let accounts = accounts(&files, OURS_ASYNC, full);
    vec![
        files.side(ALONE, move || {
            (0..turns).for_each(|_| alone.save(id(), 0, &[Event::next(0)]));
            turns
        }),
        files.side(OURS, move || {
            (0..turns).for_each(|_| assert!(blocking.save(&mut Account::open("alice")).is_ok()));
            turns
        }),
        files.side(OURS_ASYNC, move || {
            block_on(async {
                for _ in 0..turns {
                    accounts.save(&mut Account::open("alice")).await.unwrap();
                }
            });
            turns
        }),
    ]
}

/// Load by replay, one event, save: accounts of 1 to 50 events, 25.5 on average.
pub(crate) fn command(full: bool, scale: f64) -> Vec<Side> {
    const ACCOUNTS: u64 = 1_000;
    let files = Files::new();
    let turns = count(if full { 1_000 } else { 8_000 }, scale);
    let mut alone = ByHand::open(&files.path(ALONE), full);
    let blocking = accounts(&files, OURS, full).blocking();
    let accounts = accounts(&files, OURS_ASYNC, full);
    let versions = || (0..ACCOUNTS).map(|number| number % 50 + 1);
    let mut of_alone: Vec<_> = versions().map(|version| (by_hand(&mut alone, version), version)).collect();
    let mut of_ours: Vec<_> = versions().map(|version| (saved(&blocking, version), version)).collect();
    let mut of_async: Vec<_> = versions().map(|version| (saved(&accounts.blocking(), version), version)).collect();
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                let chosen = chosen(&mut of_alone);
                // At 50 events it starts over, so that the length stays what it is.
                if chosen.1 == 50 {
                    *chosen = (id(), 0);
                }
                let state = alone.load(chosen.0);
                alone.save(chosen.0, state.version, &[Event::next(state.version)]);
                chosen.1 += 1;
            }
            turns
        }),
        files.side(OURS, move || {
            for _ in 0..turns {
                let chosen = chosen(&mut of_ours);
                if chosen.1 == 50 {
                    let mut account = Account::open("alice");
                    assert!(blocking.find(account.id()).unwrap().is_none());
                    blocking.save(&mut account).unwrap();
                    *chosen = (account.id(), 1);
                } else {
                    blocking.update(chosen.0, |account| step(account, account.version().next().get())).unwrap();
                    chosen.1 += 1;
                }
            }
            turns
        }),
        files.side(OURS_ASYNC, move || {
            block_on(async {
                for _ in 0..turns {
                    let chosen = chosen(&mut of_async);
                    if chosen.1 == 50 {
                        let mut account = Account::open("alice");
                        assert!(accounts.find(account.id()).await.unwrap().is_none());
                        accounts.save(&mut account).await.unwrap();
                        *chosen = (account.id(), 1);
                    } else {
                        accounts
                            .update(chosen.0, |account| step(account, account.version().next().get()))
                            .await
                            .unwrap();
                        chosen.1 += 1;
                    }
                }
            });
            turns
        }),
    ]
}

fn chosen<T>(of: &mut [T]) -> &mut T {
    let index = fastrand::usize(..of.len());
    &mut of[index]
}

/// A new account of 100 events in each commit.
pub(crate) fn hundred(scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = count(300, scale);
    let mut alone = ByHand::open(&files.path(ALONE), true);
    let blocking = accounts(&files, OURS, true).blocking();
    let accounts = accounts(&files, OURS_ASYNC, true);
    vec![
        files.side(ALONE, move || {
            (0..turns).for_each(|_| assert_ne!(by_hand(&mut alone, 100), Uuid::nil()));
            turns * 100
        }),
        files.side(OURS, move || {
            (0..turns).for_each(|_| assert!(blocking.save(&mut grown(100)).is_ok()));
            turns * 100
        }),
        files.side(OURS_ASYNC, move || {
            block_on(async {
                for _ in 0..turns {
                    accounts.save(&mut grown(100)).await.unwrap();
                }
            });
            turns * 100
        }),
    ]
}

/// The accounts of a file of ours.
pub(crate) fn accounts(files: &Files, name: &str, full: bool) -> Repository<Account> {
    Repository::new(ours::open(&files.path(name), full))
}

/// An account of this version, not yet saved.
fn grown(version: u64) -> Account {
    let mut account = Account::open("alice");
    (2..=version).for_each(|version| step(&mut account, version));
    account
}

pub(crate) fn saved(accounts: &eventsourcing::blocking::Repository<Account>, version: u64) -> Id<Account> {
    let mut account = Account::open("alice");
    for version in 2..=version {
        step(&mut account, version);
        // A commit has a limit of 65,536 events.
        if version % 10_000 == 0 {
            accounts.save(&mut account).unwrap();
        }
    }
    accounts.save(&mut account).unwrap();
    account.id()
}

pub(crate) fn by_hand(file: &mut ByHand, version: u64) -> Uuid {
    let id = id();
    file.save(id, 0, &history(version));
    id
}
