//! Events that cannot be read, or that a later release has stored.

use std::sync::Arc;

use eventsourcing::StreamId;
use eventsourcing::error::{StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::store::Commit;
use eventsourcing::view::{At, SqlKey, SqlProjection, SqliteTx};
use pollster::block_on;
use tempfile::tempdir;

use crate::domain::{Transfer, TransferEvent};

/// What was done to each transfer, parked by transfer.
struct History;

#[projection(version = 1, ignore(TransferEvent::Noted))]
impl History {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE done (transfer BLOB, position INTEGER)")
    }

    #[on(TransferEvent::Made, key = at.id())]
    fn made(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO done VALUES (?1, ?2)", (at.id(), at.position())).map(drop)
    }

    #[on(TransferEvent::Undone, key = at.id())]
    fn undone(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO done VALUES (?1, ?2)", (at.id(), at.position())).map(drop)
    }
}

/// The same without a key.
struct Unkeyed;

#[projection(version = 1, ignore(TransferEvent::Noted))]
impl Unkeyed {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        History::setup(tx)
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        History::made(tx, at)
    }

    #[on(TransferEvent::Undone)]
    fn undone(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        History::made(tx, at)
    }
}

fn store_raw(store: &MemoryStore, id: Id<Transfer>, version: u64, name: &'static str, payload: &[u8]) {
    let mut commit = Commit::new();
    commit.append(StreamId::new("Transfer", id.as_uuid()), version).unwrap().event(name, 1, payload).unwrap();
    store.clone().blocking().commit(commit).unwrap();
}

fn done<P: SqlProjection>(views: &Views) -> Vec<u64> {
    let read = |conn: &rusqlite::Connection| {
        let mut select = conn.prepare("SELECT position FROM done ORDER BY position")?;
        select.query_map((), |row| row.get::<_, i64>(0).map(i64::unsigned_abs))?.collect()
    };
    block_on(views.sql::<P>().read(read)).unwrap()
}

fn stopped<P: SqlProjection>(views: &Views) -> Arc<StopReason> {
    let waited = block_on(views.sql::<P>().wait_for(u64::MAX, std::time::Duration::from_secs(60)));
    let Err(ViewError::Stopped { reason, .. }) = waited else { panic!("{waited:?}") };
    reason
}

/// A transfer that is made and undone, by an event that cannot be read.
fn damaged(store: &MemoryStore) -> Id<Transfer> {
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let mut transfer = Transfer::make(1, 2, 1, "");
    transfers.save(&mut transfer).unwrap();
    store_raw(store, transfer.id(), 1, "Made", b"{\"from\": \"the moon\"}");
    store_raw(store, transfer.id(), 2, "Undone", b"null");
    transfers.save(&mut Transfer::make(1, 2, 1, "")).unwrap();
    transfer.id()
}

#[test]
fn an_event_that_cannot_be_read_sets_its_aggregate_aside_where_that_is_the_key_of_all_and_else_stops_the_view() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let id = damaged(&store);
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<History>().with_sql::<Unkeyed>();
    let running = views.run(store.clone()).unwrap();
    let history = views.sql::<History>();
    block_on(history.wait_for(4, std::time::Duration::from_secs(60))).unwrap();
    assert_eq!(done::<History>(&views), [1, 4]);
    let parked = block_on(history.parked()).unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!((&parked[0].key, parked[0].position.get(), parked[0].waiting), (&SqlKey::of(&id), 2, 2));
    assert!(parked[0].error.contains("cannot be read"), "{}", parked[0].error);
    let reason = stopped::<Unkeyed>(&views);
    assert!(matches!(&*reason, StopReason::Unreadable(_)), "{reason:?}");
    // It is no more readable than it was.
    assert!(!block_on(history.retry_parked(id)).unwrap());
    assert_eq!(block_on(history.parked()).unwrap()[0].waiting, 2);
    block_on(history.drop_parked(id)).unwrap();
    assert!(block_on(history.parked()).unwrap().is_empty());
    running.stop_blocking();
}

#[test]
fn an_event_of_a_kind_that_is_not_handled_is_not_read() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let mut transfer = Transfer::make(1, 2, 1, "");
    transfers.save(&mut transfer).unwrap();
    store_raw(&store, transfer.id(), 1, "Noted", b"no JSON");
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<History>().with_sql::<Unkeyed>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!((done::<History>(&views), done::<Unkeyed>(&views)), (vec![1], vec![1]));
    running.stop_blocking();
}

#[test]
fn an_event_of_a_later_release_stops_the_view() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let mut transfer = Transfer::make(1, 2, 1, "");
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut transfer).unwrap();
    store_raw(&store, transfer.id(), 1, "Sealed", b"{}");
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<History>();
    let running = views.run(store).unwrap();
    let reason = stopped::<History>(&views);
    assert!(matches!(&*reason, StopReason::Unreadable(_)), "{reason:?}");
    assert_eq!(done::<History>(&views), [1], "what precedes it is kept");
    running.stop_blocking();
}
