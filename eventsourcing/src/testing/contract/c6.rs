//! C6: streams and the log are read in pages.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::probe::{Probe, came_to, commit, stream, with};
use super::seen::{SeenEvent, names, ranks};
use super::wait::{must, wait};
use super::{Calls, Harness};
use crate::error::ReadError;
use crate::store::{LogRead, Page, StreamRead};
use crate::stream::StreamId;

const MAX: u64 = u64::MAX;

fn versions(seen: &[SeenEvent]) -> Vec<u64> {
    seen.iter().map(|event| event.version.get()).collect()
}

/// All pages of a stream, each checked against its limit and for where it says it came to.
#[track_caller]
fn pages(store: &Probe, mut read: StreamRead) -> Vec<u64> {
    let mut all = Vec::new();
    loop {
        let (seen, page) = store.stream_page(read.clone());
        let seen = versions(&seen);
        assert!(seen.len() <= read.limit.max(1), "{} events of {read:?}", seen.len());
        assert_eq!(page.reached, seen.last().copied().unwrap_or(0), "`reached` is the last version visited: {read:?}");
        all.extend(&seen);
        if !page.more {
            return all;
        }
        assert!(!seen.is_empty(), "a page with more to come must come further: {read:?}");
        read.advance(page);
    }
}

pub(super) fn c6_a_stream_is_read_in_ranges_and_pages(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    // Its events stand apart in the log.
    for version in 0..5 {
        store.commit(with(commit(&a, version, &["A"]), &stream(2), version, &["B"]));
    }
    for from in [0, 1, 2, 5, 6, MAX] {
        for to in [0, 1, 3, 5, 6, MAX] {
            let mut wanted: Vec<u64> = (1..=5).filter(|version| (from..=to).contains(version)).collect();
            for limit in [0, 1, 2, 3, 5, 1000, usize::MAX] {
                // A limit of 0, which is taken as 1, comes from the field alone.
                let read = StreamRead { limit, ..StreamRead::new(a.clone()).versions(from..=to) };
                assert_eq!(pages(&store, read.clone()), wanted, "{read:?}");
                wanted.reverse();
                assert_eq!(pages(&store, read.clone().backward()), wanted, "backward: {read:?}");
                wanted.reverse();
            }
        }
    }
    let (none, page) = store.stream_page(StreamRead::new(StreamId::new("Nobody", a.id())));
    assert_eq!((none, page), (vec![], came_to(0, false)), "a stream that does not exist has no events");
}

pub(super) fn c6_the_log_is_read_in_pages_and_filtered(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (account, invoice) = (stream(1), StreamId::new("Invoice", stream(1).id()));
    for version in 0..4 {
        let one = with(commit(&account, version * 3, &["Opened", "Moved", "Moved"]), &invoice, version, &["Opened"]);
        store.commit(one);
    }
    let all = store.log(LogRead::after(0));
    assert_eq!(all.len(), 16);
    let filters: [(&[&'static str], &[&'static str]); 7] = [
        (&[], &[]),
        (&["Account"], &[]),
        (&["Invoice", "Account"], &["Opened"]),
        (&[], &["Moved"]),
        (&["Invoice"], &["Opened", "Closed"]),
        (&["Invoice"], &["Moved"]),
        (&["Nobody"], &[]),
    ];
    for (aggregates, events) in filters {
        for after in [0, 1, 7, 15, 16] {
            for limit in [0, 1, 3, 16, usize::MAX] {
                let read = LogRead { limit, ..LogRead::after(after) };
                let read = read.aggregates(aggregates.iter().copied()).events(events.iter().copied());
                let matching = all.iter().filter(|event| read.matches(event.stream.aggregate(), &event.name));
                let wanted: Vec<u64> = matching.map(|event| event.rank).filter(|it| *it > after).collect();
                assert_eq!(ranks(&search(&store, read.clone())), wanted, "{read:?}");
            }
        }
    }
}

pub(super) fn c6_a_reader_that_is_ahead_of_the_log_gets_an_error(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    for head in 0..3 {
        assert!(store.log_page(LogRead::after(head)).0.is_empty(), "it stands at the end");
        for after in [head + 1, head + 50] {
            let (seen, page) = store.try_log(LogRead::after(after).aggregates(["Account"]));
            assert!(seen.is_empty());
            let Err(ReadError::Ahead { after: said, head: end, .. }) = page else {
                unreachable!("the log ends at {head}, and is read after {after}: {page:?}")
            };
            assert_eq!((store.rank(said), store.rank(end)), (after, head));
        }
        store.commit(commit(&stream(1), head, &["A"]));
    }
}

