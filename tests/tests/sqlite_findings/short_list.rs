//! A list of streams that is short without an error, as RELIABILITY.md says.

use eventsourcing::store::StreamList;

use super::*;

#[test]
fn a_list_of_streams_that_an_index_makes_shorter_is_found() {
    for bit in [2, 0x40] {
        let (_folder, path) = filled();
        let list =
            || SqliteStore::open(&path).unwrap().blocking().list_streams(StreamList::new("Account")).unwrap().ids;
        assert_eq!(list().len(), 3);
        // The only entry of a stream comes under another aggregate.
        flip(&path, "sqlite_autoindex_events_1", &entry(1, 1), 0, bit);
        assert_eq!(list(), [stream(0).id()], "no error says so");
        let found = findings(&path);
        let is_named = |finding: &Finding| matches!(finding, Finding::Unindexed(place) if place.stream == stream(1));
        assert!(found.iter().any(is_named), "{bit}: {found:?}");
    }
}
