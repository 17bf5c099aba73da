//! Transfers between accounts, and views of them in SQL.

use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqlDelivery, SqlKey, SqlOn, SqlProjection, SqlSource, SqlValue, SqliteTx};

#[derive(Aggregate)]
pub(crate) struct Transfer {
    root: Root<Self>,
}

#[events]
impl Transfer {
    /// `note` says what goes wrong in a handler.
    #[event(Made)]
    pub(crate) fn make(from: u8, to: u8, amount: i64, note: &str) -> Self {
        let _ = (from, to, amount, note);
        Self { root: Root::new() }
    }

    #[event(Undone)]
    pub(crate) fn undo(&mut self) {}

    #[event(Noted)]
    pub(crate) fn note(&mut self) {}
}

/// Whether what is noted goes wrong no longer; of one test alone.
pub(crate) static CURED: AtomicBool = AtomicBool::new(false);

/// Goes wrong as a note says.
fn go_wrong(tx: &SqliteTx<'_>, note: &str) -> rusqlite::Result<()> {
    match note {
        "fails" => tx.execute("INSERT INTO accounts (number, balance) VALUES (NULL, NULL)", ()).map(drop),
        "curable" if !CURED.load(Ordering::Acquire) => Err(rusqlite::Error::InvalidQuery),
        "panics" => panic!("on purpose"),
        "commits" => tx.execute("COMMIT", ()).map(drop),
        "attaches" => tx.execute_batch("ATTACH ':memory:' AS other"),
        "pragma" => tx.execute_batch("PRAGMA synchronous = OFF"),
        "checkpoint" => tx.execute("UPDATE _state SET position = 0", ()).map(drop),
        _ => Ok(()),
    }
}

/// The entries of each account and its balance, parked by account.
pub(crate) struct Ledger;

#[projection(version = 1, ignore(TransferEvent::Noted))]
impl Ledger {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE accounts (number INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
             CREATE TABLE entries (transfer BLOB, account INTEGER, amount INTEGER, made_at INTEGER, position INTEGER);
             CREATE INDEX entries_of ON entries (transfer);",
        )
    }

    #[on(TransferEvent::Made, key = from)]
    fn paid(tx: &SqliteTx<'_>, at: &At<Transfer>, from: u8, amount: i64, note: &str) -> rusqlite::Result<()> {
        enter(tx, at, from, -amount)?;
        go_wrong(tx, note)
    }

    #[on(TransferEvent::Made, key = to)]
    fn got(tx: &SqliteTx<'_>, at: &At<Transfer>, to: u8, amount: i64) -> rusqlite::Result<()> {
        enter(tx, at, to, amount)
    }

    #[on(TransferEvent::Undone, key = at.id())]
    fn undone(tx: &SqliteTx<'_>, at: &At<Transfer>) -> rusqlite::Result<()> {
        let back =
            "UPDATE accounts SET balance = balance - amount FROM entries WHERE account = number AND transfer = ?1";
        tx.execute(back, [at.id()])?;
        tx.execute("DELETE FROM entries WHERE transfer = ?1", [at.id()]).map(drop)
    }
}

fn enter(tx: &SqliteTx<'_>, at: &At<Transfer>, account: u8, amount: i64) -> rusqlite::Result<()> {
    let balance = "INSERT INTO accounts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET balance = balance + excluded.balance";
    tx.execute(balance, (account, amount))?;
    let entry = "INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.execute(entry, (at.id(), account, amount, SqlValue(at.recorded_at()), at.position())).map(drop)
}

/// How many transfers there were: without a key, so that the first fault stops it.
pub(crate) struct Count;

#[projection(version = 1, ignore(TransferEvent::..))]
impl Count {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE accounts (number INTEGER NOT NULL, balance INTEGER); CREATE TABLE transfers (n INTEGER); INSERT INTO transfers VALUES (0)")
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, note: &str) -> rusqlite::Result<()> {
        tx.execute("UPDATE transfers SET n = n + 1", ())?;
        go_wrong(tx, note)
    }
}

/// The same by hand.
pub(crate) struct ByHand;

impl SqlProjection for ByHand {
    const NAME: &'static str = "by hand";
    const VERSION: u32 = 1;
    const SOURCES: &'static [SqlSource<Self>] = &[SqlSource::of::<Transfer>()];

    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE transfers (n INTEGER); INSERT INTO transfers VALUES (0)")
    }
}

impl SqlOn<Transfer> for ByHand {
    fn route(_: &At<Transfer>, event: &TransferEvent, to: &mut dyn FnMut(SqlDelivery)) {
        if let TransferEvent::Made { from, .. } = event {
            to(SqlDelivery { handler: 0, key: Some(SqlKey::of(from)) });
        }
    }

    fn run(_: u16, tx: &SqliteTx<'_>, _: &At<Transfer>, _: &TransferEvent) -> rusqlite::Result<()> {
        tx.execute("UPDATE transfers SET n = n + 1", ()).map(drop)
    }
}