/// All pages of the log, each checked against its limit and for where it says it came to.
#[track_caller]
fn search(store: &Probe, mut read: LogRead) -> Vec<SeenEvent> {
    let mut all: Vec<SeenEvent> = Vec::new();
    loop {
        let (seen, page) = store.log_page(read.clone());
        assert!(seen.len() <= read.limit.max(1), "{} events of {read:?}", seen.len());
        let after = read.after.get();
        let last = seen.last().map_or(after, |event| event.rank);
        assert!(page.reached >= last, "the page visited {last}, but says it came to {}: {read:?}", page.reached);
        assert!(page.reached <= store.head().max(after), "{page:?} is beyond the log: {read:?}");
        all.extend(seen);
        if !page.more {
            return all;
        }
        assert!(page.reached > after, "a page with more to come must come further: {page:?} of {read:?}");
        read.after = page.reached.into();
    }
}

pub(super) fn c6_a_page_ends_where_its_reader_breaks_off(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A", "B", "C", "D", "E"]));

    let cut = |read: Read, after: usize| {
        let mut seen = Vec::new();
        let mut visit = |event: crate::store::StoredEvent<'_>| {
            seen.push(event.version.get());
            if seen.len() < after { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let page = match read {
            Read::Stream(read) => wait("read_stream", store.store.read_stream(read, &mut visit)).map(untyped),
            Read::Log(read) => {
                let page = wait("read_log", store.store.read_log(store.after_rank(read), &mut visit));
                page.map(|page| came_to(store.rank(page.reached), page.more))
            }
        };
        (seen, must("a page that was broken off", page))
    };
    let (seen, page) = cut(Read::Stream(StreamRead::new(a.clone())), 2);
    assert_eq!((seen, page), (vec![1, 2], came_to(2, true)));
    let (seen, page) = cut(Read::Stream(StreamRead::new(a).backward()), 2);
    assert_eq!((seen, page), (vec![5, 4], came_to(4, true)));
    let (seen, page) = cut(Read::Log(LogRead::after(1)), 1);
    assert_eq!((seen, page), (vec![2], came_to(2, true)), "the next page begins after the last visited");
}

/// A page as of plain numbers.
fn untyped<P: Into<u64>>(of: Page<P>) -> Page<u64> {
    came_to(of.reached.into(), of.more)
}

enum Read {
    Stream(StreamRead),
    Log(LogRead),
}

pub(super) fn c6_a_page_has_a_default_limit(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    for version in (0..2500).step_by(500) {
        store.commit(commit(&a, version, &vec!["A"; 500]));
    }
    let (seen, page) = store.stream_page(StreamRead::new(a.clone()));
    assert_eq!((seen.len(), page), (1024, came_to(1024, true)));
    let (seen, page) = store.log_page(LogRead::after(0));
    assert_eq!((seen.len(), page), (1024, came_to(1024, true)));
    assert_eq!(names(&store.stream(&a)), vec!["A"; 2500]);
    assert_eq!(ranks(&store.log(LogRead::after(0))), (1..=2500).collect::<Vec<_>>());
}

pub(super) fn c6_a_page_is_one_moment(harness: &mut dyn Harness, calls: Calls) {
    let (store, reader) = (Probe::new(harness, calls), Probe::new(harness, calls));
    let a = stream(1);
    store.commit(commit(&a, 0, &["A", "B"]));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            loop {
                let last = done.load(Ordering::Acquire);
                let (seen, page) = reader.stream_page(StreamRead::new(a.clone()).backward().limit(2));
                let pair: Vec<_> = [page.reached.get() + 1, page.reached.get()].into();
                assert_eq!((names(&seen), versions(&seen)), (vec!["B", "A"], pair), "the last commit, as a whole");
                if last {
                    break;
                }
            }
        });
        for version in 1..40 {
            // A writer that fails must not leave the reader reading.
            if reading.is_finished() {
                break;
            }
            let committed = store.try_commit(commit(&a, 2 * version, &["A", "B"]));
            if committed.is_err() {
                done.store(true, Ordering::Release);
            }
            must("a commit", committed);
        }
        done.store(true, Ordering::Release);
    });
    assert_eq!(store.head(), 80);
}
