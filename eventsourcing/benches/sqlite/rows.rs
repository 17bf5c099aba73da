//! The rows of the table.

use std::path::PathBuf;
use std::sync::Arc;

use eventsourcing::prelude::*;
use pollster::block_on;
use tempfile::TempDir;
use uuid::Uuid;

use crate::account::{Account, step};
use crate::by_hand::ByHand;
use crate::domain::{Event, id};
use crate::many;
use crate::paired::{Row, Side};
use crate::{disk, ours};

const ALONE: &str = "rusqlite alone";

pub(crate) const ROWS: &[Row] = &[
    Row { name: "w1 full", unit: "commits/s", least: 0.95, sides: |scale| one_event(true, scale) },
    Row { name: "w1 full async", unit: "commits/s", least: 0.80, sides: |scale| one_event_async(true, scale) },
    Row { name: "w1 normal", unit: "commits/s", least: 0.75, sides: |scale| one_event(false, scale) },
    Row { name: "w2 full", unit: "commands/s", least: 0.95, sides: |scale| command(true, scale) },
    Row { name: "w2 normal", unit: "commands/s", least: 0.75, sides: |scale| command(false, scale) },
    Row { name: "w3 full", unit: "events/s", least: 0.85, sides: |scale| hundred(true, scale) },
    Row { name: "w4", unit: "events/s", least: 0.85, sides: load },
    Row { name: "w4 big", unit: "events/s", least: 0.85, sides: load_big },
    Row { name: "w5", unit: "events/s", least: 0.85, sides: replay },
    Row { name: "w6-2 full", unit: "commits/s", least: 0.0, sides: |scale| many::sides(2, true, scale) },
    Row { name: "w6-8 full", unit: "commits/s", least: 3.0, sides: |scale| many::sides(8, true, scale) },
    Row { name: "w6-8 full async", unit: "commits/s", least: 3.0, sides: |scale| many::sides_async(8, true, scale) },
    Row { name: "w6-64 full", unit: "commits/s", least: 6.0, sides: |scale| many::sides(64, true, scale) },
    Row { name: "w6-8 normal", unit: "commits/s", least: 0.80, sides: |scale| many::sides(8, false, scale) },
];

/// Files in a folder that lives as long as the sides do.
#[derive(Clone)]
pub(crate) struct Files {
    folder: Arc<TempDir>,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { folder: Arc::new(disk::folder()) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The side, with the folder.
    pub(crate) fn side(&self, name: &'static str, mut turn: impl FnMut() -> u64 + 'static) -> Side {
        let folder = Arc::clone(&self.folder);
        Side::new(name, move || {
            let _ = &folder;
            turn()
        })
    }
}

pub(crate) fn count(base: u64, scale: f64) -> u64 {
    ((base as f64 * scale) as u64).max(1)
}

fn one_event(full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = count(if full { 1_000 } else { 10_000 }, scale);
    let mut alone = ByHand::open(&files.path("alone"), full);
    let accounts = Repository::<Account>::new(ours::open(&files.path("ours"), full)).blocking();
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                alone.save(id(), 0, &[Event::next(0)]);
            }
            turns
        }),
        files.side("ours", move || {
            for _ in 0..turns {
                accounts.save(&mut Account::open("alice")).unwrap();
            }
            turns
        }),
    ]
}

