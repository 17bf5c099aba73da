use uuid::Uuid;

use super::{Commit, Limits};
use crate::error::InvalidCommit;
use crate::stream::StreamId;

fn stream(name: &str) -> StreamId {
    StreamId::new(name.to_owned(), Uuid::nil())
}

#[test]
fn appends_keep_their_events_apart() {
    let mut commit = Commit::new();
    let append = commit.append(stream("A"), 0).unwrap();
    append.event("One", 1, b"1").unwrap().event("Two", 2, b"").unwrap();
    commit.append(stream("B"), 7).unwrap();
    commit.append(stream("A"), 2).unwrap().event("Three", 1, b"333").unwrap();

    let parts: Vec<_> = commit
        .appends()
        .map(|append| {
            let events: Vec<_> = append.events().map(|event| (&**event.name, event.payload)).collect();
            (append.stream.aggregate(), append.expected.get(), events)
        })
        .collect();
    let (one, two, three) = (("One", &b"1"[..]), ("Two", &b""[..]), ("Three", &b"333"[..]));
    assert_eq!(parts, [("A", 0, vec![one, two]), ("B", 7, vec![]), ("A", 2, vec![three])]);
}

#[test]
fn a_refused_event_is_not_part_of_the_commit() {
    let mut commit = Commit::new();
    let append = commit.append(stream("A"), 0).unwrap().event("Kept", 1, b"{}").unwrap();
    let refused = append.event("Large", 1, &vec![b' '; Limits::MAX.max_payload_bytes + 1]).unwrap_err();
    assert!(matches!(refused, InvalidCommit::PayloadTooLarge { .. }), "{refused}");
    commit.append(stream("B"), 0).unwrap().event("After", 1, b"[]").unwrap();

    let payloads: Vec<_> = commit.appends().flat_map(|append| append.events()).map(|event| event.payload).collect();
    assert_eq!(payloads, [b"{}", b"[]"]);
}

#[test]
fn what_is_beyond_a_limit_cannot_be_built() {
    let mut commit = Commit::new();
    assert!(matches!(
        commit.set_metadata(&vec![b' '; Limits::MAX.max_metadata_bytes + 1]),
        Err(InvalidCommit::MetadataTooLarge { .. })
    ));
    for name in ["", "a\0b", "a\nb", &"x".repeat(256)] {
        assert!(matches!(commit.append(stream(name), 0), Err(InvalidCommit::Name { .. })), "{name:?}");
    }
    commit.append(stream(&"x".repeat(255)), 0).unwrap();

    let mut append = commit.append(stream("A"), 0).unwrap();
    let full = vec![b' '; Limits::MAX.max_payload_bytes];
    for _ in 0..Limits::MAX.max_commit_bytes / Limits::MAX.max_payload_bytes {
        append = append.event("Full", 1, &full).unwrap();
    }
    assert!(matches!(append.event("More", 1, b" "), Err(InvalidCommit::CommitTooLarge { .. })));
}

#[test]
fn metadata_counts_once_for_each_event() {
    let metadata = vec![b' '; Limits::MAX.max_metadata_bytes];
    let events = Limits::MAX.max_commit_bytes / Limits::MAX.max_metadata_bytes;
    let mut commit = Commit::new();
    commit.set_metadata(&metadata).unwrap();
    let mut append = commit.append(stream("A"), 0).unwrap();
    for _ in 0..events {
        append = append.event("One", 1, b"").unwrap();
    }
    assert!(matches!(append.event("More", 1, b""), Err(InvalidCommit::CommitTooLarge { .. })));

    commit.set_metadata(b"").unwrap();
    commit.append(stream("B"), 0).unwrap().event("More", 1, b"").unwrap();
    assert!(matches!(commit.set_metadata(&metadata), Err(InvalidCommit::CommitTooLarge { .. })));
}

#[test]
fn a_commit_has_at_most_65_536_events() {
    let mut commit = Commit::new();
    let mut append = commit.append(stream("A"), 0).unwrap();
    for _ in 0..Limits::MAX.max_events {
        append = append.event("One", 1, b"").unwrap();
    }
    assert!(matches!(append.event("More", 1, b""), Err(InvalidCommit::TooManyEvents { .. })));
    assert_eq!(commit.len(), Limits::MAX.max_events);
}
