use std::time::{Duration, Instant};

use rusqlite::Connection;
use uuid::Uuid;

use super::*;
use crate::error::StoreErrorKind;
use crate::store::sqlite::SqliteStore;
use crate::stream::StreamId;

fn kind(outcome: &Outcome) -> Option<StoreErrorKind> {
    match outcome {
        Err(CommitError::Store(error)) => Some(error.kind()),
        Err(CommitError::Conflict(_) | CommitError::PrecedingNotStored) | Ok(_) => None,
    }
}

fn commit(stream: u128) -> Commit {
    let mut commit = Commit::new();
    commit.append(StreamId::new("A", Uuid::from_u128(stream)), 0).unwrap().event("E", 1, b"{}").unwrap();
    commit
}

#[test]
fn after_damage_was_seen_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    for stream in 1..3 {
        store.blocking().commit(commit(stream)).unwrap();
    }
    let rows = Connection::open(&path).unwrap();
    rows.execute_batch(
        "CREATE TEMP TABLE kept AS SELECT * FROM events WHERE position = 2; DELETE FROM events WHERE position = 2",
    )
    .unwrap();
    assert_eq!(kind(&store.blocking().commit(commit(3))), Some(StoreErrorKind::Corrupt));
    rows.execute_batch("INSERT INTO events SELECT * FROM kept").unwrap();
    let refused = store.blocking().commit(commit(3)).unwrap_err();
    assert!(refused.to_string().contains("does not write"), "{refused}");
    assert_eq!(store.blocking().head().unwrap(), 2, "reading goes on");
    drop((store, rows));
    SqliteStore::open(&path).unwrap().blocking().commit(commit(3)).unwrap();
}

#[test]
fn damage_that_a_reader_sees_ends_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    for stream in 1..4 {
        store.blocking().commit(commit(stream)).unwrap();
    }
    Connection::open(&path).unwrap().execute_batch("DELETE FROM events WHERE position = 2").unwrap();
    let log = crate::store::LogRead::after(0);
    assert!(store.blocking().read_log(log, &mut |_| std::ops::ControlFlow::Continue(())).is_err());
    assert_eq!(kind(&store.blocking().commit(commit(4))), Some(StoreErrorKind::Corrupt));
}

#[test]
fn a_group_waits_for_another_process_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, deadline) = (folder.path().join("store.db"), Duration::from_millis(500));
    let store = SqliteStore::builder().busy_deadline(deadline).open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commits = [Commit::new(), Commit::new(), Commit::new()];
    let since = Instant::now();
    let outcomes = store.shared.engine.committer.write(&commits.each_ref());
    assert!(since.elapsed() < 3 * deadline, "{:?}", since.elapsed());
    assert!(outcomes.iter().all(|outcome| kind(outcome) == Some(StoreErrorKind::Unavailable)), "{outcomes:?}");
}

#[test]
fn a_commit_in_doubt_stays_so_until_it_is_answered_for_certain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::builder().busy_deadline(Duration::ZERO).open(&path).unwrap();
    let (doubted, other) = (commit(1), commit(2));
    let committer = &store.shared.engine.committer;
    committer.with_lead(|writing| writing.doubt.add([doubted.id()]));
    let lock = Connection::open(&path).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kind(&committer.commit(doubted.clone())), Some(StoreErrorKind::OutcomeUnknown));
    assert_eq!(kind(&committer.commit(other.clone())), Some(StoreErrorKind::Unavailable), "nothing of it was tried");
    lock.execute_batch("COMMIT").unwrap();
    assert!(committer.commit(doubted.clone()).is_ok());
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kind(&committer.commit(doubted)), Some(StoreErrorKind::Unavailable), "it was answered");
}
