//! C12: the streams of one kind of aggregate are listed in pages.

use uuid::Uuid;

use super::probe::{Probe, commit, stream, with};
use super::{Calls, Harness};
use crate::store::{StreamList, StreamPage};
use crate::stream::StreamId;

/// Ids that differ in their first and in their last byte, as text of either sign would not order them.
const IDS: [u128; 7] = [0, 1, 255, 256, 1 << 120, u128::MAX / 2 + 1, u128::MAX];

/// All pages of a list, each checked against its limit.
#[track_caller]
fn all(store: &Probe, mut list: StreamList) -> Vec<Uuid> {
    let mut all = Vec::new();
    loop {
        let page = store.list(list.clone());
        assert!(page.ids.len() <= list.limit.max(1), "{} ids of {list:?}", page.ids.len());
        let ids = list.after.iter().chain(&page.ids);
        assert!(ids.is_sorted_by(|id, next| id < next), "each id is greater than the one before: {page:?} of {list:?}");
        all.extend(&page.ids);
        match page.ids.last() {
            Some(greatest) if page.more => list = list.after(*greatest),
            _ => {
                assert!(!page.more, "a page with more to come has an id: {list:?}");
                return all;
            }
        }
    }
}

pub(super) fn c12_streams_are_listed_in_pages(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    // Others stand before, between and after them, by name and by id.
    let others = ["Account ", "Accoun", "account", "B", "A"].map(|name| StreamId::new(name, Uuid::from_u128(7)));
    for other in &others[..2] {
        store.commit(commit(other, 0, &["X", "Y"]));
    }
    for id in IDS.iter().rev() {
        store.commit(commit(&stream(*id), 0, &["A", "B", "C"]));
    }
    for other in &others[2..] {
        store.commit(commit(other, 0, &["X", "Y"]));
    }
    store.commit(with(commit(&stream(1), 3, &["D"]), &stream(255), 3, &["D"]));
    for after in [None, Some(0), Some(2), Some(256), Some(u128::MAX)] {
        let wanted: Vec<Uuid> =
            IDS.iter().filter(|id| after.is_none_or(|after| **id > after)).copied().map(Uuid::from_u128).collect();
        for limit in [0, 1, 2, 7, 1000, usize::MAX] {
            let list = StreamList { limit, ..StreamList::new("Account") };
            let list = after.map_or(list.clone(), |after| list.after(Uuid::from_u128(after)));
            assert_eq!(all(&store, list.clone()), wanted, "{list:?}");
        }
    }
    for other in others {
        assert_eq!(all(&store, StreamList::new(other.aggregate().to_owned())), [other.id()], "{other}");
    }
    assert_eq!(store.list(StreamList::new("Nobody")), StreamPage::default());
}

pub(super) fn c12_a_stream_is_listed_once_it_has_an_event(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let list = || StreamList::new("Account");
    store.commit(commit(&stream(1), 0, &[]));
    assert_eq!(store.list(list()), StreamPage::default(), "an append without events makes no stream");
    store.commit(commit(&stream(1), 0, &["A"]));
    store.conflict(with(commit(&stream(2), 0, &["A"]), &stream(1), 0, &["A"]));
    assert_eq!(all(&store, list()), [stream(1).id()], "what was not stored is not listed");
    drop(store);
    harness.reopen();
    let store = Probe::new(harness, calls);
    store.commit(commit(&stream(2), 0, &["A"]));
    assert_eq!(all(&store, list()), [stream(1).id(), stream(2).id()]);
}
