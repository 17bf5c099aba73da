//! A file of rows beside the WAL of another moment, or of another file.

use eventsourcing_tests::sqlite::commit_of;

use crate::damage::{Outcome, World};
use crate::quiet;

#[test]
fn a_file_and_a_wal_of_different_moments_are_refused() {
    quiet();
    let world = World::new();
    // So many that they stand on several pages.
    let mut versions = [0; 600];
    let mut number = 100;
    let mut commit = |streams: std::ops::Range<usize>| {
        number += 1;
        let mut appends = Vec::new();
        for stream in streams {
            appends.push((stream as u64, versions[stream], 1));
            versions[stream] += 1;
        }
        world.store.blocking().commit(commit_of(number, &appends)).unwrap();
    };
    let mut closed = Vec::new();
    for _ in 0..2 {
        commit(0..600);
        closed.push(world.close());
    }
    commit(300..310);
    let killed = world.follow(1..1);
    closed.push(world.close());
    commit(0..600);
    closed.push(world.close());
    world.put(&killed);
    assert_eq!(world.outcome(), Outcome::Right);
    let wal = world.views().join("Tally-1.db-wal");
    // It belongs to the second: the first is before it, and the others have been written to since.
    for (moment, is_pair) in [(0, false), (1, true), (2, false), (3, false)] {
        world.put_with(&closed[moment], &wal, &killed[&wal]);
        assert_eq!(world.assert_right_or_refused(&format!("{moment}")), !is_pair, "{moment}");
    }
}

#[test]
fn a_file_of_another_folder_is_not_read_with_the_wal_that_is_here() {
    quiet();
    let (world, other) = (World::new(), World::new());
    let commit = |world: &World, number, streams: &[u64], before| {
        let appends: Vec<_> = streams.iter().map(|stream| (*stream, before, 1)).collect();
        world.store.blocking().commit(commit_of(number, &appends)).unwrap();
    };
    // So many rows that they stand on several pages, and in the other folder as many of the same size, by as many commits.
    let all: Vec<u64> = (0..600).collect();
    commit(&world, 100, &all, 0);
    world.close();
    commit(&other, 100, &all.iter().map(|stream| stream ^ 1).collect::<Vec<_>>(), 0);
    let theirs = other.close();
    commit(&world, 101, &all[300..310], 1);
    let killed = world.follow(1..1);
    let of_other = &theirs[&other.views().join("Tally-1.db")];
    world.put_with(&killed, &world.views().join("Tally-1.db"), of_other);
    assert!(world.assert_right_or_refused("of another folder"));
}
