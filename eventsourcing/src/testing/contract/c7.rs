//! C7: what was stored comes back byte for byte, or not at all.

use std::time::SystemTime;

use super::probe::{Probe, commit, payload, stream, with};
use super::seen::names;
use super::wait::must;
use super::{Calls, Harness};
use crate::error::{EventLocation, ReadError};
use crate::store::{Commit, LogRead, StreamRead, micros};

/// A day: what two machines' clocks may be apart.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

pub(super) fn c7_what_was_stored_comes_back_byte_for_byte(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(u128::MAX);
    let every_byte: Vec<u8> = (0..=255).collect();
    // A payload is opaque to a store: also what is no JSON and no text comes back.
    let payloads: [&[u8]; 9] = [
        br#"{"text":"\u0000 \ud83d\ude00","number":9007199254740993}"#,
        b"{ \"b\" : 1 ,\n\"a\" : 1.0e2 }",
        b"",
        b"\0",
        b"null",
        "\u{feff}{\"a\":\"\u{1F980} e\u{301}\"}".as_bytes(),
        &every_byte,
        b"{}\r\n\0'\"\\;--",
        b" \t\n{}\r\n ",
    ];
    let metadata: [&[u8]; 3] = [b"", br#"{"actor":"alice"}"#, &every_byte];
    let before = micros(SystemTime::now());
    let mut sent = Vec::new();
    for (version, metadata) in (0..).zip(metadata) {
        let mut commit = Commit::new();
        must("the metadata", commit.set_metadata(metadata));
        let mut append = must("an append", commit.append(a.clone(), version * payloads.len() as u64));
        for (schema_version, payload) in [1, 2, 255, 65_536, u32::MAX - 1, u32::MAX, 7, 1, 1].into_iter().zip(payloads)
        {
            append = must("an event", append.event("Paid \u{20ac}", schema_version, payload));
            sent.push((schema_version, payload, (!metadata.is_empty()).then_some(metadata)));
        }
        store.commit(commit);
    }
    let after = micros(SystemTime::now());
    let seen = store.stream(&a);
    let back: Vec<_> =
        seen.iter().map(|event| (event.schema_version, &*event.payload, event.metadata.as_deref())).collect();
    assert_eq!(back, sent);
    assert_eq!(store.log(LogRead::after(0)), seen, "the log and the stream show the same");
    for event in seen {
        assert_eq!((&event.stream, event.name.as_str(), event.version.get()), (&a, "Paid \u{20ac}", event.rank));
        assert!((before - DAY..=after + DAY).contains(&event.recorded_at), "recorded at {}", event.recorded_at);
    }
}

pub(super) fn c7_a_time_that_a_commit_gives_is_kept(harness: &mut dyn Harness, calls: Calls) {
    let (a, b) = (stream(1), stream(2));
    let store = Probe::new(harness, calls);
    let times = [1_000_000_000_000_000, -1, 0, i64::MAX, i64::MIN];
    for (version, time) in (0..).zip(times) {
        let mut dated = with(commit(&a, version, &["A"]), &b, version, &["B"]);
        dated.set_recorded_at(time);
        store.commit(dated);
    }
    let before = micros(SystemTime::now());
    store.commit(commit(&a, times.len() as u64, &["A"]));
    for stream in [&a, &b] {
        let seen: Vec<i64> = store.stream(stream).iter().map(|event| event.recorded_at).take(times.len()).collect();
        assert_eq!(seen, times, "the time that a commit gives is that of its events");
    }
    let last = store.log(LogRead::after(0)).last().map_or(0, |event| event.recorded_at);
    assert!(last >= before - DAY, "a commit that gives no time is recorded when it is stored, not at {last}");
}

pub(super) fn c7_a_damaged_event_is_named_and_not_given_out(harness: &mut dyn Harness, calls: Calls) {
    let (a, b) = (stream(1), stream(2));
    let store = Probe::new(harness, calls);
    store.commit(commit(&a, 0, &["A", "B"]));
    store.commit(commit(&b, 0, &["X", "Y"]));
    store.commit(payload(&a, 2, br#"{"amount":100}"#));
    store.commit(commit(&a, 3, &["D"]));
    let (position, ranks) = (store.position(5), store.ranks());
    drop(store);
    harness.damage(position);

    let store = Probe::after_damage(harness, calls, ranks);
    let place = EventLocation { stream: a.clone(), version: 3.into(), position };
    let damaged = |failed: Option<ReadError>| match failed {
        Some(ReadError::Damaged(found)) => assert_eq!(found, place),
        Some(error @ (ReadError::Store(_) | ReadError::Ahead { .. })) => {
            unreachable!("a damaged event is `Damaged`, not: {error}")
        }
        None => unreachable!("a damaged event was given out as if sound"),
    };
    let whole = StreamRead::new(a.clone());
    for (read, before) in [
        (whole.clone(), &["A", "B"][..]),
        (whole.clone().backward(), &["D"]),
        (whole.clone().versions(3..=3), &[]),
        (whole.clone().versions(2..).limit(2), &["B"]),
    ] {
        let (seen, page) = store.try_stream(read);
        assert_eq!(names(&seen), before, "the events before the damaged one are given out");
        damaged(page.err());
    }
    let (seen, page) = store.try_log(LogRead::after(0));
    assert_eq!(names(&seen), ["A", "B", "X", "Y"]);
    damaged(page.err());
    let (seen, page) = store.try_log(LogRead::after(2).aggregates(["Account"]).events(["Paid"]));
    assert!(seen.is_empty());
    damaged(page.err());

    // What is sound is still read.
    assert_eq!(names(&store.stream(&b)), ["X", "Y"]);
    assert_eq!(names(&store.stream_page(whole.clone().versions(..=2)).0), ["A", "B"]);
    assert_eq!(names(&store.stream_page(whole.versions(4..)).0), ["D"]);
    assert_eq!(names(&store.log_page(LogRead::after(5)).0), ["D"]);
}
