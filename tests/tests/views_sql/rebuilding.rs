//! Tables that are built beside those that are shown: held, compared, shown.

use std::time::{Duration, Instant};

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqlDiff, SqlProjection, SqlValue, SqliteTx, ViewDiff};
use pollster::block_on;
use tempfile::tempdir;

use crate::domain::{Transfer, TransferEvent};

const TIME: Duration = Duration::from_secs(60);

/// What each account has, as the first release of a program counts.
struct First;

#[projection(version = 1, name = "sums", ignore(TransferEvent::..))]
impl First {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE sums (account INTEGER PRIMARY KEY, sum INTEGER NOT NULL, old TEXT);
             CREATE TABLE entries (account INTEGER, amount);
             CREATE TABLE \"keys of any kind\" (key ANY, note TEXT COLLATE NOCASE, PRIMARY KEY (key, note)) WITHOUT ROWID;
             CREATE TABLE gone (account INTEGER);
             CREATE VIEW all_sums AS SELECT * FROM sums;
             CREATE VIRTUAL TABLE notes USING fts5(note);",
        )
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, at: &At<Transfer>, from: u8, to: u8, amount: i64, note: &str) -> rusqlite::Result<()> {
        count(tx, from, -amount)?;
        count(tx, to, amount)?;
        tx.execute("INSERT INTO gone VALUES (?1)", [to])?;
        tx.execute("INSERT INTO notes VALUES (?1)", [note])?;
        for key in [note.as_bytes().to_vec(), vec![7; 16], vec![7; 17]] {
            tx.execute("INSERT OR IGNORE INTO \"keys of any kind\" VALUES (?1, ?2)", (key, note))?;
        }
        tx.execute("INSERT OR IGNORE INTO \"keys of any kind\" VALUES (?1, ?2)", (at.position(), note)).map(drop)
    }
}

fn count(tx: &SqliteTx<'_>, account: u8, amount: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sums (account, sum) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum";
    tx.execute(sql, (account, amount))?;
    tx.execute("INSERT INTO entries VALUES (?1, ?2)", (account, amount)).map(drop)
}

/// The same, as the second release does: account 9 is counted double, and each entry twice.
struct Second;

#[projection(version = 2, name = "sums", ignore(TransferEvent::..))]
impl Second {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE sums (sum INTEGER NOT NULL, account INTEGER PRIMARY KEY, at INTEGER);
             CREATE TABLE entries (at INTEGER, amount, account INTEGER);
             CREATE TABLE \"keys of any kind\" (key ANY, note TEXT COLLATE NOCASE, PRIMARY KEY (key, note)) WITHOUT ROWID;
             CREATE TABLE come (account INTEGER);
             CREATE VIRTUAL TABLE notes USING fts5(note);",
        )
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, at: &At<Transfer>, from: u8, to: u8, amount: i64, note: &str) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO come VALUES (?1)", [to])?;
        tx.execute("INSERT INTO notes VALUES (?1)", [note])?;
        for key in [vec![7; 17], vec![7; 16], note.as_bytes().to_vec()] {
            tx.execute("INSERT OR IGNORE INTO \"keys of any kind\" VALUES (?1, ?2)", (key, note))?;
        }
        // A float beside the integers.
        let position = i64::try_from(at.position().get()).unwrap();
        let key = if position == 2 { rusqlite::types::Value::Real(2.5) } else { position.into() };
        tx.execute("INSERT OR IGNORE INTO \"keys of any kind\" VALUES (?1, ?2)", (key, note))?;
        for (account, amount) in [(from, -amount), (to, if to == 9 { amount * 2 } else { amount })] {
            let sql =
                "INSERT INTO sums VALUES (?2, ?1, ?3) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum, at = ?3";
            tx.execute(sql, (account, amount, SqlValue(at.recorded_at())))?;
            for _ in 0..if account == 9 { 2 } else { 1 } {
                tx.execute("INSERT INTO entries (account, amount) VALUES (?1, ?2)", (account, amount))?;
            }
        }
        Ok(())
    }
}

fn sums<P: SqlProjection>(views: &Views) -> Vec<(u8, i64)> {
    let read = |conn: &rusqlite::Connection| {
        let mut select = conn.prepare("SELECT account, sum FROM sums ORDER BY account")?;
        select.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    block_on(views.sql::<P>().read(read)).unwrap()
}

fn wait_until(views: &Views, what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < TIME, "{:?}", views.status());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The differences of a table: the same, different, only shown, only built.
fn of(diff: &SqlDiff, table: &str) -> (u64, u64, u64, u64) {
    let ViewDiff { same, different, only_shown, only_built, .. } = rows(diff, table);
    (*same, *different, *only_shown, *only_built)
}

fn rows<'d>(diff: &'d SqlDiff, table: &str) -> &'d ViewDiff {
    &diff.tables.iter().find(|one| one.table == table).unwrap().rows
}

