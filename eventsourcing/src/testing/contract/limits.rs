//! C9: what is within the limits of a store is stored, and what is beyond them refused.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use super::probe::{Probe, came_to, repeated, stored, stream};
use super::wait::must;
use super::{Calls, Harness};
use crate::error::{CommitError, InvalidCommit, StoreErrorKind};
use crate::store::{Commit, Limits, StreamRead};
use crate::stream::Version;

pub(super) fn c9_limits_are_not_below_the_floor(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let limits = store.store.limits();
    assert!(Limits::FLOOR.is_within(&limits), "every store takes at least {:?}, not {limits:?}", Limits::FLOOR);
    assert!(limits.is_within(&Limits::MAX), "no commit holds more than {:?}: {limits:?}", Limits::MAX);
    assert_eq!(harness.store().limits(), limits, "they are the same for all handles");
}

/// Holds a store to refusing what is beyond its limits: either no commit can hold it, or the store says so and stores nothing.
#[track_caller]
fn refuses(store: &Probe, commit: Result<Commit, InvalidCommit>, expected: &InvalidCommit) {
    let head = store.head();
    match commit {
        Err(refused) => assert_eq!(refused, *expected),
        Ok(commit) => {
            assert_eq!(store.store.limits().check(&commit).as_ref(), Err(expected));
            match store.try_commit(commit) {
                Err(CommitError::Store(error)) => assert_eq!(error.kind(), StoreErrorKind::Unsupported, "{error}"),
                other => panic!("what is beyond the limits is `Unsupported`, not {other:?}"),
            }
        }
    }
    assert_eq!(store.head(), head, "what is refused is not stored");
}

/// A commit of so many events with this payload to the first stream of the tests.
fn commit(expected: impl Into<Version>, events: usize, payload: &[u8]) -> Result<Commit, InvalidCommit> {
    let mut commit = Commit::new();
    let mut append = commit.append(stream(1), expected)?;
    for _ in 0..events {
        append = append.event("Paid", 1, payload)?;
    }
    Ok(commit)
}

pub(super) fn c9_the_largest_payload_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let limit = store.store.limits().max_payload_bytes;
    let largest = pattern(limit);
    assert_eq!(store.commit(must("the largest payload", commit(0, 1, &largest))), stored(1, 1));
    let too_large = InvalidCommit::PayloadTooLarge { event: "Paid".to_owned(), bytes: limit + 1, limit };
    refuses(&store, commit(1, 1, &pattern(limit + 1)), &too_large);

    let seen = store.stream(&stream(1));
    assert_eq!(seen.len(), 1);
    assert!(seen.iter().all(|event| event.payload == largest), "the largest payload did not come back as it was");
}

pub(super) fn c9_the_largest_commit_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let Limits { max_payload_bytes, max_commit_bytes: limit, .. } = store.store.limits();
    let (part, parts) = (vec![b' '; max_payload_bytes], limit / max_payload_bytes);
    let largest = |expected: u64| {
        let mut commit = commit(expected, parts, &part)?;
        let rest = limit % max_payload_bytes;
        if rest > 0 {
            commit.append(stream(1), expected + parts as u64)?.event(
                "Paid",
                1,
                part.get(..rest).unwrap_or_default(),
            )?;
        }
        Ok::<_, InvalidCommit>(commit)
    };
    let commit = must("the largest commit", largest(0));
    let events = commit.len() as u64;
    assert_eq!(store.commit(commit), stored(1, events));
    let larger = largest(events).and_then(|mut commit| {
        commit.append(stream(1), 2 * events)?.event("Paid", 1, b"1")?;
        Ok(commit)
    });
    refuses(&store, larger, &InvalidCommit::CommitTooLarge { limit });
    let last = store.stream_page(StreamRead::new(stream(1)).backward().limit(1));
    assert_eq!(last.1, came_to(events, events > 1));
    let whole = limit.is_multiple_of(max_payload_bytes);
    assert!(!whole || last.0.iter().all(|event| event.payload == part), "the last payload did not come back as it was");
}

pub(super) fn c9_the_most_events_are_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let limit = store.store.limits().max_events;
    let events = limit as u64;
    let most = must("the most events", commit(0, limit, b"{}"));
    assert_eq!(store.commit(most.clone()), stored(1, events));
    assert_eq!(store.commit(most), repeated(1, events));
    refuses(&store, commit(events, limit + 1, b"{}"), &InvalidCommit::TooManyEvents { limit });
    let (last, page) = store.stream_page(StreamRead::new(stream(1)).backward().limit(1));
    assert_eq!((last.len(), page), (1, came_to(events, true)));
}

pub(super) fn c9_the_largest_metadata_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let limit = store.store.limits().max_metadata_bytes;
    let with_metadata = |expected: u64, metadata: &[u8]| {
        let mut commit = commit(expected, 2, b"{}")?;
        commit.set_metadata(metadata).map(|()| commit)
    };
    let largest = pattern(limit);
    assert_eq!(store.commit(must("the largest metadata", with_metadata(0, &largest))), stored(1, 2));
    refuses(
        &store,
        with_metadata(2, &pattern(limit + 1)),
        &InvalidCommit::MetadataTooLarge { bytes: limit + 1, limit },
    );
    let seen = store.stream(&stream(1));
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|event| event.metadata.as_ref() == Some(&largest)), "every event has the metadata");
}

/// Bytes of which no two parts are alike, so that a part that is lost or moved is seen.
fn pattern(bytes: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(bytes).collect()
}
