//! The same work in a small store and in a large one: cost is to grow as the work does, and not as the store.

use std::cell::RefCell;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use eventsourcing::prelude::*;
use uuid::Uuid;

use crate::account::Account;
use crate::by_hand::ByHand;
use crate::domain::{Event, history, id};
use crate::files::Files;
use crate::paired::{median, setting};
use crate::sides::{ALONE, OURS};
use crate::{memory, ours};

/// Of each account.
const EVENTS: u64 = 100;
const LOADS: u64 = 2_000;
const COMMITS: u64 = 10_000;
const SMALL: u64 = 100_000;

const WORKS: [&str; 4] = ["w1 normal, commits/s", "w1, ids of version 7", "w4, events/s", "w5, events/s"];

type Works = [Box<dyn FnMut() -> u64>; WORKS.len()];

/// A store of so many events, and the rates that it was seen at.
struct Grown {
    side: &'static str,
    events: u64,
    open: f64,
    works: Works,
    rates: [Vec<f64>; WORKS.len()],
}

/// Rates with 100,000 events in the store and with `GROWTH` of them (10 million unless set), of each side, alternating.
pub(crate) fn growth() -> String {
    let files = Files::new();
    let large = setting("GROWTH", 10_000_000.0) as u64;
    let mut stores = Vec::new();
    for events in [SMALL, large] {
        stores.push(by_hand(&files.path(&format!("alone {events}")), events));
        stores.push(by_framework(&files.path(&format!("ours {events}")), events));
    }
    let rounds = setting("ROUNDS", 5.0) as usize;
    for work in 0..WORKS.len() {
        for round in 0..=rounds {
            for store in &mut stores {
                let since = Instant::now();
                let units = (store.works[work])();
                // The first round warms up.
                if round > 0 {
                    store.rates[work].push(units as f64 / since.elapsed().as_secs_f64());
                }
            }
        }
    }
    table(&stores)
}

fn table(stores: &[Grown]) -> String {
    let mut table = format!("| side | events | open | {} |\n|---|---|---|---|---|---|---|", WORKS.join(" | "));
    for store in stores {
        let rates: Vec<String> = store.rates.iter().map(|rates| format!("{:.0}", median(rates))).collect();
        write!(table, "\n| {} | {} | {:.2} ms | {} |", store.side, store.events, store.open, rates.join(" | "))
            .unwrap();
    }
    let (small, large) = stores.split_at(stores.len() / 2);
    for (small, large) in small.iter().zip(large) {
        let ratios = small.rates.iter().zip(&large.rates).map(|(small, large)| {
            let ratios: Vec<f64> = small.iter().zip(large).map(|(small, large)| large / small).collect();
            format!("{:.2}", median(&ratios))
        });
        write!(table, "\n| {} | large to small | | {} |", small.side, ratios.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    table
}

fn by_hand(path: &Path, events: u64) -> Grown {
    let ids: Vec<Uuid> = (0..events / EVENTS).map(|_| id()).collect();
    let history = history(EVENTS);
    let mut filling = ByHand::open(path, false);
    for id in &ids {
        filling.save(*id, 0, &history);
    }
    drop(filling);
    let since = Instant::now();
    let file = Rc::new(RefCell::new(ByHand::open(path, false)));
    let open = since.elapsed().as_secs_f64() * 1e3;
    let commit = |id: fn() -> Uuid| {
        let file = Rc::clone(&file);
        move || {
            (0..COMMITS).for_each(|_| file.borrow_mut().save(id(), 0, &[Event::next(0)]));
            COMMITS
        }
    };
    let (commit, commit_in_order) = (commit(id), commit(Uuid::now_v7));
    let (loaded, read) = (Rc::clone(&file), file);
    let load = move || {
        (0..LOADS).for_each(|_| drop(black_box(loaded.borrow().load(ids[fastrand::usize(..ids.len())]))));
        LOADS * EVENTS
    };
    let replay = move || black_box(read.borrow().replay()).0;
    let works: Works = [Box::new(commit), Box::new(commit_in_order), Box::new(load), Box::new(replay)];
    Grown { side: ALONE, events, open, works, rates: Default::default() }
}

fn by_framework(path: &Path, events: u64) -> Grown {
    let ids = memory::fill(path, events / EVENTS);
    let since = Instant::now();
    let store = ours::open(path, false);
    let open = since.elapsed().as_secs_f64() * 1e3;
    let accounts = Repository::<Account>::new(store).blocking();
    let commit = |open: fn(&str) -> Account| {
        let accounts = accounts.clone();
        move || {
            (0..COMMITS).for_each(|_| assert!(accounts.save(&mut open("alice")).is_ok()));
            COMMITS
        }
    };
    let (commit, commit_in_order) = (commit(Account::open), commit(Account::open_in_order));
    let loaded = accounts.clone();
    let load = move || {
        (0..LOADS).for_each(|_| drop(black_box(loaded.get(ids[fastrand::usize(..ids.len())]).unwrap())));
        LOADS * EVENTS
    };
    let replay = move || black_box(ours::replay(&accounts)).0;
    let works: Works = [Box::new(commit), Box::new(commit_in_order), Box::new(load), Box::new(replay)];
    Grown { side: OURS, events, open, works, rates: Default::default() }
}
