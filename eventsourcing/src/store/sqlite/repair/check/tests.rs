use std::ops::ControlFlow;

use uuid::Uuid;

use super::*;
use crate::error::EventLocation;
use crate::store::sqlite::commit::transaction::store_commits;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::file::open::open_in_memory;
use crate::store::sqlite::format::body::Body;
use crate::store::sqlite::format::insert::Events;
use crate::store::sqlite::read::stream;
use crate::store::{Commit, StoredSnapshot, StreamRead};
use crate::stream::{CommitId, Position, StreamId, Version};

const ACCOUNT: Uuid = Uuid::from_u128(7);

fn account() -> StreamId {
    StreamId::new("Account", ACCOUNT)
}

fn commit(mut commit: Commit, stream: StreamId, expected: Version, events: usize) -> Commit {
    let mut append = commit.append(stream, expected).unwrap();
    for _ in 0..events {
        append = append.event("Happened", 1, b"{}").unwrap();
    }
    commit
}

/// Versions 1 to 3 of an account at the positions 1, 2 and 4, and another stream at 3.
fn filled() -> Writer {
    let mut writer = open_in_memory().unwrap();
    let other = StreamId::new("Other", Uuid::from_u128(8));
    let mut given = commit(Commit::with_id(CommitId::named("given")), account(), 0.into(), 2);
    let (fingerprint, state) = (Uuid::from_u128(3), b"state".to_vec());
    given.add_snapshot(StoredSnapshot { stream: account(), version: 2.into(), fingerprint, state });
    for commit in [given, commit(Commit::new(), other, 0.into(), 1), commit(Commit::new(), account(), 2.into(), 1)] {
        store_commits(&mut writer, &[&commit], 0).unwrap()[0].as_ref().unwrap();
    }
    writer
}

/// Stores an event of the account with a seal that is right, whatever its version, and a link to this position.
fn add(writer: &mut Writer, version: Version, linked_to: Option<Position>) -> rusqlite::Result<EventLocation> {
    let Writer { reader: Reader { conn, names }, tail, body, .. } = writer;
    let (aggregate, name) = (names.intern(conn, "Account").unwrap(), names.intern(conn, "Happened").unwrap());
    let id = CommitId::new().as_uuid();
    let event = Body {
        recorded_at: 0,
        schema_version: 1,
        commit: Some(id.as_bytes()),
        is_given: false,
        link: None,
        metadata: None,
        payload: b"{}",
    };
    let mut events = Events::new(conn, aggregate, ACCOUNT, linked_to).unwrap();
    let head = events.add(version, name, event, tail.head(), body)?.unwrap();
    tail.push(head);
    Ok(EventLocation { stream: account(), version, position: head.position })
}

fn found(writer: &mut Writer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let flow = check_tables(&mut writer.reader, &mut findings, &mut || ControlFlow::Continue(()));
    assert!(flow.is_continue());
    findings
}

/// The versions that are read, and what is said to be missing.
fn read(writer: &mut Writer, read: &StreamRead) -> (Vec<u64>, Option<String>) {
    let mut seen = Vec::new();
    let page = stream::read_page(&mut writer.reader, read, &mut |event| {
        seen.push(event.version.get());
        ControlFlow::Continue(())
    });
    let missing = match page {
        Err(ReadFailure::Missing(what)) => Some(what),
        other => other.map(|_| None).unwrap(),
    };
    (seen, missing)
}

#[test]
fn a_sound_file_has_no_findings() {
    let mut writer = filled();
    let place = add(&mut writer, 4.into(), Some(4.into())).unwrap();
    assert_eq!((place.position, found(&mut writer)), (5.into(), vec![]));
}

#[test]
fn an_event_that_follows_another_one_than_the_one_before_is_found() {
    let mut writer = filled();
    let unlinked = add(&mut writer, 4.into(), Some(2.into())).unwrap();
    add(&mut writer, 5.into(), Some(5.into())).unwrap();
    assert_eq!(found(&mut writer), [Finding::Unlinked(unlinked)]);
    let what = "the event of Account/00000000-0000-0000-0000-000000000007 that version 4 was stored after".to_owned();
    let whole = StreamRead::new(account());
    assert_eq!(read(&mut writer, &whole.clone()), (vec![1, 2, 3], Some(what.clone())));
    assert_eq!(read(&mut writer, &whole.clone().backward()), (vec![5, 4], Some(what)));
    // Where the event before is not read, it is not known.
    assert_eq!(read(&mut writer, &whole.versions(4..)), (vec![4, 5], None));
}

#[test]
fn an_event_is_not_linked_to_what_comes_after_it() {
    let mut writer = filled();
    assert!(add(&mut writer, 4.into(), Some(5.into())).is_err());
}

