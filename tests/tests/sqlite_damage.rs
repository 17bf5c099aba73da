//! Bits flipped and rows written behind the back of the store: found, named, and never given out as if sound.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use eventsourcing::error::{CommitError, OpenError, ReadError, StoreErrorKind};
use eventsourcing::store::{Commit, EventStore, LogRead, StreamRead};
use eventsourcing::{CommitId, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::place;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;
use uuid::Uuid;

fn account() -> StreamId {
    StreamId::new("Account", Uuid::from_u128(7))
}

fn other() -> StreamId {
    StreamId::new("Other", Uuid::from_u128(8))
}

/// A store with versions 1 to 3 of an account at the positions 1, 2 and 4, and another stream at 3; the second event is then
/// changed.
fn damaged(change: &str) -> (TempDir, PathBuf) {
    let (folder, path) = place();
    fill(&path);
    change_file(&path, change);
    (folder, path)
}

fn fill(path: &Path) {
    let store = SqliteStore::open(path).unwrap();
    for (stream, expected, events) in [(account(), 0, 1), (account(), 1, 1), (other(), 0, 1), (account(), 2, 1)] {
        let mut commit = Commit::with_id(CommitId::named(&format!("{stream} {expected}")));
        commit.set_metadata(br#"{"actor":"me"}"#).unwrap();
        let mut append = commit.append(stream, expected).unwrap();
        for _ in 0..events {
            append = append.event("Happened", 1, br#"{"amount":5}"#).unwrap();
        }
        store.blocking().commit(commit).unwrap();
    }
}

fn change_file(path: &Path, change: &str) {
    let file = Connection::open(path).unwrap();
    file.execute_batch(change).unwrap_or_else(|error| panic!("{change}: {error}"));
}

type Seen = (Vec<u64>, Result<u64, ReadError>);

/// The positions visited, and how it ended, through the async and the blocking calls.
fn read(store: &SqliteStore, stream: Option<&StreamRead>) -> [Seen; 2] {
    [true, false].map(|blocking| {
        let mut seen = Vec::new();
        let visit = &mut |event: eventsourcing::store::StoredEvent<'_>| {
            seen.push(event.position.get());
            ControlFlow::Continue(())
        };
        let page = match (stream.cloned(), blocking) {
            (Some(read), true) => store.blocking().read_stream(read, visit).map(|page| page.reached.get()),
            (Some(read), false) => pollster::block_on(store.read_stream(read, visit)).map(|page| page.reached.get()),
            (None, true) => store.blocking().read_log(LogRead::after(0), visit).map(|page| page.reached.get()),
            (None, false) => {
                pollster::block_on(store.read_log(LogRead::after(0), visit)).map(|page| page.reached.get())
            }
        };
        (seen, page)
    })
}

/// Columns of the second event, each changed in a way that only its checksum or its type can tell. Of its body, the checksum is the bytes
/// from 1 on, the chain from 5, the name 9, the time from 10, the flags 18, the commit id from 19, the link is 35, the metadata with its length from 36, and the payload from 54.
const CHANGES: &[&str] = &[
    "UPDATE events SET body = CAST(substr(body, 1, 53) || '{\"amount\":6}' AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 53) || '{' AS BLOB) WHERE position = 2",
    "UPDATE events SET body = substr(body, 1, 53) WHERE position = 2",
    "UPDATE events SET body = substr(body, 1, 42) WHERE position = 2",
    "UPDATE events SET body = substr(body, 1, 21) WHERE position = 2",
    "UPDATE events SET body = substr(body, 1, 8) WHERE position = 2",
    "UPDATE events SET body = substr(body, 1, 7) WHERE position = 2",
    "UPDATE events SET body = x'' WHERE position = 2",
    "UPDATE events SET body = CAST(x'00000000' || substr(body, 5) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 9) || x'0102030405060708' || substr(body, 18) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 17) || x'00' || substr(body, 19) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 17) || x'ff' || substr(body, 19) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 18) || x'00112233445566778899aabbccddeeff' || substr(body, 35) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 34) || x'02' || substr(body, 36) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 35) || x'ffffffff' || substr(body, 40) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 39) || '{\"actor\":\"be\"}' || substr(body, 54) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 8) || x'01' || substr(body, 10) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 8) || x'63' || substr(body, 10) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 8) || x'ff' || substr(body, 10) AS BLOB) WHERE position = 2",
    "UPDATE events SET body = CAST(substr(body, 1, 8) || x'8200' || substr(body, 10) AS BLOB) WHERE position = 2",
    "INSERT INTO names VALUES (9, CAST(x'ff80' AS TEXT)); \
     UPDATE events SET body = CAST(substr(body, 1, 8) || x'09' || substr(body, 10) AS BLOB) WHERE position = 2",
];

#[test]
fn a_change_of_any_column_is_found_and_named() {
    for change in CHANGES {
        let (_folder, path) = damaged(change);
        let store = SqliteStore::open(&path).unwrap();
        let forward = StreamRead::new(account());
        for (asked, before) in
            [(Some(forward.clone()), vec![1]), (Some(forward.clone().backward()), vec![4]), (None, vec![1])]
        {
            for (seen, page) in read(&store, asked.as_ref()) {
                let Err(ReadError::Damaged(place)) = page else { panic!("{change}: {page:?}") };
                assert_eq!((place.position, place.version, place.stream), (2.into(), 2.into(), account()), "{change}");
                assert_eq!(seen, before, "{change}: those before it are given out");
            }
        }
        for (seen, page) in read(&store, Some(&StreamRead::new(other()))) {
            assert_eq!((seen, page.unwrap()), (vec![3], 1), "{change}: others are not affected");
        }
        for (seen, page) in read(&store, Some(&forward.clone().versions(3..))) {
            assert_eq!((seen, page.unwrap()), (vec![4], 3), "{change}: what comes after it can be read");
        }
        assert_eq!(store.blocking().head().unwrap(), 4);
    }
}

/// Changes of what says where an event is: of the second event in the log, or a hole in its stream.
const MOVED: &[(&str, &str)] = &[
    ("UPDATE events SET version = 12 WHERE position = 2", "Account/00000000-0000-0000-0000-000000000007"),
    ("UPDATE events SET version = -2 WHERE position = 2", "Account/00000000-0000-0000-0000-000000000007"),
    (
        "UPDATE events SET stream_key = x'0100000000000000000000000000000017' WHERE position = 2",
        "Account/00000000-0000-0000-0000-000000000017",
    ),
    ("UPDATE events SET stream_key = x'0107' WHERE position = 2", "Account/00000000-0000-0000-0000-000000000000"),
    ("UPDATE events SET stream_key = x'' WHERE position = 2", "?/00000000-0000-0000-0000-000000000000"),
    (
        "UPDATE events SET stream_key = x'0200000000000000000000000000000007' WHERE position = 2",
        "Happened/00000000-0000-0000-0000-000000000007",
    ),
    (
        "UPDATE events SET stream_key = x'4d00000000000000000000000000000007' WHERE position = 2",
        "?/00000000-0000-0000-0000-000000000007",
    ),
];

#[test]
fn an_event_that_says_it_is_elsewhere_is_found_where_it_is_and_missed_where_it_was() {
    for (change, named) in MOVED {
        let (_folder, path) = damaged(change);
        let store = SqliteStore::open(&path).unwrap();
        for (seen, page) in read(&store, None) {
            let Err(ReadError::Damaged(place)) = page else { panic!("{change}: {page:?}") };
            assert_eq!((place.position, &*place.stream.to_string(), seen), (2.into(), *named, vec![1]), "{change}");
        }
        for (seen, page) in read(&store, Some(&StreamRead::new(account()))) {
            let Err(ReadError::Store(error)) = page else { panic!("{change}: {page:?}") };
            assert_eq!((error.kind(), seen), (StoreErrorKind::Corrupt, vec![1]), "{change}");
            assert!(
                error.to_string().starts_with("version 2 of Account/00000000-0000-0000-0000-000000000007 is missing"),
                "{error}"
            );
        }
    }
}

/// The ids of names need not be small.
#[test]
fn a_name_is_found_by_any_id() {
    for id in [4_095_i64, 4_096, -1, i64::MAX, i64::MIN] {
        for name in ["Happened", "Account"] {
            let (_folder, path) = place();
            drop(SqliteStore::open(&path).unwrap());
            change_file(&path, &format!("INSERT INTO names VALUES ({id}, '{name}')"));
            fill(&path);
            let store = SqliteStore::open(&path).unwrap();
            for (seen, page) in read(&store, None) {
                assert_eq!((seen, page.unwrap()), (vec![1, 2, 3, 4], 4), "{id}");
            }
            for (seen, page) in read(&store, Some(&StreamRead::new(account()))) {
                assert_eq!((seen, page.unwrap()), (vec![1, 2, 4], 3), "{id}");
            }
        }
    }
}

#[test]
fn an_event_under_another_name_is_not_what_was_stored() {
    for name in ["Happened", "Account"] {
        let (_folder, path) = damaged(&format!("UPDATE names SET name = 'Ended' WHERE name = '{name}'"));
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{name}: {error}");
    }
}

#[test]
fn a_hole_in_the_log_is_found() {
    let (_folder, path) = damaged("DELETE FROM events WHERE position = 2");
    let store = SqliteStore::open(&path).unwrap();
    for (seen, page) in read(&store, None) {
        let Err(ReadError::Store(error)) = page else { panic!("{page:?}") };
        assert_eq!((error.kind(), seen), (StoreErrorKind::Corrupt, vec![1]));
        assert!(error.to_string().starts_with("the event at position 2 is missing in `"), "{error}");
    }
    let page = store.blocking().read_log(LogRead::after(1), &mut |_| ControlFlow::Continue(()));
    assert!(page.is_err(), "also when the page begins with it");
}

#[test]
fn a_swap_of_two_events_is_found() {
    let swap = "UPDATE events SET version = 0, position = 100 WHERE position = 2; \
                UPDATE events SET version = 2, position = 2 WHERE position = 1; \
                UPDATE events SET version = 1, position = 1 WHERE position = 100";
    let (_folder, path) = damaged(swap);
    for (seen, page) in read(&SqliteStore::open(&path).unwrap(), None) {
        assert!(matches!(page, Err(ReadError::Damaged(place)) if place.position == 1));
        assert!(seen.is_empty());
    }
}

#[test]
fn a_broken_chain_is_found_in_the_log() {
    let change = "UPDATE events SET body = CAST(substr(body, 1, 4) || x'00000000' || substr(body, 9) AS BLOB) WHERE position = 2";
    let (_folder, path) = damaged(change);
    for (seen, page) in read(&SqliteStore::open(&path).unwrap(), None) {
        assert!(matches!(page, Err(ReadError::Damaged(place)) if place.position == 2));
        assert_eq!(seen, [1]);
    }
}

#[test]
fn damage_is_found_also_where_it_is_not_asked_for() {
    let (_folder, path) = damaged("UPDATE events SET body = CAST(body || ' ' AS BLOB) WHERE position = 3");
    let store = SqliteStore::open(&path).unwrap();
    let page = store.blocking().read_log(LogRead::after(0).aggregates(["Account"]), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(page, Err(ReadError::Damaged(place)) if place.stream == other()), "it may be its name");
}

#[test]
fn bytes_that_are_not_json_come_back_as_they_are() {
    let (_folder, path) = damaged("");
    let payload = [0xff, 0x00, b'{', 0x80];
    let store = SqliteStore::open(&path).unwrap();
    let mut commit = Commit::new();
    commit.set_metadata(b"nor this").unwrap();
    commit.append(other(), 1).unwrap().event("Happened", 1, &payload).unwrap();
    store.blocking().commit(commit).unwrap();
    let mut seen = 0;
    let visit = &mut |found: eventsourcing::store::StoredEvent<'_>| {
        assert_eq!(
            (found.position, found.version, found.name, found.schema_version),
            (5.into(), 2.into(), "Happened", 1)
        );
        assert_eq!((found.payload, found.metadata), (&payload[..], Some(&b"nor this"[..])));
        seen += 1;
        ControlFlow::Continue(())
    };
    store.blocking().read_log(LogRead::after(4), visit).unwrap();
    pollster::block_on(store.read_stream(StreamRead::new(other()).versions(2..), visit)).unwrap();
    assert_eq!(seen, 2);
}

#[test]
fn a_file_without_our_tables_is_corrupt_and_says_so() {
    let (_folder, path) = damaged("DROP TABLE events");
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(&error, OpenError::Store(error) if error.kind() == StoreErrorKind::Corrupt), "{error:?}");
    assert!(error.to_string().contains("store.db") && error.to_string().contains("restore a backup"), "{error}");
}

