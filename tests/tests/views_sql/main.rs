//! Views in SQL, by what their runner does with them.

mod domain;
mod faults;
mod rebuilding;
mod unreadable;
mod values;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use eventsourcing::view::{SqlKey, SqlValue};
use eventsourcing::{Position, rusqlite};
use pollster::block_on;
use tempfile::tempdir;

use crate::domain::{ByHand, CURED, Count, Ledger, Transfer};

/// The balances of a ledger, and how many entries each account has.
pub(crate) fn balances(views: &Views) -> BTreeMap<u8, (i64, u32)> {
    let read = |conn: &rusqlite::Connection| {
        let sql = "SELECT number, balance, count(position) FROM accounts LEFT JOIN entries ON account = number GROUP BY number";
        let mut select = conn.prepare_cached(sql)?;
        let rows = select.query_map((), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        rows.collect()
    };
    block_on(views.sql::<Ledger>().read(read)).unwrap()
}

fn count<P: eventsourcing::view::SqlProjection>(views: &Views) -> u64 {
    let read = |conn: &rusqlite::Connection| conn.query_row("SELECT n FROM transfers", (), |row| row.get::<_, i64>(0));
    block_on(views.sql::<P>().read(read)).unwrap().unsigned_abs()
}

/// What is parked: by account, since which position, and how much waits.
pub(crate) fn parked(views: &Views) -> Vec<(String, Position, u64)> {
    let parked = block_on(views.sql::<Ledger>().parked()).unwrap();
    parked.into_iter().map(|one| (one.key.to_string(), one.position, one.waiting)).collect()
}

#[test]
fn tables_are_made_of_events_once_each_however_often_the_runner_stops() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>().with_sql::<Count>().with_sql::<ByHand>();
    let mut expected: BTreeMap<u8, (i64, u32)> = BTreeMap::new();
    for round in 0..6_u8 {
        for n in 0..20_u8 {
            let (from, to, amount) = (n % 3, 3 + n % 2, i64::from(n));
            let mut transfer = Transfer::make(from, to, amount, "");
            transfer.note();
            if n % 5 == 0 {
                transfer.undo();
            }
            transfers.save(&mut transfer).unwrap();
            for (account, amount) in [(from, -amount), (to, amount)] {
                let of_account = expected.entry(account).or_default();
                if n % 5 != 0 {
                    *of_account = (of_account.0 + amount, of_account.1 + 1);
                }
            }
        }
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        assert_eq!(balances(&views), expected);
        assert_eq!(count::<Count>(&views), 20 * (u64::from(round) + 1));
        assert_eq!(count::<ByHand>(&views), 20 * (u64::from(round) + 1));
        running.stop_blocking();
    }
    // Another handle, as after a start of the program.
    let again = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>();
    assert_eq!(balances(&again), expected);
    let conn = again.sql::<Ledger>().connect().unwrap();
    let (transfer, SqlValue(made_at)): (Id<Transfer>, SqlValue<SystemTime>) = conn
        .query_row("SELECT transfer, made_at FROM entries LIMIT 1", (), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!(transfers.get(transfer).is_ok());
    assert!(made_at.elapsed().unwrap().as_secs() < 600);
    assert!(conn.execute("DELETE FROM entries", ()).is_err(), "it reads only");
}

#[test]
fn a_view_of_an_empty_log_has_its_tables_once_it_has_caught_up() {
    for _ in 0..20 {
        let folder = tempdir().unwrap();
        let views = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>();
        let running = views.run(MemoryStore::new()).unwrap();
        block_on(views.caught_up()).unwrap();
        assert!(balances(&views).is_empty());
        running.stop_blocking();
    }
}

#[test]
fn a_rebuild_is_made_beside_and_shown_and_can_be_taken_away_again() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>();
    let running = views.run(store).unwrap();
    let last = transfers.save(&mut Transfer::make(1, 2, 5, "")).unwrap();
    let ledger = views.sql::<Ledger>();
    block_on(ledger.wait_for(last, std::time::Duration::from_secs(60))).unwrap();
    let before = views.status()[0].generation;
    block_on(ledger.rebuild()).unwrap();
    let is_swapped = || views.status().iter().any(|of| of.is_shown && of.generation > before);
    let begun = std::time::Instant::now();
    while !is_swapped() {
        assert!(begun.elapsed().as_secs() < 60, "{:?}", views.status());
        std::thread::yield_now();
    }
    block_on(views.caught_up()).unwrap();
    assert_eq!(balances(&views), BTreeMap::from([(1, (-5, 1)), (2, (5, 1))]));
    assert!(block_on(ledger.swap_back()).unwrap());
    assert_eq!(balances(&views), BTreeMap::from([(1, (-5, 1)), (2, (5, 1))]));
    running.stop_blocking();
}