#[test]
fn what_is_built_waits_at_the_position_of_what_is_shown_and_each_event_counts_once() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let transfer = |from, to| _ = transfers.save(&mut Transfer::make(from, to, 10, "")).unwrap();
    (1..4).for_each(|from| transfer(from, 5));
    let before = Views::sqlite(folder.path()).unwrap().with_sql::<First>();
    let running = before.run(store.clone()).unwrap();
    block_on(before.caught_up()).unwrap();
    running.stop_blocking();
    // What is shown stays there, while there is more in the log.
    (1..4).for_each(|from| transfer(from, 6));
    let views = Views::sqlite(folder.path()).unwrap().hold_swaps().with_sql::<Second>();
    let running = views.run(store.clone()).unwrap();
    wait_until(&views, || views.status().iter().any(|one| one.waits_for_swap));
    assert_eq!(views.status()[0].checkpoint.get(), 3, "it waits where it can be compared");
    let diff = block_on(views.sql::<Second>().diff(TIME)).unwrap();
    assert_eq!((diff.position.get(), of(&diff, "sums")), (3, (4, 0, 0, 0)));
    assert!(block_on(views.sql::<Second>().swap()).unwrap());
    (1..4).for_each(|from| transfer(from, 9));
    block_on(views.caught_up()).unwrap();
    assert_eq!(sums::<Second>(&views), [(1, -30), (2, -30), (3, -30), (5, 30), (6, 30), (9, 60)]);
    running.stop_blocking();
}

#[test]
fn tables_are_compared_by_their_primary_keys_or_by_all_columns() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for (from, to, note) in [(1, 2, ""), (1, 9, "a"), (2, 9, "b"), (1, 2, "A")] {
        transfers.save(&mut Transfer::make(from, to, 10, note)).unwrap();
    }
    let before = Views::sqlite(folder.path()).unwrap().with_sql::<First>();
    let running = before.run(store.clone()).unwrap();
    block_on(before.caught_up()).unwrap();
    let none = block_on(before.sql::<First>().diff(TIME));
    assert!(matches!(none, Err(eventsourcing::error::ViewError::NotBuilt { .. })), "{none:?}");
    block_on(before.sql::<First>().rebuild()).unwrap();
    let views = Views::sqlite(folder.path()).unwrap().hold_swaps().with_sql::<Second>();
    let beside = views.run(store).unwrap();
    let diff = views.blocking().sql::<Second>().diff(TIME).unwrap();
    let tables: Vec<_> = diff.tables.iter().map(|table| &*table.table).collect();
    assert_eq!(tables, ["come", "entries", "gone", "keys of any kind", "notes", "sums"]);
    // By the key of both: account 9 has another sum.
    assert_eq!(of(&diff, "sums"), (2, 1, 0, 0));
    let of_sums = rows(&diff, "sums");
    assert_eq!(
        (&*of_sums.columns_only_shown, &*of_sums.columns_only_built),
        (&["old".to_owned()][..], &["at".to_owned()][..])
    );
    let sample = &of_sums.samples[0];
    assert!(sample.shown.as_ref().unwrap().contains("\"sum\":20"), "{sample:?}");
    assert!(sample.built.as_ref().unwrap().contains("\"sum\":40"), "{sample:?}");
    // By all columns of both, each as often as it is there.
    assert_eq!(of(&diff, "entries"), (6, 0, 2, 4));
    assert_eq!(of(&diff, "gone"), (0, 0, 4, 0));
    assert_eq!(of(&diff, "come"), (0, 0, 0, 4));
    assert_eq!(of(&diff, "notes"), (4, 0, 0, 0));
    // Keys of several types, in the order of none of the tables.
    assert_eq!(of(&diff, "keys of any kind"), (13, 0, 1, 1), "{diff:?}");
    assert!(!diff.is_same());
    beside.stop_blocking();
    running.stop_blocking();
}

#[test]
fn tables_that_are_built_again_are_the_same() {
    let (store, folder) = (MemoryStore::new(), tempdir().unwrap());
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = Views::sqlite(folder.path()).unwrap().hold_swaps().with_sql::<First>();
    let running = views.run(store).unwrap();
    for n in 0..50_u8 {
        transfers
            .save(&mut Transfer::make(n % 7, n % 5, i64::from(n), ["", "a", "A", "b"][usize::from(n % 4)]))
            .unwrap();
    }
    block_on(views.caught_up()).unwrap();
    block_on(views.sql::<First>().rebuild()).unwrap();
    // While there is more to read.
    for n in 0..20_u8 {
        transfers.save(&mut Transfer::make(n % 7, 8, 1, "c")).unwrap();
        let diff = block_on(views.sql::<First>().diff(TIME)).unwrap();
        assert!(diff.is_same(), "{diff:?}");
        assert!(diff.position.get() >= 50, "{diff:?}");
    }
    assert_eq!(block_on(views.sql::<First>().generations()).unwrap().len(), 2);
    assert_eq!(views.status().iter().filter(|one| one.is_shown).count(), 1, "it is not swapped in by itself");
    running.stop_blocking();
}
