//! C13: a commit that rests on another is stored only after it, and commits are tried in their order.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::task::{Context, Waker};

use super::probe::{Probe, commit, payload, repeated, stored, stream, with};
use super::seen::names;
use super::wait::{must, wait};
use super::{Calls, Harness};
use crate::error::CommitError;
use crate::store::{BoxFuture, Commit, Committed, Receipt};

fn after(mut commit: Commit, receipt: &Receipt) -> Commit {
    commit.follow(receipt.clone());
    commit
}

/// Commits, and asks for the answer that another commit is not stored.
#[track_caller]
fn refuse(store: &Probe, commit: Commit) {
    match store.try_commit(commit) {
        Err(CommitError::PrecedingNotStored) => {}
        other => panic!("what comes after a commit that is not stored is not stored either: {other:?}"),
    }
}

pub(super) fn c13_what_comes_after_a_stored_commit_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let (mut first, mut second) = (commit(&a, 0, &["A"]), commit(&b, 0, &["B"]));
    let receipts = [first.receipt(), second.receipt()];
    assert!(receipts.iter().all(|receipt| !receipt.is_stored()));
    assert_eq!(store.commit(first), stored(1, 1));
    assert!(receipts[0].is_stored() && !receipts[1].is_stored(), "a receipt is that of its own commit");
    assert_eq!(store.commit(after(second, &receipts[0])), stored(2, 2));
    let both = after(after(commit(&a, 1, &["C"]), &receipts[0]), &receipts[1]);
    assert_eq!(store.commit(both), stored(3, 3));
    assert_eq!(store.commit(after(Commit::new(), &receipts[1])), stored(4, 3), "without events");
    assert_eq!((names(&store.stream(&a)), names(&store.stream(&b))), (vec!["A", "C"], vec!["B"]));
}

pub(super) fn c13_what_comes_after_another_commit_is_not_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    store.commit(commit(&a, 0, &["A"]));
    let (mut decided, mut never) = (commit(&a, 1, &["Decided"]), commit(&b, 0, &["Never"]));
    let (receipt, unsent) = (decided.receipt(), never.receipt());
    // Of another writer, exactly as many events: the version is then the one that the next expects.
    store.commit(commit(&a, 1, &["Foreign"]));
    store.conflict(decided);
    let mut next = after(commit(&a, 2, &["Next"]), &receipt);
    let next_receipt = next.receipt();
    refuse(&store, next);
    refuse(&store, after(commit(&a, 2, &["Last"]), &next_receipt));
    refuse(&store, after(with(commit(&b, 0, &["Other"]), &a, 2, &["Next"]), &receipt));
    refuse(&store, after(Commit::new(), &receipt));
    refuse(&store, after(commit(&b, 0, &["Early"]), &unsent));
    assert_eq!((names(&store.stream(&a)), store.stream(&b).len(), store.head()), (vec!["A", "Foreign"], 0, 2));
    let unstored = [receipt, next_receipt, unsent];
    assert!(unstored.iter().all(|receipt| !receipt.is_stored()), "none of them is stored");
}

pub(super) fn c13_what_was_stored_before_is_found(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A"]));
    let sent = commit(&a, 1, &["B", "C"]);
    store.commit(sent.clone());
    store.commit(commit(&a, 3, &["D"]));
    let mut never = commit(&stream(2), 0, &["Never"]);
    let mut again = after(sent, &never.receipt());
    let receipt = again.receipt();
    assert_eq!(store.commit(again), repeated(2, 3), "also after a commit that is not stored");
    assert!(receipt.is_stored());
    assert_eq!(store.commit(after(commit(&a, 4, &["E"]), &receipt)), stored(5, 5));
}

/// Each in its place, one after the other, whatever order they were made in and are waited for in.
pub(super) fn c13_commits_are_tried_in_the_order_of_their_first_polls(harness: &mut dyn Harness, calls: Calls) {
    const COMMITS: u64 = 32;
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let payload_of = |number: u64| format!(r#"{{"number":{number}}}"#).into_bytes();
    let mut commits: Vec<Commit> = Vec::new();
    let mut before: Option<Receipt> = None;
    for number in 0..COMMITS {
        let mut next = payload(&a, number, &payload_of(number));
        let receipt = next.receipt();
        commits.push(before.map_or(next.clone(), |before| after(next, &before)));
        before = Some(receipt);
    }
    if store.store.turns().is_some() {
        let mut futures: Vec<BoxFuture<'_, Result<Committed, CommitError>>> =
            commits.into_iter().rev().map(|commit| store.store.commit(commit)).collect();
        let mut context = Context::from_waker(Waker::noop());
        let polled: Vec<_> = futures.iter_mut().rev().map(|future| future.as_mut().poll(&mut context)).collect();
        for ((number, future), polled) in (1..=COMMITS).rev().zip(futures).zip(polled.into_iter().rev()) {
            let answer = match polled {
                std::task::Poll::Ready(answer) => answer,
                std::task::Poll::Pending => wait("commit", future),
            };
            assert_eq!(store.stored(must("a commit", answer)), stored(number, number));
        }
    } else {
        for commit in commits {
            store.commit(commit);
        }
    }
    let read: Vec<_> = store.stream(&a).into_iter().map(|event| event.payload).collect();
    assert_eq!(read, (0..COMMITS).map(payload_of).collect::<Vec<_>>());
}