/// What is done to the file while the store is open.
#[test]
fn tables_that_go_while_the_store_is_open_are_missed() {
    let (_folder, path) = damaged("");
    let store = SqliteStore::open(&path).unwrap();
    change_file(&path, "DROP TABLE events");
    let mut commit = Commit::new();
    commit.append(account(), 0).unwrap().event("Happened", 1, b"{}").unwrap();
    let Err(CommitError::Store(error)) = store.blocking().commit(commit) else { panic!() };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert_eq!(store.blocking().head().unwrap_err().kind(), StoreErrorKind::Corrupt);
    let Err(ReadError::Store(error)) = store.blocking().read_log(LogRead::after(0), &mut |_| panic!()) else {
        panic!()
    };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
}

#[test]
fn the_columns_are_those_that_are_changed_here() {
    let (_folder, path) = damaged("");
    let file = Connection::open(path).unwrap();
    let mut names = file.prepare("SELECT name FROM pragma_table_info('events')").unwrap();
    let names: Vec<Value> = names.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        let Value::Text(name) = name else { panic!() };
        let changes = CHANGES.iter().chain(MOVED.iter().map(|(change, _)| change));
        let touching = changes.filter(|change| change.contains(&format!("SET {name} = "))).count();
        assert!(touching > 0 || name == "position", "{name}: a change of the position is a hole or a swap");
    }
}
