//! History outlives code: what older releases stored is read by this one, and what newer ones stored is not misread.

mod log;
mod naming;
mod recorded;
mod revived;
mod unknown;
mod upcasting;

use eventsourcing::store::Commit;
use eventsourcing::{Aggregate, Id, MemoryStore, StreamId};

/// Stores events as another release would have.
pub(crate) fn stored<A: Aggregate>(events: &[(&'static str, u32, &str)]) -> (MemoryStore, Id<A>) {
    let (store, id) = (MemoryStore::new(), Id::new());
    append(&store, id, 0, events);
    (store, id)
}

/// Stores further events.
pub(crate) fn append<A: Aggregate>(
    store: &MemoryStore,
    id: Id<A>,
    expected: u64,
    events: &[(&'static str, u32, &str)],
) {
    let mut commit = Commit::new();
    let mut append = commit.append(StreamId::new(A::NAME, id.as_uuid()), expected).unwrap();
    for (name, version, payload) in events {
        append = append.event(*name, *version, payload.as_bytes()).unwrap();
    }
    store.blocking().commit(commit).unwrap();
}
