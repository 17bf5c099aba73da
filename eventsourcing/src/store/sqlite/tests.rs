use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use rusqlite::ffi;
use uuid::Uuid;

use super::commit::transaction;
use super::connection::writer::Writer;
use super::error::{Operation, Origin};
use super::file::open::open_file;
use super::format::{commits, head, index, names, row, schema, snapshots};
use super::read::{log, stream};
use super::*;
use crate::StreamId;
use crate::error::{CommitError, StoreErrorKind};
use crate::store::{Commit, EventStore, LogRead};

fn sqlite(code: i32) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}

fn commit() -> Commit {
    let mut commit = Commit::new();
    commit.append(StreamId::new("Account", Uuid::nil()), 0).unwrap().event("Opened", 1, b"{}").unwrap();
    commit
}

fn opened(settings: &Settings) -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let (_, writer) = open_file(&folder.path().join("store.db"), settings).unwrap();
    (folder, writer)
}

#[test]
fn each_error_of_sqlite_has_a_kind_of_its_own_choice() {
    use StoreErrorKind::{Closed, Corrupt, Full, OutcomeUnknown, Unavailable, Unsupported};
    let kinds = [
        (ffi::SQLITE_BUSY, Unavailable, Unavailable),
        (ffi::SQLITE_BUSY_SNAPSHOT, Unavailable, Unavailable),
        (ffi::SQLITE_LOCKED, Unavailable, Unavailable),
        (ffi::SQLITE_FULL, Full, Full),
        (ffi::SQLITE_READONLY, Unsupported, Unsupported),
        (ffi::SQLITE_READONLY_DBMOVED, Unsupported, Unsupported),
        (ffi::SQLITE_IOERR_FSYNC, Unavailable, OutcomeUnknown),
        (ffi::SQLITE_IOERR_WRITE, Unavailable, OutcomeUnknown),
        (ffi::SQLITE_NOMEM, Unavailable, OutcomeUnknown),
        (ffi::SQLITE_CORRUPT, Corrupt, OutcomeUnknown),
        (ffi::SQLITE_NOTADB, Corrupt, OutcomeUnknown),
        (ffi::SQLITE_CONSTRAINT_UNIQUE, Corrupt, OutcomeUnknown),
        (ffi::SQLITE_ERROR, Corrupt, OutcomeUnknown),
        (ffi::SQLITE_CANTOPEN, Unavailable, OutcomeUnknown),
        (ffi::SQLITE_PERM, Unsupported, OutcomeUnknown),
        (ffi::SQLITE_MISUSE, Closed, OutcomeUnknown),
        (200, Closed, OutcomeUnknown),
    ];
    let origin = Origin::File("/srv/store.db".into());
    for (code, writing, committing) in kinds {
        let error = origin.error(Operation::Writing, sqlite(code));
        assert_eq!(error.kind(), writing, "{code}");
        assert!(error.to_string().starts_with("cannot write to `/srv/store.db`: "), "{error}");
        assert_eq!(origin.error(Operation::Committing, sqlite(code)).kind(), committing, "{code} in COMMIT");
    }
    assert_eq!(origin.error(Operation::Reading, rusqlite::Error::QueryReturnedNoRows).kind(), Corrupt);
}

#[test]
fn what_sqlite_was_told_it_says_again() {
    for (durability, synchronous) in [(Durability::Full, 2), (Durability::Normal, 1)] {
        let (_folder, writer) = opened(&Settings { durability, ..Settings::default() });
        let pragma =
            |name: &str| writer.reader.conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(pragma("synchronous"), synchronous);
        assert_eq!((pragma("application_id"), pragma("user_version")), (schema::APPLICATION, schema::SCHEMA));
        let mode: String = writer.reader.conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}

fn statements() -> Vec<&'static str> {
    [
        commits::STATEMENTS,
        head::STATEMENTS,
        index::STATEMENTS,
        log::STATEMENTS,
        names::STATEMENTS,
        row::STATEMENTS,
        snapshots::STATEMENTS,
        stream::STATEMENTS,
    ]
    .concat()
}

/// How SQLite finds the rows of each statement: never by looking at all of them, never by sorting.
#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let (_folder, writer) = opened(&Settings::default());
    for statement in statements() {
        let mut explained = writer.reader.conn.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let parameters = vec![1; explained.parameter_count()];
        let plan = explained.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        for step in plan.map(Result::unwrap) {
            let by_index = step.starts_with("SEARCH") || statement == head::STATEMENTS[0];
            assert!(by_index && !step.contains("TEMP B-TREE"), "{statement}: {step}");
        }
    }
}

/// Some ways to bind a value (a LIMIT, a range, the condition of a partial index) make SQLite prepare a statement again each time.
#[test]
fn no_statement_is_prepared_twice() {
    let (_folder, mut writer) = opened(&Settings::default());
    for number in 0..20 {
        let mut commit = Commit::with_id(crate::CommitId::named(&number.to_string()));
        commit.append(StreamId::new("Account", Uuid::from_u128(number)), 0).unwrap().event("Opened", 1, b"{}").unwrap();
        transaction::store_commits(&mut writer, &[&commit], 5).unwrap()[0].as_ref().unwrap();
    }
    for statement in statements() {
        let mut prepared = writer.reader.conn.prepare(statement).unwrap();
        for number in 1..4 {
            let parameters = vec![number; prepared.parameter_count()];
            let mut rows = prepared.query(rusqlite::params_from_iter(parameters)).unwrap();
            while rows.next().unwrap().is_some() {}
        }
        assert_eq!(prepared.get_status(rusqlite::StatementStatus::RePrepare), 0, "{statement}");
    }
}

/// A waker that keeps a handle, as the task of an executor does.
struct Task {
    store: SqliteStore,
    dropped: Sender<thread::ThreadId>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Task {
    fn drop(&mut self) {
        let store = std::mem::replace(&mut self.store, SqliteStore::in_memory().unwrap());
        drop(store);
        self.dropped.send(thread::current().id()).unwrap();
    }
}

#[test]
fn the_last_handle_may_go_on_a_thread_of_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    let (dropped, dropping) = channel();
    let task = Arc::new(Task { store: store.clone(), dropped });
    // Keeps the commit from its end until the waker's is the only handle.
    let engine = Arc::clone(&store.shared.engine);
    let blocked = engine.committer.block();
    let waker = Waker::from(task);
    let mut future = store.commit(commit());
    assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    while engine.committer.queued() > 0 {
        thread::yield_now();
    }
    drop(future);
    drop(waker);
    drop(store);
    drop(blocked);
    let thread = dropping.recv_timeout(Duration::from_secs(20)).expect("the thread does not wait for itself");
    assert_ne!(thread, thread::current().id());
    assert_eq!(SqliteStore::open(&path).unwrap().blocking().head().unwrap(), 1);
}

#[test]
fn a_visitor_that_panics_leaves_the_store_usable() {
    let folder = tempfile::tempdir().unwrap();
    for store in [SqliteStore::in_memory().unwrap(), SqliteStore::open(folder.path().join("store.db")).unwrap()] {
        store.blocking().commit(commit()).unwrap();
        let other = store.clone();
        let panicked =
            thread::spawn(move || other.blocking().read_log(LogRead::after(0), &mut |_| panic!("on purpose")));
        assert!(panicked.join().is_err());
        assert_eq!(store.blocking().head().unwrap(), 1);
        assert!(store.blocking().commit(commit()).is_err_and(|error| matches!(error, CommitError::Conflict(_))));
    }
}
