//! Views that are near, far behind and built again at once, by an index that comes and goes, of a log that grows and now and then cannot be read: each has
//! all events once.

use std::fs;
use std::thread;
use std::time::Duration;

use eventsourcing::error::{StoreError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::store::EventStore as _;
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{self, Tally};
use fastrand::Rng;
use pollster::block_on;

use crate::index_of_kinds::{Hums, INDEX};
use crate::runner::{Total, total};
use crate::spy::Spy;
use crate::{place, quiet};

/// How long a view is waited for.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the views have: of the log alone, or of a folder.
fn found(views: &Views) -> (Vec<Tally>, Vec<Hums>, i64) {
    (tally::rows(views), block_on(async { views.all::<Hums>().await }).unwrap(), total(views))
}

fn with_all(views: Views) -> Views {
    views.with::<Tally>().with::<Hums>().with::<Total>()
}

/// A part of a log: few events that views handle among many that one does.
fn append(store: &MemoryStore, rng: &mut Rng, number: &mut u64) {
    *number += 1;
    if rng.u8(..3) == 0 {
        tally::noise(store, *number, rng.u64(1..4_000));
    } else {
        let stream = 100 + *number;
        let events = rng.u64(1..4);
        block_on(store.commit(commit_of(100 + *number, &[(stream, 0, events)]))).unwrap();
    }
}

/// A runner on the folder, while its views are built, shown, compared and shown back.
fn run(views: &Views, store: &Spy, memory: &MemoryStore, rng: &mut Rng, number: &mut u64) {
    if rng.bool() {
        block_on(views.rebuild::<Total>()).unwrap();
    }
    let running = views.run(store.clone()).unwrap();
    for _ in 0..rng.u8(..8) {
        match rng.u8(..7) {
            0 => block_on(views.rebuild::<Hums>()).unwrap(),
            1 => block_on(views.rebuild::<Total>()).unwrap(),
            2 => drop(block_on(views.swap::<Hums>()).unwrap()),
            3 => drop(block_on(views.swap_back::<Hums>()).unwrap()),
            4 => drop(block_on(views.diff::<Hums>(Duration::from_millis(rng.u64(..30))))),
            5 => drop(block_on(views.remove_old_generations::<Hums>()).unwrap()),
            _ => {
                block_on(views.caught_up_within(DEADLINE)).unwrap();
                let expected = with_all(Views::memory());
                let running = expected.run(memory.clone()).unwrap();
                block_on(expected.caught_up()).unwrap();
                running.stop_blocking();
                assert_eq!(found(views), found(&expected));
            }
        }
        append(memory, rng, number);
        thread::sleep(Duration::from_millis(rng.u64(..20)));
    }
    running.stop_blocking();
}

#[test]
fn near_and_far_views_have_each_event_once() {
    quiet();
    let seed = std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let rounds = std::env::var("VIEWS_FAULTS_SECONDS").map_or(8, |seconds| seconds.parse::<u64>().unwrap() * 2);
    let (_folder, _, folder) = place();
    let memory = MemoryStore::new();
    let store = Spy::new(memory.clone(), |read| {
        // What is far takes longer than the first pauses of what could not be read.
        let is_far = read.limit != 1 && read.after < 1_000;
        thread::sleep(Duration::from_millis(if is_far { 40 } else { 0 }));
        let is_failing = read.limit != 1 && !is_far && fastrand::u8(..2) == 0;
        is_failing.then(|| Err(StoreError::new(StoreErrorKind::Unavailable, "by the test").into()))
    });
    let mut number = 0;
    for round in 0..rounds {
        (0..rng.u8(1..20)).for_each(|_| append(&memory, &mut rng, &mut number));
        let views = || Views::sqlite(&folder).unwrap();
        // One alone comes far, and the others stay behind.
        let near = match rng.u8(..3) {
            0 => views().with::<Tally>(),
            1 => views().with::<Hums>(),
            _ => views().with::<Total>(),
        };
        let running = near.run(memory.clone()).unwrap();
        block_on(near.caught_up()).unwrap();
        running.stop_blocking();
        drop(near);
        match rng.u8(..6) {
            0 => fs::remove_file(folder.join(INDEX)).unwrap_or_default(),
            1 => {
                let mut index = fs::read(folder.join(INDEX)).unwrap_or_default();
                let at = rng.usize(..index.len().max(1));
                index.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << rng.u8(..8));
                fs::write(folder.join(INDEX), index).unwrap();
            }
            _ => {}
        }
        run(&with_all(views()), &store, &memory, &mut rng, &mut number);
        println!("round {round}: {number} commits");
    }
    let views = with_all(Views::sqlite(&folder).unwrap());
    let running = views.run(memory.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let expected = with_all(Views::memory());
    let expecting = expected.run(memory).unwrap();
    block_on(expected.caught_up()).unwrap();
    assert_eq!(found(&views), found(&expected));
    running.stop_blocking();
    expecting.stop_blocking();
}
