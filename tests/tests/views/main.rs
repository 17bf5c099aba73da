//! Views, by what their runner does with them.

mod beginning;
mod derived;
mod domain;
mod faults;
mod folder;
mod index_of_kinds;
mod keywords;
mod kinds;
mod model;
mod neighbours;
mod orders;
mod queries;
mod random;
mod runner;
mod stopping;
mod target;
mod values;
mod withheld;

use std::panic;
use std::sync::{Mutex, PoisonError};

use eventsourcing::prelude::*;
use eventsourcing::{Position, Views};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::domain::{POISON, Transfer, Wallet};
use crate::model::{Model, Step};
use crate::target::{Target, with_each_target};

fn step() -> impl Strategy<Value = Step> {
    let amount = prop_oneof![
        8 => 1..50_u64,
        1 => Just(POISON),
        // Twice this is more than a column takes.
        1 => Just(i64::MAX.unsigned_abs() / 2 + 1),
    ];
    let made = (0..6_u8, 0..6_u8, amount);
    prop_oneof![
        9 => made.prop_map(|(from, to, amount)| Step::Made { from, to, amount }),
        1 => (0..6_u8).prop_map(Step::Emptied),
    ]
}

/// The history and, after each of its events, whether it is a commit's last, and whether the views are brought up to it then.
fn history() -> impl Strategy<Value = Vec<(Step, bool, bool)>> {
    prop::collection::vec((step(), any::<bool>(), prop::bool::weighted(0.2)), 0..80)
}

fn stored(step: Step) -> Transfer {
    match step {
        Step::Made { from, to, amount } => Transfer::make(from, to, amount),
        Step::Emptied(wallet) => Transfer::empty(wallet),
    }
}

/// What a set of views has.
fn found(views: &Views) -> Model {
    let rows = block_on(async { views.all::<Wallet>().await }).unwrap();
    let parked = block_on(views.parked::<Wallet>()).unwrap();
    Model {
        rows: rows.into_iter().map(|row| (row.id, row)).collect(),
        parked: parked.into_iter().map(|row| (row.key, (row.position.get(), row.waiting))).collect(),
    }
}

/// Handlers that panic on purpose say nothing.
fn quietly(test: impl FnOnce()) {
    static HOOK: Mutex<()> = Mutex::new(());
    let _one_at_a_time = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let ran = panic::catch_unwind(panic::AssertUnwindSafe(test));
    panic::set_hook(before);
    if let Err(panicked) = ran {
        panic!("{}", panicked.downcast_ref::<String>().map_or("see the test", String::as_str));
    }
}

with_each_target! {
    rows_and_queues_are_the_same_in_one_batch_singly_and_interrupted,
    a_view_reads_its_own_positions_only_and_comes_to_the_end_of_the_log,
    rows_are_found_by_a_column_and_page_by_page,
}

fn rows_and_queues_are_the_same_in_one_batch_singly_and_interrupted(target: &Target) {
    quietly(|| {
        let mut runner =
            TestRunner::new(Config { cases: target.cases(), failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&history(), |history| {
            let steps: Vec<Step> = history.iter().map(|(step, ..)| *step).collect();
            let expected = Model::of(&steps);
            let store = MemoryStore::new();
            let transfers = Repository::<Transfer>::new(store.clone()).blocking();
            let [followed, interrupted, late] = [(); 3].map(|()| target.views().with::<Wallet>());
            let following = followed.run(store.clone()).unwrap();
            for (step, _, catches_up) in &history {
                transfers.save(&mut stored(*step)).unwrap();
                if *catches_up {
                    block_on(followed.caught_up()).unwrap();
                    let running = interrupted.run(store.clone()).unwrap();
                    block_on(interrupted.caught_up()).unwrap();
                    running.stop_blocking();
                }
            }
            for views in [&interrupted, &late] {
                let running = views.run(store.clone()).unwrap();
                block_on(views.caught_up()).unwrap();
                running.stop_blocking();
            }
            block_on(followed.caught_up()).unwrap();
            following.stop_blocking();
            prop_assert_eq!(&found(&late), &expected, "in one batch");
            prop_assert_eq!(&found(&followed), &expected, "as they came");
            prop_assert_eq!(&found(&interrupted), &expected, "interrupted");
            Ok(())
        });
        outcome.unwrap();
    });
}

fn a_view_reads_its_own_positions_only_and_comes_to_the_end_of_the_log(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let mut transfer = Transfer::make(0, 1, 5);
    transfer.note();
    transfer.note();
    let last = transfers.save(&mut transfer).unwrap();
    let views = target.views().with::<Wallet>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!(views.status()[0].checkpoint, last);
    assert_eq!(last, Position::new(3));
    running.stop_blocking();
}

fn rows_are_found_by_a_column_and_page_by_page(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for to in [1, 2, 3, 4, 4] {
        transfers.save(&mut Transfer::make(to, to, 0)).ok();
        transfers.save(&mut Transfer::make(9, to, 1)).unwrap();
    }
    let views = target.views().with::<Wallet>();
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        let once = views.all::<Wallet>().by(Wallet::TRANSFERS, 2_u32).await.unwrap();
        assert!(once.iter().all(|row| row.transfers == 2), "{once:?}");
        let all = views.all::<Wallet>().await.unwrap();
        let mut paged = views.all::<Wallet>().limit(1).await.unwrap();
        while let Some(last) = paged.last().map(|row| row.id) {
            let page = views.all::<Wallet>().after(last).limit(2).await.unwrap();
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, all);
        assert!(views.all::<Wallet>().limit(0).await.unwrap().is_empty());
    });
    running.stop_blocking();
}
