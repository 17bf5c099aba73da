//! C5: the id of a commit makes it happen once.

use std::sync::Barrier;
use std::thread;

use super::probe::{Probe, commit, repeated, stored, stream, with};
use super::seen::names;
use super::wait::must;
use super::{Calls, Harness};
use crate::store::Commit;
use crate::stream::{CommitId, Version};

/// The same commit under an id of the framework's making, and under a given one.
fn both(made: impl Fn(Commit) -> Commit) -> [Commit; 2] {
    [made(Commit::new()), made(Commit::with_id(CommitId::new()))]
}

pub(super) fn c5_the_same_commit_again_returns_the_first_result(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let mut head = 0;
    let mut sent: Vec<(Commit, u64)> = Vec::new();
    for version in 0..2 {
        let [made, given] = both(|commit| with(with(commit, &a, 2 * version, &["A"]), &b, 4 * version, &["B", "C"]));
        let given =
            with(with(Commit::with_id(given.id()), &a, 2 * version + 1, &["A"]), &b, 4 * version + 2, &["B", "C"]);
        for commit in [made, given] {
            assert_eq!(store.commit(commit.clone()), stored(head + 1, head + 3));
            sent.push((commit, head + 1));
            head += 3;
        }
        // Also long after, when the streams are at other versions.
        for (commit, first) in &sent {
            assert_eq!(store.commit(commit.clone()), repeated(*first, first + 2));
        }
    }
    assert_eq!((store.head(), store.stream(&a).len(), store.stream(&b).len()), (12, 4, 8), "a repeat stores nothing");

    // An append without events before the first event does not hide the id.
    let [made, given] = both(|commit| with(with(commit, &a, 4, &[]), &b, 8, &["D"]));
    let given = with(with(Commit::with_id(given.id()), &a, 4, &[]), &b, 9, &["E"]);
    for (commit, position) in [(made, 13), (given, 14)] {
        assert_eq!(store.commit(commit.clone()), stored(position, position));
        assert_eq!(store.commit(commit), repeated(position, position));
    }
}

pub(super) fn c5_a_given_id_is_known_whatever_comes_with_it(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let id = CommitId::named("request 17");
    assert_eq!(store.commit(commit(&b, 0, &["Before"])), stored(1, 1));
    assert_eq!(store.commit(with(Commit::with_id(id), &a, 0, &["A", "B"])), stored(2, 3));

    for other in [
        with(Commit::with_id(id), &a, 2, &["C"]),
        with(Commit::with_id(id), &a, 99, &["C"]),
        with(Commit::with_id(id), &b, 1, &["C", "D", "E"]),
        with(Commit::with_id(id), &stream(3), 0, &["C"]),
    ] {
        assert_eq!(store.commit(other), repeated(2, 3), "the result of the first commit under the id");
    }
    assert_eq!((store.head(), names(&store.stream(&a))), (3, vec!["A", "B"]), "a repeat stores nothing");
    assert_eq!(store.commit(with(Commit::with_id(CommitId::named("request 18")), &a, 2, &["C"])), stored(4, 4));
}

pub(super) fn c5_an_id_that_was_made_is_found_when_given(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let made = commit(&stream(1), 0, &["A", "B"]);
    let id = made.id();
    assert_eq!(store.commit(made), stored(1, 2));
    let given = with(Commit::with_id(id), &stream(1), 0, &["A", "B"]);
    assert_eq!(store.commit(given), repeated(1, 2), "the same commit again, where its first event stands");
    assert_eq!(store.head(), 2);
}

/// As a caller asks that has no events at hand: by a commit that cannot be stored.
pub(super) fn c5_an_id_is_found_by_a_commit_that_cannot_be_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let question = |empty: Commit, expected| with(with(empty, &b, Version::MAX, &[]), &b, expected, &["?"]);
    for (round, [made, given]) in [both(|commit| commit), both(|commit| commit)].into_iter().enumerate() {
        let version = 2 * round as u64;
        for (empty, version) in [(made, version), (given, version + 1)] {
            let id = empty.id();
            let conflict = store.conflict(question(empty.clone(), version));
            assert_eq!(
                (conflict.stream, conflict.expected, conflict.actual),
                (b.clone(), Version::MAX, version.into())
            );
            assert_eq!(store.head(), 2 * version, "asking stores nothing");

            let sent = with(with(empty.clone(), &b, version, &["B"]), &a, version, &["A"]);
            assert_eq!(store.commit(sent), stored(2 * version + 1, 2 * version + 2), "{id} is not taken");
            let found = repeated(2 * version + 1, 2 * version + 2);
            assert_eq!(store.commit(question(empty, version)), found, "a conflict does not hide it");
        }
    }
    assert_eq!((names(&store.stream(&a)), names(&store.stream(&b))), (vec!["A"; 4], vec!["B"; 4]));
}

pub(super) fn c5_only_a_stored_commit_leaves_its_id(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A"]));
    for (version, empty) in (1..).zip(both(|commit| commit)) {
        let id = empty.id();
        assert_eq!(store.commit(empty), stored(version + 1, version), "an empty commit");
        store.conflict(with(Commit::with_id(id), &a, 0, &["No"]));
        let last = with(Commit::with_id(id), &a, version, &["Yes"]);
        assert_eq!(store.commit(last.clone()), stored(version + 1, version + 1), "the first that stores anything");
        assert_eq!(store.commit(last), repeated(version + 1, version + 1));
    }
    assert_eq!(names(&store.stream(&a)), ["A", "Yes", "Yes"]);
}

pub(super) fn c5_one_of_many_racers_under_one_id_is_stored(harness: &mut dyn Harness, calls: Calls) {
    const RACERS: usize = 6;
    let handles: Vec<_> = (0..RACERS).map(|_| Probe::new(harness, calls)).collect();
    for round in 0..8 {
        let start = Barrier::new(RACERS);
        let [made, given] = both(|commit| with(commit, &stream(1), 2 * round, &["A", "B"]));
        let sent = &if round % 2 == 0 { made } else { given };
        let results: Vec<_> = thread::scope(|scope| {
            let racers = handles.iter().map(|store| {
                scope.spawn(|| {
                    start.wait();
                    store.commit(sent.clone())
                })
            });
            let racers: Vec<_> = racers.collect();
            racers.into_iter().map(|racer| must("a racer", racer.join().map_err(|_| "it panicked"))).collect()
        });
        let (first, last) = (2 * round + 1, 2 * round + 2);
        assert!(results.iter().all(|result| (result.first, result.last) == (first, last)), "all get it: {results:?}");
        assert_eq!(results.iter().filter(|result| !result.repeated).count(), 1, "one stored it: {results:?}");
    }
}

pub(super) fn c5_ids_survive_reopening(harness: &mut dyn Harness, calls: Calls) {
    let a = stream(1);
    let store = Probe::new(harness, calls);
    let made = commit(&a, 0, &["A"]);
    let given = with(Commit::with_id(CommitId::named("request 17")), &a, 1, &["B", "C"]);
    assert_eq!(store.commit(made.clone()), stored(1, 1));
    assert_eq!(store.commit(given.clone()), stored(2, 3));
    drop(store);
    harness.reopen();

    let store = Probe::new(harness, calls);
    assert_eq!(store.commit(made), repeated(1, 1));
    assert_eq!(store.commit(given), repeated(2, 3));
    assert_eq!(store.head(), 3);
}
