//! C1: a commit is stored as a whole or not at all.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::probe::{Probe, commit, stored, stream, with};
use super::seen::{names, ranks};
use super::{Calls, Harness};
use crate::store::{Commit, LogRead};

pub(super) fn c1_all_or_nothing(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b, c) = (stream(1), stream(2), stream(3));
    assert_eq!(store.commit(commit(&c, 0, &["Opened"])), stored(1, 1));

    // The last of three appends is the one that is wrong.
    let three = |expected| with(with(commit(&a, 0, &["A", "B"]), &b, 0, &["C"]), &c, expected, &["D"]);
    store.conflict(three(0));
    assert_eq!((store.stream(&a), store.stream(&b)), (vec![], vec![]), "nothing of a refused commit is stored");
    assert_eq!((store.stream(&c).len(), store.head()), (1, 1), "nothing of a refused commit is stored");

    assert_eq!(store.commit(three(1)), stored(2, 5));
    assert_eq!(names(&store.stream(&a)), ["A", "B"]);
    assert_eq!(names(&store.stream(&b)), ["C"]);
    assert_eq!(names(&store.stream(&c)), ["Opened", "D"]);
}

pub(super) fn c1_appends_take_effect_in_their_order(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));

    // The second append to a stream is checked against what the first leaves behind, not against what is stored.
    let twice = |second| with(with(commit(&a, 0, &["A", "B"]), &b, 0, &["C"]), &a, second, &["D"]);
    let conflict = store.conflict(twice(0));
    assert_eq!((conflict.stream, conflict.expected, conflict.actual), (a.clone(), 0.into(), 2.into()));
    assert_eq!(store.head(), 0);

    assert_eq!(store.commit(twice(2)), stored(1, 4));
    assert_eq!(names(&store.log(LogRead::after(0))), ["A", "B", "C", "D"], "the log has the order of the appends");
    assert_eq!(ranks(&store.stream(&a)), [1, 2, 4]);
    assert_eq!(store.stream(&a).iter().map(|event| event.version).collect::<Vec<_>>(), [1, 2, 3]);
}

pub(super) fn c1_an_append_without_events_checks_its_version(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    store.commit(commit(&a, 0, &["A", "B"]));

    let resting_on = |version| with(commit(&b, 0, &["C"]), &a, version, &[]);
    let conflict = store.conflict(resting_on(1));
    assert_eq!((conflict.stream, conflict.expected, conflict.actual), (a.clone(), 1.into(), 2.into()));
    // The version is checked in its order, too, and in a commit that has no events at all.
    store.conflict(with(commit(&a, 1, &[]), &b, 0, &["C"]));
    store.conflict(commit(&a, 1, &[]));
    assert_eq!(store.head(), 2);

    assert_eq!(store.commit(resting_on(2)), stored(3, 3));
    assert_eq!((store.stream(&a).len(), names(&store.stream(&b))), (2, vec!["C"]));
}

pub(super) fn c1_no_reader_sees_a_part(harness: &mut dyn Harness, calls: Calls) {
    const COMMITS: u64 = 40;
    let (store, reader) = (Probe::new(harness, calls), Probe::new(harness, calls));
    let (a, b) = (stream(1), stream(2));
    let whole = |version: u64| with(commit(&a, version, &["A"]), &b, version, &["B"]);
    store.commit(whole(0));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _done = Done(&done);
            for version in 1..COMMITS {
                store.commit(whole(version));
            }
        });
        loop {
            let last = done.load(Ordering::Acquire);
            let seen = reader.log(LogRead::after(0).limit(usize::MAX)).len();
            assert!(seen > 0 && seen.is_multiple_of(2), "a page of {seen} events shows a part of a commit");
            let head = reader.head();
            assert!(head > 0 && head.is_multiple_of(2), "a head of {head} shows a part of a commit");
            if last {
                break;
            }
        }
    });
    assert_eq!(reader.head(), 2 * COMMITS);
    assert_eq!(store.commit(Commit::new()), stored(2 * COMMITS + 1, 2 * COMMITS));
}

/// Ends the reading also when writing fails.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
