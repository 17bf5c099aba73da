//! C9: what is empty, hostile or at a limit has one answer in every store.

use super::probe::{Probe, came_to, commit, must, payload, repeated, stored, stream, with};
use super::{Calls, Harness};
use crate::error::InvalidCommit;
use crate::error::ReadError;
use crate::store::{Commit, Limits, LogRead, StreamRead};
use crate::stream::{CommitId, StreamId};

pub(super) fn c9_a_commit_without_events_stores_nothing(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    assert_eq!(store.commit(Commit::new()), stored(1, 0), "an empty commit to an empty store");
    assert_eq!(store.commit(commit(&a, 0, &["A", "B"])), stored(1, 2));
    for empty in [Commit::new(), Commit::with_id(CommitId::new()), commit(&a, 2, &[]), commit(&stream(2), 0, &[])] {
        assert_eq!(store.commit(empty.clone()), stored(3, 2));
        assert_eq!(store.commit(empty), stored(3, 2), "and it is no repeat");
    }
    assert_eq!((store.head(), store.log(LogRead::after(0)).len()), (2, 2));
}

/// Names that mean something to SQL, NATS, a shell, a path, a pattern or a careless comparison.
fn hostile_names() -> Vec<String> {
    let names = [
        "'; DROP TABLE events; --",
        "\"quoted\"",
        "`ticks`",
        "[brackets]",
        "$1",
        "?1",
        ":name",
        "@p1",
        "%",
        "_",
        "a%",
        "a_",
        "aXb",
        "a*b",
        "a?b",
        "*",
        ">",
        "a.b",
        "a.>",
        "$JS.API",
        ".",
        "..",
        "../etc/passwd",
        "C:\\nul",
        "\\",
        "/",
        "a/b",
        "//",
        " ",
        " a",
        "a ",
        "a",
        "A",
        "a  b",
        "a b",
        "NULL",
        "null",
        "0",
        "-1",
        "1e3",
        "{}",
        "${HOME}",
        "$(id)",
        "<a href>",
        "&amp;",
        "#",
        ";",
        "\u{1F980}",
        "\u{e9}",
        "e\u{301}",
        "\u{df}",
        "ss",
        "\u{130}",
        "i",
        "\u{202e}abc",
        "\u{feff}a",
        "\u{200b}",
        "\u{a0}",
        "\u{fffd}",
        "\u{10ffff}",
    ];
    let long = ["n".repeat(Limits::NAME), "n".repeat(Limits::NAME - 1), format!("{}{}", "\u{1F980}".repeat(63), "abc")];
    names.into_iter().map(str::to_owned).chain(long).collect()
}

pub(super) fn c9_names_mean_nothing_to_the_store(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let names = hostile_names();
    let id = stream(1).id();
    // The same id under every name, in one commit and each with another event name: none may be taken for another.
    let mut all = Commit::new();
    for (aggregate, event) in names.iter().zip(names.iter().rev()) {
        let append = must("a hostile name", all.append(StreamId::new(aggregate.clone(), id), 0));
        must("a hostile name", append.event(event.clone(), 1, b"{}"));
    }
    assert_eq!(store.commit(all), stored(1, names.len() as u64));
    for (position, (aggregate, event)) in (1..).zip(names.iter().zip(names.iter().rev())) {
        let stream = StreamId::new(aggregate.clone(), id);
        let by_stream = store.stream(&stream);
        assert_eq!(by_stream.len(), 1, "the stream {aggregate:?}");
        assert_eq!(by_stream, store.log(LogRead::after(0).aggregates([aggregate.clone()])), "{aggregate:?}");
        assert_eq!(by_stream, store.log(LogRead::after(0).events([event.clone()])), "{event:?}");
        for seen in by_stream {
            assert_eq!((&seen.stream, &seen.name), (&stream, event));
            assert!(seen.position == position && seen.version == 1, "{seen:?} at {position}");
        }
        let conflict = store.conflict(commit(&stream, 0, &["No"]));
        assert_eq!((conflict.stream, conflict.actual), (stream, 1.into()));
    }
    let asked = LogRead::after(0).aggregates(names.clone()).events(names.clone());
    assert_eq!(store.log(asked).len(), names.len());
}

pub(super) fn c9_names_that_cannot_be_stored_are_refused(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let too_long = "n".repeat(Limits::NAME + 1);
    let mut commit = Commit::new();
    for name in ["", "\0", "a\nb", "tab\t", "\u{7f}", "\u{85}", &too_long] {
        let refused = InvalidCommit::Name { name: name.to_owned(), limit: Limits::NAME };
        let stream = StreamId::new(name.to_owned(), a.id());
        assert_eq!(commit.append(stream, 0).err(), Some(refused.clone()), "the aggregate {name:?}");
        let append = must("an append", commit.append(a.clone(), 0));
        assert_eq!(append.event(name.to_owned(), 1, b"{}").err(), Some(refused), "the event {name:?}");
    }
    // What was refused left no trace in the commit.
    assert_eq!(store.commit(with(commit, &a, 0, &["A"])), stored(1, 1));
    assert_eq!(store.stream(&a).len(), 1);
}

