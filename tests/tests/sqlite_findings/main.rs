//! One bit flipped in an index, or in the table of names or of commits: what it does to callers, what `verify` says, and what `salvage` saves.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod commit_ends;
mod short_list;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use eventsourcing::error::{CommitError, EventLocation, ReadError, StoreErrorKind};
use eventsourcing::store::sqlite::{Finding, Salvaged};
use eventsourcing::store::{Commit, LogRead, SnapshotRead, StoredSnapshot, StreamRead};
use eventsourcing::{CommitId, SqliteStore, StreamId};
use eventsourcing_tests::sqlite::{beside, log, place};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

const PAGE: usize = 4096;

/// Streams in the order of their keys, each with so many events.
const EVENTS: [u64; 3] = [3, 1, 2];

fn stream(number: u8) -> StreamId {
    let mut id = [0xa0 | number; 16];
    id[15] = 0xf0;
    StreamId::new("Account", Uuid::from_bytes(id))
}

/// The key of a stream, as tables and indexes have it.
fn key(number: u8) -> Vec<u8> {
    [&[1][..], stream(number).id().as_bytes()].concat()
}

fn commit(id: CommitId, stream: StreamId, expected: u64) -> Commit {
    let mut commit = Commit::with_id(id);
    commit.append(stream, expected).unwrap().event("Happened", 1, b"{}").unwrap();
    commit
}

fn id_of(number: u8, version: u64) -> CommitId {
    CommitId::named(&format!("{number} {version}"))
}

/// Stream 0 at the positions 1 to 3, 1 at 4, and 2 at 5 and 6.
fn filled() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    for (number, events) in (0..).zip(EVENTS) {
        for version in 1..=events {
            store.blocking().commit(commit(id_of(number, version), stream(number), version - 1)).unwrap();
        }
    }
    (folder, path)
}

/// Flips a bit of the byte so far after the one place in a table or an index where these bytes are.
fn flip(path: &Path, table: &str, bytes: &[u8], after: usize, bit: u8) {
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let conn = Connection::open(path).unwrap();
    let page: u32 = conn.query_row(root, [table], |row| row.get(0)).unwrap();
    drop(conn);
    let mut file = fs::read(path).unwrap();
    let start = (page as usize - 1) * PAGE;
    let found: Vec<_> =
        file[start..start + PAGE].windows(bytes.len()).enumerate().filter(|(_, window)| *window == bytes).collect();
    assert_eq!(found.len(), 1, "{bytes:?} in {table}");
    let at = start + found[0].0 + after;
    file[at] ^= bit;
    fs::write(path, file).unwrap();
}

/// A version, as the index has it after the key.
fn entry(number: u8, version: u8) -> Vec<u8> {
    // The number 1 has no byte of its own: SQLite says so in the entry's header.
    if version == 1 { key(number) } else { [key(number), vec![version]].concat() }
}

fn findings(path: &Path) -> Vec<Finding> {
    let findings = SqliteStore::verify(path, |_| ControlFlow::Continue(())).unwrap().findings;
    assert!(findings.iter().all(|finding| !finding.to_string().is_empty()));
    findings.into_iter().filter(|finding| !matches!(finding, Finding::Structure(_))).collect()
}

fn salvaged(path: &Path) -> (SqliteStore, Salvaged) {
    let to = path.with_extension("salvaged");
    let salvaged = SqliteStore::salvage(path, &to, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(findings(&to), []);
    (SqliteStore::open(to).unwrap(), salvaged)
}

fn read(store: &SqliteStore, number: u8) -> Result<u64, ReadError> {
    let mut events = 0;
    let visit = &mut |_: eventsourcing::store::StoredEvent<'_>| {
        events += 1;
        ControlFlow::Continue(())
    };
    store.blocking().read_stream(StreamRead::new(stream(number)), visit).map(|_| events)
}

fn kind(error: CommitError) -> StoreErrorKind {
    let CommitError::Store(error) = error else { panic!("{error}") };
    error.kind()
}

#[test]
fn a_stream_that_has_lost_its_last_event_is_not_continued() {
    let (_folder, path) = filled();
    // To a stream that comes after this one and before the next.
    flip(&path, "sqlite_autoindex_events_1", &[key(0), vec![3]].concat(), 16, 1);
    let moved = StreamId::new("Account", Uuid::from_u128(stream(0).id().as_u128() | 1));
    let (version, position) = (3.into(), 3.into());
    let lost = Finding::Unindexed(EventLocation { stream: stream(0), version, position });
    assert_eq!(findings(&path), [Finding::Misindexed { stream: moved, version, position }, lost]);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(read(&store, 0).unwrap(), 2, "only the index knows of the third");
    for expected in [2, 3] {
        let refused = store.blocking().commit(commit(CommitId::new(), stream(0), expected)).unwrap_err();
        assert_eq!(kind(refused), StoreErrorKind::Corrupt, "{expected}");
    }
    let stopped = store.blocking().commit(commit(CommitId::new(), stream(1), 1)).unwrap_err();
    assert_eq!(kind(stopped), StoreErrorKind::Corrupt, "nor is anything else written");
    drop(store);
    let (store, salvaged) = salvaged(&path);
    assert_eq!((salvaged.kept, salvaged.left_out, read(&store, 0).unwrap()), (6, vec![], 3));
}

