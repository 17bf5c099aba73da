//! C9: what is empty, hostile or at a limit has one answer in every store.

use super::probe::{Probe, came_to, commit, stored, stream, with};
use super::wait::must;
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
    let most = Limits::MAX.max_name_bytes;
    let long = ["n".repeat(most), "n".repeat(most - 1), format!("{}{}", "\u{1F980}".repeat(63), "abc")];
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
    for (rank, (aggregate, event)) in (1..).zip(names.iter().zip(names.iter().rev())) {
        let stream = StreamId::new(aggregate.clone(), id);
        let by_stream = store.stream(&stream);
        assert_eq!(by_stream.len(), 1, "the stream {aggregate:?}");
        assert_eq!(by_stream, store.log(LogRead::after(0).aggregates([aggregate.clone()])), "{aggregate:?}");
        assert_eq!(by_stream, store.log(LogRead::after(0).events([event.clone()])), "{event:?}");
        for seen in by_stream {
            assert_eq!((&seen.stream, &seen.name), (&stream, event));
            assert!(seen.rank == rank && seen.version == 1, "{seen:?}, the event {rank} of the log");
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
    let too_long = "n".repeat(Limits::MAX.max_name_bytes + 1);
    let mut commit = Commit::new();
    for name in ["", "\0", "a\nb", "tab\t", "\u{7f}", "\u{85}", &too_long] {
        let refused = InvalidCommit::Name { name: name.to_owned(), limit: Limits::MAX.max_name_bytes };
        let stream = StreamId::new(name.to_owned(), a.id());
        assert_eq!(commit.append(stream, 0).err(), Some(refused.clone()), "the aggregate {name:?}");
        let append = must("an append", commit.append(a.clone(), 0));
        assert_eq!(append.event(name.to_owned(), 1, b"{}").err(), Some(refused), "the event {name:?}");
    }
    // What was refused left no trace in the commit.
    assert_eq!(store.commit(with(commit, &a, 0, &["A"])), stored(1, 1));
    assert_eq!(store.stream(&a).len(), 1);
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
        for read in [
            read.clone().versions(huge..),
            read.clone().versions(huge..).backward(),
            read.clone().versions(huge..=huge),
        ] {
            assert_eq!(store.stream_page(read), (vec![], came_to(0, false)));
        }
        assert_eq!(store.stream_page(read.versions(..=huge)).0.len(), 2);
        let (none, page) = store.try_log(LogRead::after(huge).limit(usize::MAX));
        assert!(none.is_empty() && matches!(page, Err(ReadError::Ahead { head, .. }) if store.rank(head) == 2));
    }
    assert_eq!(store.log_page(LogRead::after(0).limit(usize::MAX)).0.len(), 2);
    assert_eq!(store.head(), 2);
}