#[test]
fn versions_that_are_not_there_are_found_also_at_the_end_of_what_is_asked_for() {
    let mut writer = filled();
    add(&mut writer, 6.into(), Some(4.into())).unwrap();
    assert!(matches!(&found(&mut writer)[..], [Finding::Gap { stream, first, last }, Finding::Unlinked(_)]
            if *stream == account() && *first == 4 && *last == 5));
    let missing = |version| Some(format!("version {version} of {}", account()));
    let whole = StreamRead::new(account());
    assert_eq!(read(&mut writer, &whole.clone()), (vec![1, 2, 3], missing(4)));
    assert_eq!(read(&mut writer, &whole.clone().versions(..=4)), (vec![1, 2, 3], missing(4)));
    assert_eq!(read(&mut writer, &whole.clone().versions(..=3)), (vec![1, 2, 3], None));
    assert_eq!(read(&mut writer, &whole.clone().versions(..=0)), (vec![], None));
    assert_eq!(read(&mut writer, &whole.clone().versions(5..)), (vec![], missing(5)));
    assert_eq!(read(&mut writer, &whole.clone().backward()), (vec![6], missing(5)));
    assert_eq!(read(&mut writer, &whole.clone().backward().versions(..=5)), (vec![], missing(4)));
    assert_eq!(read(&mut writer, &whole.clone().backward().versions(..=3)), (vec![3, 2, 1], None));
    assert_eq!(read(&mut writer, &whole.clone().backward().versions(..=9)), (vec![6], missing(5)));

    writer.reader.conn.execute_batch("DELETE FROM events WHERE version = 1").unwrap();
    assert_eq!(read(&mut writer, &whole.clone()), (vec![], missing(1)));
    assert_eq!(read(&mut writer, &whole.clone().versions(..=1)), (vec![], missing(1)));
    assert_eq!(read(&mut writer, &whole.clone().backward().versions(..=3)), (vec![3, 2], missing(1)));
    assert_eq!(read(&mut writer, &whole.backward().versions(..=1)), (vec![], missing(1)));
}

#[test]
fn a_commit_without_its_row_and_a_row_without_its_commit_are_found() {
    let id = CommitId::named("given");
    for (change, expected) in [
        ("DELETE FROM commits", vec![Finding::Commit { id, first: 1.into() }]),
        ("UPDATE commits SET last = 1", vec![Finding::Commit { id, first: 1.into() }]),
        ("UPDATE commits SET last = 3", vec![Finding::Commit { id, first: 1.into() }]),
        (
            "UPDATE commits SET first = 2",
            vec![Finding::Commit { id, first: 1.into() }, Finding::Commit { id, first: 2.into() }],
        ),
        (
            "INSERT INTO commits VALUES (zeroblob(16), 2, 2)",
            vec![Finding::Commit { id: CommitId::from(Uuid::nil()), first: 2.into() }],
        ),
    ] {
        let mut writer = filled();
        writer.reader.conn.execute_batch(change).unwrap();
        assert_eq!(found(&mut writer), expected, "{change}");
        let again =
            store_commits(&mut writer, &[&commit(Commit::with_id(id), StreamId::new("New", ACCOUNT), 0.into(), 1)], 0);
        let is_repeated = again.as_ref().map(|stored| stored[0].as_ref().unwrap().repeated).ok();
        let expected = match change.split_once(' ') {
            Some(("DELETE", _)) => Some(false),
            Some(("INSERT", _)) => Some(true),
            _ => None,
        };
        assert_eq!(is_repeated, expected, "{change}: {again:?}");
    }
}

#[test]
fn a_snapshot_that_was_changed_is_found() {
    for change in ["state = x'00'", "version = 1", "fingerprint = x'00'", "id = zeroblob(16)", "aggregate = 2"] {
        let mut writer = filled();
        writer.reader.conn.execute_batch(&format!("UPDATE snapshots SET {change}")).unwrap();
        let findings = found(&mut writer);
        assert!(matches!(findings[..], [Finding::Snapshot { .. }]), "{change}: {findings:?}");
    }
}

#[test]
fn what_follows_from_lost_events_is_no_finding_of_its_own() {
    for (lost, missing) in [("position = 1", 1..=1), ("position = 2", 2..=2), ("position IN (2, 3)", 2..=3)] {
        let mut writer = filled();
        writer.reader.conn.execute_batch(&format!("DELETE FROM events WHERE {lost}")).unwrap();
        let hole = Finding::Missing { first: (*missing.start()).into(), last: (*missing.end()).into() };
        let mut findings = vec![hole.clone()];
        let flow = check_tables(&mut writer.reader, &mut findings, &mut || ControlFlow::Continue(()));
        assert!(flow.is_continue());
        assert_eq!(findings, [hole], "{lost}");
        assert!(!found(&mut writer).is_empty(), "{lost}: where it is not known that they are lost");
    }
}