#[test]
fn a_stream_that_was_begun_twice_is_found_and_saved_as_it_was_first() {
    let (_folder, path) = filled();
    flip(&path, "sqlite_autoindex_events_1", &key(1), 16, 1);
    let lost = EventLocation { stream: stream(1), version: 1.into(), position: 4.into() };
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(read(&store, 1).unwrap(), 0);
    for expected in 0..2 {
        store.blocking().commit(commit(CommitId::new(), stream(1), expected)).unwrap();
    }
    drop(store);
    assert!(findings(&path).contains(&Finding::Unindexed(lost)));
    let (store, salvaged) = salvaged(&path);
    let left_out: Vec<_> = salvaged.left_out.iter().map(|place| (place.version.get(), place.position.get())).collect();
    assert_eq!((salvaged.kept, left_out, read(&store, 1).unwrap()), (6, vec![(1, 7), (2, 8)], 1));
}

#[test]
fn a_stream_that_has_lost_its_first_event_does_not_look_empty() {
    let (_folder, path) = filled();
    // The types of a key, the number 1 and a small number, before the entry of version 1.
    flip(&path, "sqlite_autoindex_events_1", &[vec![46, 9, 1], key(2)].concat(), 19, 1);
    let store = SqliteStore::open(&path).unwrap();
    let Err(ReadError::Store(error)) = read(&store, 2) else { panic!() };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert_eq!(read(&store, 9).unwrap(), 0);
}

#[test]
fn an_entry_that_points_elsewhere_is_not_believed() {
    let (_folder, path) = filled();
    // The entry of version 2 of stream 2, which stands at position 6.
    flip(&path, "sqlite_autoindex_events_1", &[entry(2, 2), vec![6]].concat(), 18, 4);
    let expected = [
        Finding::Misindexed { stream: stream(2), version: 2.into(), position: 2.into() },
        Finding::Unindexed(EventLocation { stream: stream(2), version: 2.into(), position: 6.into() }),
    ];
    assert_eq!(findings(&path), expected);
    let store = SqliteStore::open(&path).unwrap();
    let missing = || {
        let error = read(&store, 2).unwrap_err().to_string();
        assert!(error.starts_with(&format!("version 2 of {} is missing", stream(2))), "{error}");
    };
    // To look at the row for each commit would cost more than it is worth: what was stored after it is saved all the same.
    store.blocking().commit(commit(CommitId::new(), stream(2), 2)).unwrap();
    missing();
    let stopped = store.blocking().commit(commit(CommitId::new(), stream(2), 3)).unwrap_err();
    assert_eq!(kind(stopped), StoreErrorKind::Corrupt, "after it was seen");
    drop(store);
    let unlinked = Finding::Unlinked(EventLocation { stream: stream(2), version: 3.into(), position: 7.into() });
    assert!(findings(&path).contains(&unlinked));
    let (store, salvaged) = salvaged(&path);
    assert_eq!((salvaged.kept, salvaged.left_out, read(&store, 2).unwrap()), (7, vec![], 3));
}

#[test]
fn a_name_that_only_one_of_table_and_index_has_is_not_taken_for_new() {
    for table in ["names", "sqlite_autoindex_names_1"] {
        let (_folder, path) = filled();
        flip(&path, table, b"Account", 6, 1);
        let found = findings(&path);
        for name in ["Account", "Accounu"] {
            assert!(found.contains(&Finding::Name { id: 1, name: name.to_owned() }), "{table}: {found:?}");
        }
        let Ok(store) = SqliteStore::open(&path) else {
            assert_eq!(table, "names", "the checksums of events are of their names too");
            continue;
        };
        let Err(ReadError::Store(error)) = read(&store, 0) else { panic!("{table}") };
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("table `names` and its index do not agree on `Account`"), "{cause}");
        let refused = store.blocking().commit(commit(CommitId::new(), stream(9), 0)).unwrap_err();
        assert_eq!(kind(refused), StoreErrorKind::Corrupt);
        assert_eq!(log(&store).len(), 6, "the log needs no ids of names");
        drop(store);
        assert_eq!(salvaged(&path).1.kept, 6);
    }
}