fn one_event_async(full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = count(1_000, scale);
    let mut alone = ByHand::open(&files.path("alone"), full);
    let accounts = Repository::<Account>::new(ours::open(&files.path("ours"), full));
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                alone.save(id(), 0, &[Event::next(0)]);
            }
            turns
        }),
        files.side("ours, async", move || {
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
fn command(full: bool, scale: f64) -> Vec<Side> {
    const ACCOUNTS: usize = 1_000;
    let files = Files::new();
    let turns = count(if full { 1_000 } else { 8_000 }, scale);
    let mut alone = ByHand::open(&files.path("alone"), full);
    let accounts = Repository::<Account>::new(ours::open(&files.path("ours"), full)).blocking();
    let (mut of_alone, mut of_ours) = (Vec::new(), Vec::new());
    for number in 0..ACCOUNTS {
        let version = number as u64 % 50 + 1;
        let stream = id();
        alone.save(stream, 0, &history(version));
        of_alone.push((stream, version));
        of_ours.push((open(&accounts, version), version));
    }
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                let chosen = &mut of_alone[fastrand::usize(..ACCOUNTS)];
                // At 50 events it starts anew, so that the length stays what it is.
                if chosen.1 == 50 {
                    *chosen = (id(), 0);
                }
                let state = alone.load(chosen.0);
                alone.save(chosen.0, state.version, &[Event::next(state.version)]);
                chosen.1 += 1;
            }
            turns
        }),
        files.side("ours", move || {
            for _ in 0..turns {
                let chosen = &mut of_ours[fastrand::usize(..ACCOUNTS)];
                if chosen.1 == 50 {
                    let mut account = Account::open("alice");
                    assert!(accounts.find(account.id()).unwrap().is_none());
                    accounts.save(&mut account).unwrap();
                    *chosen = (account.id(), 1);
                    continue;
                }
                accounts.update(chosen.0, |account| step(account, account.version() + 1)).unwrap();
                chosen.1 += 1;
            }
            turns
        }),
    ]
}

pub(crate) fn history(version: u64) -> Vec<Event> {
    (0..version).map(Event::next).collect()
}

fn open(accounts: &eventsourcing::blocking::Repository<Account>, version: u64) -> Id<Account> {
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

fn hundred(full: bool, scale: f64) -> Vec<Side> {
    let files = Files::new();
    let turns = count(300, scale);
    let mut alone = ByHand::open(&files.path("alone"), full);
    let accounts = Repository::<Account>::new(ours::open(&files.path("ours"), full)).blocking();
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                alone.save(id(), 0, &history(100));
            }
            turns * 100
        }),
        files.side("ours", move || {
            for _ in 0..turns {
                open(&accounts, 100);
            }
            turns * 100
        }),
    ]
}

/// As many accounts of so many events each on both sides.
type Filled = (Files, ByHand, Repository<Account>, Vec<Uuid>, Vec<Id<Account>>);

fn filled(accounts: u64, events: u64) -> Filled {
    let files = Files::new();
    let mut alone = ByHand::open(&files.path("alone"), false);
    let ours = Repository::<Account>::new(ours::open(&files.path("ours"), false));
    let (mut of_alone, mut of_ours) = (Vec::new(), Vec::new());
    for _ in 0..accounts {
        of_alone.push(id());
        alone.save(of_alone[of_alone.len() - 1], 0, &history(events));
        of_ours.push(open(&ours.blocking(), events));
    }
    (files, alone, ours, of_alone, of_ours)
}

fn load(scale: f64) -> Vec<Side> {
    const EVENTS: u64 = 100;
    let (files, alone, ours, of_alone, of_ours) = filled(1_000, EVENTS);
    let turns = count(5_000, scale);
    let ours = ours.blocking();
    vec![
        files.side(ALONE, move || {
            for _ in 0..turns {
                assert_eq!(alone.load(of_alone[fastrand::usize(..of_alone.len())]).version, EVENTS);
            }
            turns * EVENTS
        }),
        files.side("ours", move || {
            for _ in 0..turns {
                assert_eq!(ours.get(of_ours[fastrand::usize(..of_ours.len())]).unwrap().version(), EVENTS);
            }
            turns * EVENTS
        }),
    ]
}

fn load_big(scale: f64) -> Vec<Side> {
    let events = count(100_000, scale.max(0.1));
    let (files, alone, ours, of_alone, of_ours) = filled(1, events);
    let ours = ours.blocking();
    vec![
        files.side(ALONE, move || {
            let state = alone.load(of_alone[0]);
            assert_eq!((state.version, state.owner.as_str()), (events, "alice"));
            std::hint::black_box(state.cents);
            events
        }),
        files.side("ours", move || {
            let account = ours.get(of_ours[0]).unwrap();
            assert_eq!((account.version(), account.owner.as_str()), (events, "alice"));
            std::hint::black_box(account.cents);
            events
        }),
    ]
}

fn replay(scale: f64) -> Vec<Side> {
    let (files, alone, ours, ..) = filled(count(3_000, scale), 100);
    vec![
        files.side(ALONE, move || std::hint::black_box(alone.replay()).0),
        files.side("ours", move || std::hint::black_box(ours::replay(&ours)).0),
    ]
}
