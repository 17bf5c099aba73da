//! C2: a wrong expected version is a conflict, and of any number of racers one wins.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::sync::Barrier;
use std::thread;

use super::probe::{Probe, commit, payload, stream, with};
use super::seen::names;
use super::wait::must;
use super::{Calls, Harness};
use crate::error::CommitError;
use crate::store::Commit;
use crate::stream::StreamId;

const RACERS: u64 = 8;
const ROUNDS: u64 = 12;

pub(super) fn c2_a_conflict_names_stream_and_versions(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    store.commit(commit(&a, 0, &["A", "B"]));

    for (stream, expected, actual) in [(&a, 0, 2), (&a, 1, 2), (&a, 3, 2), (&b, 1, 0), (&b, 7, 0)] {
        let conflict = store.conflict(commit(stream, expected, &["C"]));
        assert_eq!(
            (&conflict.stream, conflict.expected.get(), conflict.actual.get()),
            (stream, expected, actual),
            "a conflict names the stream, the version expected and the version it is at"
        );
        let other = store.conflict(with(commit(&StreamId::new("Other", a.id()), 0, &["D"]), stream, expected, &["C"]));
        assert_eq!(other, conflict, "also when another append of the commit is right");
    }
    assert_eq!((store.head(), store.stream(&a).len(), store.stream(&b).len()), (2, 2, 0), "nothing is stored");
}

pub(super) fn c2_a_hint_decides_nothing(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    store.commit(commit(&a, 0, &["A"]));
    store.commit(commit(&b, 0, &["B"]));
    let head = store.head();
    let hinted = |expected: u64, position: u64| {
        let mut commit = Commit::new();
        let append = must("an append", commit.append(a.clone(), expected)).last_position(store.position(position));
        must("an event", append.event("C", 1, b"{}"));
        commit
    };
    // That of the stream's last event, of another stream's, of none yet, and of none at all.
    for position in [1, head, head + 1, head + 1000, 0, u64::MAX] {
        for expected in [0, 2, 1000] {
            let conflict = store.conflict(hinted(expected, position));
            assert_eq!((conflict.expected.get(), conflict.actual.get()), (expected, 1), "hinted at {position}");
        }
    }
    for (expected, position) in (1..).zip([1, head, head + 1000, 0, u64::MAX]) {
        store.commit(hinted(expected, position));
    }
    assert_eq!(store.stream(&a).len(), 6, "what expects the right version is stored, whatever its hint");
}

/// Runs one round: each racer commits what is made for it, and the number of the only winner comes back.
fn race(handles: &[Probe], made: impl Fn(u64) -> Commit + Sync) -> u64 {
    let start = Barrier::new(handles.len());
    let (start, made) = (&start, &made);
    let winners: Vec<u64> = thread::scope(|scope| {
        let racers = (0..).zip(handles).map(|(racer, store)| {
            scope.spawn(move || {
                let commit = made(racer);
                start.wait();
                match store.try_commit(commit) {
                    Ok(_) => Some(racer),
                    Err(CommitError::Conflict(_)) => None,
                    Err(error @ (CommitError::Store(_) | CommitError::PrecedingNotStored)) => {
                        panic!("a race ends in a conflict, not in: {error}")
                    }
                }
            })
        });
        let racers: Vec<_> = racers.collect();
        racers.into_iter().filter_map(|racer| must("a racer", racer.join().map_err(|_| "it panicked"))).collect()
    });
    match winners[..] {
        [winner] => winner,
        _ => panic!("racers {winners:?} won; exactly one should"),
    }
}

fn handles(harness: &dyn Harness, calls: Calls) -> Vec<Probe> {
    (0..RACERS).map(|_| Probe::new(harness, calls)).collect()
}

pub(super) fn c2_one_of_many_racers_wins(harness: &mut dyn Harness, calls: Calls) {
    let (a, handles) = (stream(1), handles(harness, calls));
    let mut won = Vec::new();
    for version in 0..ROUNDS {
        let winner = race(&handles, |racer| payload(&a, version, format!(r#"{{"racer":{racer}}}"#).as_bytes()));
        won.push(format!(r#"{{"racer":{winner}}}"#).into_bytes());
    }
    let stored: Vec<_> = Probe::new(harness, calls).stream(&a).into_iter().map(|event| event.payload).collect();
    assert_eq!(stored, won, "what is stored is what the winners sent");
}

pub(super) fn c2_one_of_many_racers_across_streams_wins(harness: &mut dyn Harness, calls: Calls) {
    let (a, b, handles) = (stream(1), stream(2), handles(harness, calls));
    for version in 0..ROUNDS {
        // Half of the racers name the streams the other way round, so that they would block each other for ever.
        race(&handles, |racer| {
            let (first, second) = if racer % 2 == 0 { (&a, &b) } else { (&b, &a) };
            with(commit(first, version, &["Moved"]), second, version, &["Moved"])
        });
    }
    let store = Probe::new(harness, calls);
    let rounds = usize::try_from(ROUNDS).unwrap_or_default();
    assert_eq!((store.stream(&a).len(), store.stream(&b).len(), store.head()), (rounds, rounds, 2 * ROUNDS));
}

pub(super) fn c2_racers_on_streams_of_their_own_all_win(harness: &mut dyn Harness, calls: Calls) {
    let handles = handles(harness, calls);
    thread::scope(|scope| {
        for (racer, store) in (0..).zip(&handles) {
            scope.spawn(move || {
                for version in 0..ROUNDS {
                    store.commit(commit(&stream(racer), version, &["Counted"]));
                }
            });
        }
    });
    let store = Probe::new(harness, calls);
    for racer in 0..RACERS {
        let seen = store.stream(&stream(racer.into()));
        assert_eq!(names(&seen), vec!["Counted"; usize::try_from(ROUNDS).unwrap_or_default()]);
    }
    assert_eq!(store.head(), RACERS * ROUNDS);
}
