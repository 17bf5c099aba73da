//! C14: a store has an id.

use super::probe::{Probe, commit, stream};
use super::{Calls, Harness};

/// That another store has another id, [`Clause::check`](super::Clause::check) looks at: it has two.
pub(super) fn c14_a_store_has_an_id_of_its_own(harness: &mut dyn Harness, calls: Calls) {
    let (store, other) = (Probe::new(harness, calls), Probe::new(harness, calls));
    let id = store.store.id();
    assert!(!id.as_uuid().is_nil(), "it has an id");
    assert_eq!(other.store.id(), id, "all handles have the same");
    store.commit(commit(&stream(1), 0, &["A"]));
    assert_eq!(store.store.id(), id, "whatever is stored");
    drop((store, other));
    harness.reopen();
    let store = Probe::new(harness, calls);
    assert_eq!((store.store.id(), store.head()), (id, 1), "and when it is opened again");
}