pub(super) fn c9_the_largest_payload_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let largest = pattern(Limits::PAYLOAD);
    assert_eq!(store.commit(payload(&a, 0, &largest)), stored(1, 1));

    let (bytes, limit) = (Limits::PAYLOAD + 1, Limits::PAYLOAD);
    let mut larger = Commit::new();
    let append = must("an append", larger.append(a.clone(), 1));
    let refused = append.event("Paid", 1, &pattern(bytes)).err();
    assert_eq!(refused, Some(InvalidCommit::PayloadTooLarge { event: "Paid".to_owned(), bytes, limit }));
    assert_eq!(store.commit(larger), stored(2, 1), "the refused event is not part of the commit");

    let seen = store.stream(&a);
    assert_eq!(seen.len(), 1);
    assert!(seen.iter().all(|event| event.payload == largest), "the largest payload did not come back as it was");
}

pub(super) fn c9_the_largest_commit_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let part = vec![b' '; Limits::PAYLOAD];
    let mut largest = Commit::new();
    let mut append = must("an append", largest.append(a.clone(), 0));
    for _ in 0..Limits::COMMIT / Limits::PAYLOAD {
        append = must("an event", append.event("Paid", 1, &part));
    }
    assert_eq!(append.event("Paid", 1, b"1").err(), Some(InvalidCommit::CommitTooLarge { limit: Limits::COMMIT }));
    let events = largest.len() as u64;
    assert_eq!(store.commit(largest), stored(1, events));
    let last = store.stream_page(StreamRead::new(a).backward().limit(1));
    assert_eq!(last.1, came_to(events, true));
    assert!(last.0.iter().all(|event| event.payload == part), "the last payload did not come back as it was");
}

pub(super) fn c9_the_most_events_are_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let mut most = commit(&a, 0, &vec!["Counted"; Limits::EVENTS]);
    let append = must("an append", most.append(stream(2), 0));
    assert_eq!(append.event("Counted", 1, b"{}").err(), Some(InvalidCommit::TooManyEvents { limit: Limits::EVENTS }));
    let events = Limits::EVENTS as u64;
    assert_eq!(store.commit(most.clone()), stored(1, events));
    assert_eq!(store.commit(most), repeated(1, events));
    let (last, page) = store.stream_page(StreamRead::new(a).backward().limit(1));
    assert_eq!((last.len(), page), (1, came_to(events, true)));
    assert_eq!((store.head(), store.stream(&stream(2)).len()), (events, 0));
}

pub(super) fn c9_the_largest_metadata_is_stored(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let mut commit = commit(&a, 0, &["A", "B"]);
    let largest = pattern(Limits::METADATA);
    must("the largest metadata", commit.set_metadata(&largest));
    let (bytes, limit) = (Limits::METADATA + 1, Limits::METADATA);
    let refused = commit.set_metadata(&pattern(bytes));
    assert_eq!(refused, Err(InvalidCommit::MetadataTooLarge { bytes, limit }));
    assert_eq!(store.commit(commit), stored(1, 2));
    let seen = store.stream(&a);
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|event| event.metadata.as_ref() == Some(&largest)), "every event has the metadata");
}

pub(super) fn c9_numbers_at_the_ends_of_their_range(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A", "B"]));
    // Beyond what a signed column or sequence holds.
    for huge in [i64::MAX as u64 - 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX] {
        for events in [&["No"][..], &[]] {
            let conflict = store.conflict(commit(&a, huge, events));
            assert_eq!((conflict.stream, conflict.expected, conflict.actual), (a.clone(), huge.into(), 2.into()));
            store.conflict(commit(&stream(2), huge, events));
        }
        let read = StreamRead::new(a.clone()).limit(usize::MAX);
        for read in [read.clone().from(huge), read.clone().from(huge).backward(), read.clone().from(huge).to(huge)] {
            assert_eq!(store.stream_page(read), (vec![], came_to(0, false)));
        }
        assert_eq!(store.stream_page(read.to(huge)).0.len(), 2);
        let (none, page) = store.try_log(LogRead::after(huge).limit(usize::MAX));
        assert!(
            none.is_empty() && matches!(page, Err(ReadError::Ahead { after, head, .. }) if after == huge && head == 2)
        );
    }
    assert_eq!(store.log_page(LogRead::after(0).limit(usize::MAX)).0.len(), 2);
    assert_eq!(store.head(), 2);
}

/// Bytes of which no two parts are alike, so that a part that is lost or moved is seen.
fn pattern(bytes: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(bytes).collect()
}