#[test]
fn in_memory_there_is_no_sql_and_the_way_out_is_said() {
    let views = Views::memory().with_sql::<Ledger>();
    let running = views.run(MemoryStore::new()).unwrap();
    let stopped = block_on(views.caught_up());
    let Err(ViewError::Stopped { reason, .. }) = &stopped else { panic!("{stopped:?}") };
    assert!(reason.to_string().contains("keep it by `Views::sqlite`"), "{reason}");
    let read = block_on(views.sql::<Ledger>().read(|_| Ok(())));
    assert!(matches!(read, Err(ViewError::NoSql { .. })), "{read:?}");
    let unknown = block_on(views.sql::<Count>().read(|_| Ok(())));
    assert!(matches!(unknown, Err(ViewError::Unknown { .. })), "{unknown:?}");
    running.stop_blocking();
}

#[test]
fn what_waits_for_a_key_is_made_again_or_dropped() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Ledger>();
    let running = views.run(store).unwrap();
    for (from, note) in [(1, "curable"), (1, ""), (2, "fails"), (2, ""), (3, "")] {
        transfers.save(&mut Transfer::make(from, 9, 1, note)).unwrap();
    }
    block_on(views.caught_up()).unwrap();
    let expected = [("[1]".to_owned(), Position::new(1), 2), ("[2]".to_owned(), Position::new(3), 2)];
    assert_eq!(parked(&views), expected);
    assert_eq!(balances(&views), BTreeMap::from([(3, (-1, 1)), (9, (5, 5))]));
    let ledger = views.sql::<Ledger>();
    assert!(!block_on(ledger.retry_parked(1_u8)).unwrap(), "it is not cured");
    CURED.store(true, Ordering::Release);
    assert!(block_on(ledger.retry_parked(1_u8)).unwrap());
    block_on(ledger.drop_parked(2_u8)).unwrap();
    assert!(parked(&views).is_empty());
    let dropped = block_on(ledger.dropped()).unwrap();
    assert_eq!(dropped.len(), 1);
    assert_eq!(dropped[0].parked.key, SqlKey::of(&2_u8));
    transfers.save(&mut Transfer::make(2, 9, 1, "")).unwrap();
    block_on(views.caught_up()).unwrap();
    assert_eq!(balances(&views), BTreeMap::from([(1, (-2, 2)), (2, (-1, 1)), (3, (-1, 1)), (9, (6, 6))]));
    running.stop_blocking();
}

#[test]
fn what_a_caller_reads_wrongly_is_no_damage() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let views = Views::sqlite(folder.path()).unwrap().with_sql::<Count>();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    for (sql, part) in [
        ("SELECT n FROM transfres", "no such table: transfres"),
        ("SELECT n FROM transfers WHERE n < 0", "returned no rows"),
        ("SELECT 'text' FROM transfers", "Invalid column type"),
        ("DELETE FROM transfers", "readonly"),
    ] {
        let read = views.sql::<Count>();
        let read = read.read(|conn: &rusqlite::Connection| conn.query_row(sql, (), |row| row.get::<_, i64>(0)));
        match block_on(read) {
            Err(error @ ViewError::Query { .. }) => assert!(error.to_string().contains(part), "{error}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
    assert_eq!(count::<Count>(&views), 0);
    running.stop_blocking();
}
