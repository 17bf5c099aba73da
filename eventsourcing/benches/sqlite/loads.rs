//! One caller that loads aggregates, and reads the log.

use std::hint::black_box;

use eventsourcing::prelude::*;
use pollster::block_on;
use uuid::Uuid;

use crate::account::Account;
use crate::by_hand::ByHand;
use crate::commits::{accounts, by_hand, saved};
use crate::files::Files;
use crate::ours;
use crate::paired::Side;
use crate::sides::{ALONE, OURS, OURS_ASYNC, count};

/// As many accounts of so many events each on both sides.
struct Filled {
    files: Files,
    alone: ByHand,
    accounts: Repository<Account>,
    of_alone: Vec<Uuid>,
    of_ours: Vec<Id<Account>>,
}

fn filled(of: u64, events: u64) -> Filled {
    let files = Files::new();
    let mut alone = ByHand::open(&files.path(ALONE), false);
    let accounts = accounts(&files, OURS, false);
    let (mut of_alone, mut of_ours) = (Vec::new(), Vec::new());
    for _ in 0..of {
        of_alone.push(by_hand(&mut alone, events));
        of_ours.push(saved(&accounts.blocking(), events));
    }
    Filled { files, alone, accounts, of_alone, of_ours }
}

/// Accounts of 100 events, in random order.
pub(crate) fn hundred(scale: f64) -> Vec<Side> {
    each(filled(1_000, 100), count(5_000, scale), 100)
}

/// One account of 100,000 events.
pub(crate) fn big(scale: f64) -> Vec<Side> {
    let events = count(100_000, scale.max(0.1));
    each(filled(1, events), 1, events)
}

fn each(filled: Filled, turns: u64, events: u64) -> Vec<Side> {
    let Filled { files, alone, accounts, of_alone, of_ours } = filled;
    let (blocking, of_async) = (accounts.blocking(), of_ours.clone());
    let check = move |account: &Account| {
        assert_eq!((account.version(), account.owner.as_str()), (events.into(), "alice"));
        black_box(account.cents);
    };
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                let state = alone.load(one_of(&of_alone));
                assert_eq!((state.version, state.owner.as_str()), (events, "alice"));
                black_box(state.cents);
            }
            turns * events
        }),
        files.side(OURS, move || {
            (0..turns).for_each(|_| check(&blocking.get(one_of(&of_ours)).unwrap()));
            turns * events
        }),
        files.side(OURS_ASYNC, move || {
            block_on(async {
                for _ in 0..turns {
                    check(&accounts.get(one_of(&of_async)).await.unwrap());
                }
            });
            turns * events
        }),
    ]
}

fn one_of<T: Copy>(of: &[T]) -> T {
    of[fastrand::usize(..of.len())]
}

/// The whole log in order, typed.
pub(crate) fn replay(scale: f64) -> Vec<Side> {
    let Filled { files, alone, accounts, .. } = filled(count(3_000, scale), 100);
    let blocking = accounts.blocking();
    vec![
        files.side(ALONE, move || black_box(alone.replay()).0),
        files.side(OURS, move || black_box(ours::replay(&blocking)).0),
        files.side(OURS_ASYNC, move || black_box(block_on(ours::replay_async(&accounts))).0),
    ]
}
