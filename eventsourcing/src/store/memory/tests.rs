use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::MemoryStore;
use super::page::PIECE;
use crate::store::{Commit, EventStore, LogRead, StoredEvent, StreamRead};
use crate::stream::{Position, StreamId};

fn stream(number: u128) -> StreamId {
    StreamId::new("Account", Uuid::from_u128(number))
}

fn commit(store: &MemoryStore, stream: StreamId, expected: u64, events: u64) {
    let mut commit = Commit::new();
    let mut append = commit.append(stream, expected).unwrap();
    for number in 0..events {
        append = append.event(if number % 2 == 0 { "Even" } else { "Odd" }, 1, b"{}").unwrap();
    }
    store.blocking().commit(commit).unwrap();
}

/// Pages of all sizes around that of a piece are what they are without pieces.
#[test]
fn a_page_is_put_together_from_pieces() {
    let (store, events) = (MemoryStore::new(), 3 * PIECE + 7);
    commit(&store, stream(1), 0, events);
    let around = [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, events - 1, events, events + 1];
    for (limit, from) in around.into_iter().flat_map(|limit| around.map(|from| (limit, from))) {
        let size = usize::try_from(limit).unwrap();
        let expected: Vec<_> = (from..=events).collect();
        for backward in [false, true] {
            let read = StreamRead::new(stream(1)).versions(from..).limit(size);
            let mut versions = Vec::new();
            let mut visit = |event: StoredEvent<'_>| {
                versions.push(event.version.get());
                ControlFlow::Continue(())
            };
            let page = store.blocking().read_stream(if backward { read.backward() } else { read }, &mut visit).unwrap();
            let mut wanted = expected.clone();
            if backward {
                wanted.reverse();
            }
            wanted.truncate(size);
            assert_eq!(page.more, expected.len() > size, "from {from}, at most {limit}");
            assert_eq!((page.reached.get(), &versions), (wanted.last().copied().unwrap_or(0), &wanted));
        }
        for names in [&["Even", "Odd"][..], &["Odd"]] {
            let mut positions = Vec::new();
            let read = LogRead::after(from - 1).events(names.iter().copied()).limit(size);
            let mut visit = |event: StoredEvent<'_>| {
                positions.push(event.position.get());
                ControlFlow::Continue(())
            };
            let Ok(page) = store.blocking().read_log(read, &mut visit) else {
                assert!(from > events + 1, "after {from}");
                continue;
            };
            let mut wanted = expected.clone();
            wanted.retain(|position| names.len() == 2 || position % 2 == 0);
            let more = wanted.len() > size;
            wanted.truncate(size);
            let reached = if more { wanted.last().copied().unwrap_or(0) } else { events };
            assert_eq!((page.reached.get(), page.more, &positions), (reached, more, &wanted), "{from} {limit}");
        }
    }
}

/// The lock is handed on in the order of asking, so the commit comes between the first piece and the second.
#[test]
fn a_page_of_several_pieces_is_one_moment() {
    let store = MemoryStore::new();
    commit(&store, stream(1), 0, 2 * PIECE);
    for is_log in [true, false] {
        let head = store.blocking().head().unwrap().get();
        let turn = store.log();
        let asked = store.shared.log.asked();
        let wait_for = |more| {
            while store.shared.log.asked() < asked + more {
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut visit = |_: StoredEvent<'_>| ControlFlow::Continue(());
                if is_log {
                    store
                        .blocking()
                        .read_log(LogRead::after(0).limit(1 << 20), &mut visit)
                        .map(|page| (page.reached.get(), page.more))
                } else {
                    store
                        .blocking()
                        .read_stream(StreamRead::new(stream(1)).limit(1 << 20), &mut visit)
                        .map(|page| (page.reached.get(), page.more))
                }
            });
            wait_for(1);
            scope.spawn(|| commit(&store, stream(1), head, 1));
            wait_for(2);
            drop(turn);
            assert_eq!(reader.join().unwrap().unwrap(), (head, false));
        });
        assert_eq!(store.blocking().head().unwrap(), head + 1);
    }
}

/// Asks the store when it is woken.
struct Asks {
    store: MemoryStore,
    found: Mutex<Option<Position>>,
}

impl Wake for Asks {
    fn wake(self: Arc<Self>) {
        *self.found.lock().unwrap() = self.store.blocking().head().ok();
    }
}

#[test]
fn a_waker_may_use_the_store() {
    let (done, end) = channel();
    let running = thread::spawn(move || {
        let store = MemoryStore::new();
        let asks = Arc::new(Asks { store: store.clone(), found: Mutex::default() });
        let mut changed = pin!(store.wait_past(0.into()));
        let waker = Waker::from(Arc::clone(&asks));
        assert!(changed.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        commit(&store, stream(1), 0, 1);
        assert_eq!(*asks.found.lock().unwrap(), Some(1.into()));
        assert!(matches!(changed.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Ready(Ok(head)) if head == 1));
        done.send(()).unwrap();
    });
    assert!(end.recv_timeout(Duration::from_secs(30)).is_ok() || running.is_finished(), "it waits for its own lock");
    running.join().unwrap();
}