#[test]
fn an_id_of_a_name_that_is_another_in_the_index_is_not_used() {
    let (_folder, path) = filled();
    flip(&path, "sqlite_autoindex_names_1", b"Happened\x02", 8, 1);
    let name = "Happened".to_owned();
    assert_eq!(findings(&path), [Finding::Name { id: 2, name: name.clone() }, Finding::Name { id: 3, name }]);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(read(&store, 0).unwrap(), 3, "an id has its name from the table");
    let refused = store.blocking().commit(commit(CommitId::new(), stream(0), 3)).unwrap_err();
    assert_eq!(kind(refused), StoreErrorKind::Corrupt);
}

#[test]
fn a_commit_whose_id_was_flipped_is_not_stored_again() {
    let (_folder, path) = filled();
    let whole = fs::read(&path).unwrap();
    for number in 0..3_u8 {
        for bit in (usize::from(number)..128).step_by(5) {
            fs::write(&path, &whole).unwrap();
            fs::remove_file(beside(&path, "-head")).unwrap();
            let id = id_of(number, 1);
            flip(&path, "commits", id.as_uuid().as_bytes(), bit / 8, 1 << (bit % 8));
            let store = SqliteStore::open(&path).unwrap();
            let refused = store.blocking().commit(commit(id, StreamId::new("Other", Uuid::nil()), 0)).unwrap_err();
            assert_eq!(kind(refused), StoreErrorKind::Corrupt, "{bit}");
        }
    }
}

/// Nearly the same ids of two commits are none that was flipped.
#[test]
fn ids_that_callers_number_are_told_apart() {
    let (_folder, path) = place();
    let store = SqliteStore::open(path).unwrap();
    for repeated in [false, true] {
        for number in (0..32).rev() {
            let id = CommitId::from(Uuid::from_u128(number));
            let stored = store.blocking().commit(commit(id, StreamId::new("Account", Uuid::from_u128(number)), 0));
            assert_eq!(stored.unwrap().repeated, repeated, "{number}");
        }
    }
}

#[test]
fn a_commit_id_that_was_changed_is_found_and_saved_as_it_was() {
    let (_folder, path) = filled();
    let (id, other) = (id_of(1, 1), StreamId::new("Account", Uuid::nil()));
    flip(&path, "commits", id.as_uuid().as_bytes(), 15, 3);
    let changed = CommitId::from(Uuid::from_u128(id.as_uuid().as_u128() ^ 3));
    let store = SqliteStore::open(&path).unwrap();
    assert!(store.blocking().commit(commit(id, stream(1), 0)).unwrap().repeated, "it stands where it would go");
    assert!(!store.blocking().commit(commit(id, other.clone(), 0)).unwrap().repeated, "nothing else tells");
    let refused = store.blocking().commit(commit(changed, other.clone(), 1)).unwrap_err();
    assert_eq!(kind(refused), StoreErrorKind::Corrupt);
    drop(store);
    let found = |id, first: u64| Finding::Commit { id, first: first.into() };
    assert_eq!(findings(&path), [found(id, 4), found(changed, 4)]);
    let (store, salvaged) = salvaged(&path);
    assert_eq!((salvaged.kept, salvaged.findings), (7, vec![found(id, 7), found(changed, 4)]));
    assert_eq!(store.blocking().commit(commit(id, other.clone(), 1)).unwrap().first, 4, "of both, the first");
    assert!(!store.blocking().commit(commit(changed, other, 1)).unwrap().repeated);
}

#[test]
fn a_snapshot_that_was_changed_is_not_given_out() {
    let (_folder, path) = filled();
    let (version, fingerprint, state) = (3.into(), Uuid::max(), b"state".to_vec());
    let snapshot = StoredSnapshot { stream: stream(0), version, fingerprint, state };
    let store = SqliteStore::open(&path).unwrap();
    store.blocking().save_snapshot(snapshot.clone()).unwrap();
    let latest = |store: &SqliteStore| store.blocking().read_snapshot(SnapshotRead::new(stream(0)));
    assert_eq!(latest(&store).unwrap().as_ref(), Some(&snapshot));
    drop(store);
    flip(&path, "snapshots", b"state", 0, 1);
    assert_eq!(findings(&path), [Finding::Snapshot { stream: stream(0), version: 3.into() }]);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(latest(&store).unwrap_err().kind(), StoreErrorKind::Corrupt);
    store.blocking().save_snapshot(snapshot.clone()).unwrap();
    assert_eq!(latest(&store).unwrap(), Some(snapshot), "the next takes its place");
    drop(store);
    assert_eq!(findings(&path), []);
}
