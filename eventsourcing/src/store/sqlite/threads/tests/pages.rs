//! Pages are bounded in bytes, in both ways.

use super::*;
use crate::store::{Page, StoredEvent, Visit};

const MIB: usize = 1 << 20;

type Read = Box<dyn Fn(&SqliteStore, u64, &mut Visit<'_>) -> Page<u64>>;

fn untyped<P: Into<u64>>(page: Page<P>) -> Page<u64> {
    Page { reached: page.reached.into(), more: page.more }
}

/// Every way to read, each with what it counts.
fn reads() -> [(&'static str, Read); 4] {
    let log = |after| LogRead::after(after).limit(usize::MAX);
    let events = |after| StreamRead::new(stream()).versions(after + 1..).limit(usize::MAX);
    [
        (
            "log",
            Box::new(move |store, after, visit| store.blocking().read_log(log(after), visit).map(untyped).unwrap()),
        ),
        (
            "log, async",
            Box::new(move |store, after, visit| {
                pollster::block_on(store.read_log(log(after), visit)).map(untyped).unwrap()
            }),
        ),
        (
            "stream",
            Box::new(move |store, after, visit| {
                store.blocking().read_stream(events(after), visit).map(untyped).unwrap()
            }),
        ),
        (
            "stream, async",
            Box::new(move |store, after, visit| {
                pollster::block_on(store.read_stream(events(after), visit)).map(untyped).unwrap()
            }),
        ),
    ]
}

/// How many events each page has, of all.
fn pages(store: &SqliteStore, read: &Read) -> Vec<usize> {
    let (mut pages, mut after) = (Vec::new(), 0);
    loop {
        let mut events = 0;
        let page = read(store, after, &mut |event: StoredEvent<'_>| {
            events += 1;
            assert_eq!(event.version, after + events as u64);
            ControlFlow::Continue(())
        });
        pages.push(events);
        if !page.more {
            return pages;
        }
        assert_eq!(page.reached, after + events as u64);
        after = page.reached;
    }
}

#[test]
fn a_page_ends_with_the_event_that_takes_it_to_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for store in [SqliteStore::in_memory().unwrap(), SqliteStore::open(folder.path().join("store.db")).unwrap()] {
        for version in 0..8 {
            store.blocking().commit(commit_of(version, &vec![b' '; 3 * MIB])).unwrap();
        }
        for (name, read) in reads() {
            assert_eq!(pages(&store, &read), [3, 3, 2], "{name}: three are more than 8 MiB");
        }
    }
}

#[test]
fn many_small_events_are_more_than_their_payloads() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("store.db")).unwrap();
    let mut commit = Commit::new();
    commit.set_metadata(&vec![b' '; 1 << 10]).unwrap();
    let append = commit.append(stream(), 0).unwrap();
    (0..20_000).fold(append, |append, _| append.event("Happened", 1, b"{}").unwrap());
    store.blocking().commit(commit).unwrap();
    for (name, read) in reads() {
        let pages = pages(&store, &read);
        // Of each event, 128 bytes for itself, and its payload and metadata. Those of a stream that come through the writer are bounded apart.
        let bound = (8 * MIB).div_ceil(128 + 2 + 1024);
        assert!((bound..=bound + 128).contains(&pages[0]), "{name}: {}", pages[0]);
        assert_eq!(pages.iter().sum::<usize>(), 20_000, "{name}");
    }
}

#[test]
fn a_visitor_that_stops_stops_the_page() {
    let (_folder, store) = file(300);
    for (name, read) in reads() {
        let mut seen = 0;
        let page = read(&store, 0, &mut |event: StoredEvent<'_>| {
            seen = event.version.get();
            if seen == 200 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((seen, page), (200, Page { reached: 200, more: true }), "{name}");
    }
}
