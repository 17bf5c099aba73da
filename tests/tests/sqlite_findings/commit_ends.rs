//! The end of a commit in the table of commit ids.

use super::*;

#[test]
fn a_commit_whose_end_was_changed_is_not_answered_for() {
    let (_folder, path) = filled();
    let id = id_of(2, 1);
    // Its first position and its last, which are the same.
    flip(&path, "commits", &[&id.as_uuid().as_bytes()[..], &[5, 5]].concat(), 17, 2);
    assert_eq!(findings(&path), [Finding::Commit { id, first: 5.into() }]);
    let store = SqliteStore::open(&path).unwrap();
    let refused = store.blocking().commit(commit(id, stream(2), 0)).unwrap_err();
    assert_eq!(kind(refused), StoreErrorKind::Corrupt);
    let visit = &mut |_: eventsourcing::store::StoredEvent<'_>| ControlFlow::Continue(());
    assert_eq!(store.blocking().read_log(LogRead::after(0), visit).unwrap().reached, 6);
}
