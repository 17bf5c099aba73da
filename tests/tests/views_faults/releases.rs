//! Programs of different releases on one folder.

use std::fs;
use std::path::Path;

use eventsourcing::prelude::*;
use eventsourcing::view::At;
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{Counter, CounterEvent, Tally};
use pollster::block_on;

use crate::files::made;
use crate::{assert_right, open};

/// A tally of a later release of the program, with another column.
#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Tally")]
struct Later {
    #[view(key)]
    id: Id<Counter>,
    last: u64,
}

#[projection(version = 2)]
impl Later {
    #[on(CounterEvent::Happened)]
    fn happened(at: &At<Counter>) -> Self {
        Self { id: at.id(), last: at.position().get() }
    }
}

/// A tally of the same version, with other columns all the same.
#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Tally")]
struct Sibling {
    #[view(key)]
    id: Id<Counter>,
    chain: String,
}

#[projection(version = 1)]
impl Sibling {
    #[on(CounterEvent::Happened)]
    fn happened(at: &At<Counter>) -> Self {
        Self { id: at.id(), chain: at.position().to_string() }
    }
}

pub(crate) fn later(folder: &Path, store: &SqliteStore) -> Vec<u64> {
    let views = Views::sqlite(folder).unwrap().with::<Later>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let rows = block_on(async { views.all::<Later>().await }).unwrap();
    running.stop_blocking();
    rows.iter().map(|row| row.last).collect()
}

pub(crate) fn sibling(folder: &Path, store: &SqliteStore) -> usize {
    let views = Views::sqlite(folder).unwrap().with::<Sibling>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let rows = block_on(async { views.all::<Sibling>().await }).unwrap();
    running.stop_blocking();
    rows.len()
}

fn generations(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.strip_suffix(".db").is_some_and(|name| name.starts_with("Tally"))).count()
}

#[test]
fn releases_of_a_program_take_turns_on_one_folder() {
    let (_folder, views, store) = made(3);
    for round in 0..3 {
        assert_right(&store, &open(&views));
        assert_eq!(sibling(&views, &store), 3);
        assert_eq!(later(&views, &store).len(), 3);
        assert_eq!(generations(&views), 3, "each has rows of its own, and makes no others: {round}");
        let number = 11 + round;
        store.blocking().commit(commit_of(number, &[(0, 3 + round, 1)])).unwrap();
        assert_eq!(later(&views, &store).iter().max(), Some(&(10 + round)));
    }
    // Beside each other, too.
    let (one, other) = (open(&views), Views::sqlite(&views).unwrap().with::<Later>());
    let running = [one.run(store.clone()).unwrap(), other.run(store.clone()).unwrap()];
    store.blocking().commit(commit_of(30, &[(0, 6, 1)])).unwrap();
    block_on(one.caught_up()).unwrap();
    block_on(other.caught_up()).unwrap();
    assert_eq!(block_on(async { other.all::<Later>().await }).unwrap().iter().map(|row| row.last).max(), Some(13));
    running.into_iter().for_each(eventsourcing::runner::Running::stop_blocking);
    assert_right(&store, &one);
}

#[test]
fn what_a_newer_release_builds_is_not_removed_by_an_older_one() {
    let (_folder, views, store) = made(3);
    let old = open(&views);
    let running = old.run(store.clone()).unwrap();
    block_on(old.caught_up()).unwrap();
    let new = Views::sqlite(&views).unwrap().with::<Later>().hold_swaps();
    let building = new.run(store.clone()).unwrap();
    drop(block_on(new.caught_up()));
    assert_eq!(block_on(old.remove_old_generations::<Tally>()).unwrap(), 0);
    assert_eq!(block_on(new.generations::<Later>()).unwrap().iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
    assert!(block_on(new.swap::<Later>()).unwrap());
    assert_eq!(block_on(old.remove_old_generations::<Tally>()).unwrap(), 0, "its own is read by it");
    assert_eq!(block_on(new.remove_old_generations::<Later>()).unwrap(), 1);
    [running, building].into_iter().for_each(eventsourcing::runner::Running::stop_blocking);
}
