//! C11: snapshots stand beside the streams, and move nothing in them.

use uuid::Uuid;

use super::probe::{Probe, commit, stored, stream};
use super::wait::must;
use super::{Calls, Harness};
use crate::store::{Commit, LogRead, SnapshotRead, StoredSnapshot};
use crate::stream::{CommitId, StreamId, Version};

const OURS: Uuid = Uuid::from_u128(0xf1);
const OTHERS: Uuid = Uuid::from_u128(0xf2);

fn snapshot(stream: &StreamId, version: impl Into<Version>, fingerprint: Uuid, state: &[u8]) -> StoredSnapshot {
    StoredSnapshot { stream: stream.clone(), version: version.into(), fingerprint, state: state.to_vec() }
}

fn latest(stream: &StreamId) -> SnapshotRead {
    SnapshotRead::new(stream.clone())
}

fn with_snapshot(mut commit: Commit, snapshot: &StoredSnapshot) -> Commit {
    commit.add_snapshot(snapshot.clone());
    commit
}

pub(super) fn c11_a_snapshot_is_kept_with_its_commit(harness: &mut dyn Harness, calls: Calls) {
    let (a, b) = (stream(1), stream(2));
    let every_byte: Vec<u8> = (0..=255).collect();
    let (small, large) = (snapshot(&a, 2, OURS, &every_byte), snapshot(&b, 1, OTHERS, &every_byte.repeat(1 << 14)));
    let store = Probe::new(harness, calls);
    store.commit(with_snapshot(commit(&a, 0, &["A", "B"]), &small));
    store.commit(with_snapshot(commit(&b, 0, &["X"]), &large));
    for reopened in [false, true] {
        let store = Probe::new(harness, calls);
        assert_eq!(store.snapshot(latest(&a)), store.kept(small.clone()), "byte for byte; reopened: {reopened}");
        assert!(store.snapshot(latest(&b)) == store.kept(large.clone()), "4 MiB; reopened: {reopened}");
        drop(store);
        if !reopened {
            harness.reopen();
        }
    }
}

pub(super) fn c11_a_commit_that_is_not_stored_keeps_no_snapshot(harness: &mut dyn Harness, calls: Calls) {
    let (a, b) = (stream(1), stream(2));
    let store = Probe::new(harness, calls);
    store.commit(commit(&a, 0, &["A"]));
    store.conflict(with_snapshot(commit(&a, 0, &["B"]), &snapshot(&a, 1, OURS, b"of a conflict")));
    assert_eq!(store.snapshot(latest(&a)), None);

    let id = CommitId::named("once");
    let again = |state: &[u8]| {
        let mut commit = Commit::with_id(id);
        must("an event", must("an append", commit.append(b.clone(), 0)).event("X", 1, b"{}"));
        with_snapshot(commit, &snapshot(&b, 1, OURS, state))
    };
    store.commit(again(b"first"));
    assert!(store.commit(again(b"second")).repeated);
    assert_eq!(store.snapshot(latest(&b)), store.kept(snapshot(&b, 1, OURS, b"first")));
}

pub(super) fn c11_the_latest_up_to_a_version_is_read(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    // On its own, a snapshot needs no stream.
    let a = stream(1);
    for (version, state) in [(3, "three"), (10, "ten"), (7, "seven"), (7, "seven again")] {
        store.save(snapshot(&a, version, OURS, state.as_bytes()));
    }
    let found = |to| store.snapshot(latest(&a).up_to(to)).map(|found| (found.version.get(), found.state));
    let expected = [
        (0, None),
        (2, None),
        (3, Some((3, "three"))),
        (6, Some((3, "three"))),
        (7, Some((7, "seven again"))),
        (9, Some((7, "seven again"))),
        (10, Some((10, "ten"))),
        (u64::MAX, Some((10, "ten"))),
    ];
    for (to, expected) in expected {
        let expected = expected.and_then(|(version, state)| store.kept((version, state.as_bytes().to_vec())));
        assert_eq!(found(to), expected, "the latest up to version {to}");
    }
}

pub(super) fn c11_one_of_another_fingerprint_takes_the_place_of_all(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let same_id = StreamId::new("Order", a.id());
    for kept in [&a, &b, &same_id] {
        store.save(snapshot(kept, 1, OURS, b"one"));
        store.save(snapshot(kept, 2, OURS, b"two"));
    }
    store.save(snapshot(&a, 1, OTHERS, b"other"));
    assert_eq!(
        store.snapshot(latest(&a)),
        store.kept(snapshot(&a, 1, OTHERS, b"other")),
        "not the newer one of before"
    );
    for kept in [&b, &same_id] {
        assert_eq!(store.snapshot(latest(kept)), store.kept(snapshot(kept, 2, OURS, b"two")), "{kept}");
        assert_eq!(store.snapshot(latest(kept).up_to(1)), store.kept(snapshot(kept, 1, OURS, b"one")), "{kept}");
    }
}

pub(super) fn c11_snapshots_move_no_position(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A", "B"]));
    let before = (store.head(), store.log(LogRead::after(0)), store.stream(&a));
    store.save(snapshot(&a, 2, OURS, b"state"));
    // A commit of nothing but a snapshot: its version is checked, and the snapshot kept.
    let alone = |expected| with_snapshot(commit(&a, expected, &[]), &snapshot(&a, expected, OTHERS, b"alone"));
    assert_eq!(store.commit(alone(2)).last, 2);
    assert_eq!(store.snapshot(latest(&a)), store.kept(snapshot(&a, 2, OTHERS, b"alone")));
    store.conflict(alone(1));
    assert_eq!(store.snapshot(latest(&a).up_to(1)), None);
    assert_eq!((store.head(), store.log(LogRead::after(0)), store.stream(&a)), before);
    assert_eq!(store.commit(commit(&a, 2, &["C"])), stored(3, 3), "the next event stands after the last");
}
