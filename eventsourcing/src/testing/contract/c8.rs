//! C8: what a store says about a commit is so. An unknown outcome cannot be provoked in every store, so what is tested is
//! what a caller relies on: success is success, failure is failure, and asking again under the same id tells which.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use super::probe::{Probe, commit, stored, stream, with};
use super::ranks::StoredRanks;
use super::seen::names;
use super::wait::must;
use super::{Calls, Harness};
use crate::store::{Commit, LogRead};
use crate::stream::{CommitId, StreamId};

pub(super) fn c8_success_is_visible_everywhere(harness: &mut dyn Harness, calls: Calls) {
    let (store, other) = (Probe::new(harness, calls), Probe::new(harness, calls));
    let a = stream(1);
    for version in 0..10 {
        assert_eq!(store.commit(commit(&a, version, &["A"])), stored(version + 1, version + 1));
        for handle in [&store, &other] {
            assert_eq!(handle.head(), version + 1);
            let seen = handle.stream(&a);
            assert_eq!(seen.len() as u64, version + 1, "what was acknowledged is there for every reader");
            assert_eq!(seen, handle.log(LogRead::after(0)));
        }
    }
}

pub(super) fn c8_after_an_error_nothing_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    store.commit(commit(&a, 0, &["A"]));
    let before = store.log(LogRead::after(0));
    let id = CommitId::new();
    let failing = || with(with(Commit::with_id(id), &b, 0, &["B", "C"]), &a, 0, &["No"]);
    // Twice, so that the failure is not remembered as the result of the id either.
    for _ in 0..2 {
        let conflict = store.conflict(failing());
        assert_eq!((conflict.stream, conflict.actual), (a.clone(), 1.into()));
        assert_eq!((store.log(LogRead::after(0)), store.head()), (before.clone(), 1), "a failure stores nothing");
        assert!(store.stream(&b).is_empty(), "a failure stores nothing");
    }
    assert_eq!(store.commit(with(Commit::with_id(id), &b, 0, &["B"])), stored(2, 2));
    assert_eq!(names(&store.log(LogRead::after(0))), ["A", "B"]);
}

pub(super) fn c8_a_dropped_commit_is_whole_or_not_there(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let mut head = 0;
    for (round, polls) in [0, 1, 2, 3, 1, 1, 2, 0].into_iter().enumerate() {
        let (a, b) = (stream(round as u128 + 1), StreamId::new("Other", stream(round as u128).id()));
        let id = CommitId::new();
        let empty = if round % 2 == 0 { Commit::new() } else { Commit::with_id(id) };
        let whole = with(with(empty, &a, 0, &["A", "B"]), &b, 0, &["C"]);
        drop_after(polls, &store, whole.clone());
        let seen = store.log(LogRead::after(head));
        assert!(seen.is_empty() || names(&seen) == ["A", "B", "C"], "a part of a dropped commit: {seen:?}");

        // Whatever became of it, the same commit again has one result, and it is there once.
        let StoredRanks { first, last, .. } = store.commit(whole.clone());
        assert_eq!((first, last), (head + 1, head + 3));
        let again = store.commit(whole);
        assert_eq!((again.first, again.last, again.repeated), (first, last, true));
        assert_eq!(names(&store.log(LogRead::after(head))), ["A", "B", "C"]);
        assert_eq!((names(&store.stream(&a)), names(&store.stream(&b))), (vec!["A", "B"], vec!["C"]));
        head = store.head();
        assert_eq!(last, head);
    }
}

/// Drops the future of a commit after so many polls, with time between them in which it can come further.
fn drop_after(polls: usize, store: &Probe, commit: Commit) {
    let mut committing = store.store.commit(commit);
    let mut context = Context::from_waker(Waker::noop());
    for poll in 0..polls {
        if let std::task::Poll::Ready(committed) = Pin::new(&mut committing).poll(&mut context) {
            must("a commit", committed);
            return;
        }
        thread::sleep(Duration::from_micros(100 * poll as u64));
    }
}
