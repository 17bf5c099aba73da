use std::task::{Context, Poll, Waker};

use uuid::Uuid;

use super::*;
use crate::stream::StreamId;

fn ready<T>(mut future: BoxFuture<'_, T>) -> T {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a future of a store that blocks waits"),
    }
}

#[test]
fn its_futures_are_ready_when_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    for store in [SqliteStore::in_memory().unwrap(), SqliteStore::open(folder.path().join("store.db")).unwrap()] {
        let store: Arc<dyn EventStore> = Arc::new(store);
        let store = store.blocking();
        let stream = StreamId::new("Account", Uuid::nil());
        let mut commit = Commit::new();
        commit.append(stream.clone(), 0).unwrap().event("Opened", 1, b"{}").unwrap();
        let committed = store.commit(commit);
        // Done before it is polled.
        assert_eq!(ready(store.head()).unwrap(), 1);
        assert_eq!(ready(committed).unwrap().last, 1);
        let visit = &mut |_: crate::store::StoredEvent<'_>| std::ops::ControlFlow::Continue(());
        assert_eq!(ready(store.read_stream(StreamRead::new(stream.clone()), visit)).unwrap().reached, 1);
        assert_eq!(ready(store.read_log(LogRead::after(0), visit)).unwrap().reached, 1);
        assert_eq!(ready(store.list_streams(StreamList::new("Account"))).unwrap().ids, [Uuid::nil()]);
        let snapshots = store.snapshots().unwrap();
        let snapshot =
            StoredSnapshot { stream: stream.clone(), version: 1.into(), fingerprint: Uuid::nil(), state: vec![1] };
        ready(snapshots.save_snapshot(snapshot.clone())).unwrap();
        assert_eq!(ready(snapshots.read_snapshot(SnapshotRead::new(stream))).unwrap(), Some(snapshot));
        assert_eq!(ready(Arc::clone(&store).blocking().head()).unwrap(), 1, "it is its own");
    }
}
