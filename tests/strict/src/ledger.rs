//! A view in SQL.

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqliteTx};

use crate::{Account, AccountEvent};

/// What has come and gone.
#[derive(Clone, Copy, Debug)]
pub struct Ledger;

#[projection(version = 1, name = "ledger", ignore(AccountEvent::Noted, AccountEvent::Closed))]
impl Ledger {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE entries (account BLOB, owner TEXT, amount INTEGER)")
    }

    #[on(AccountEvent::Opened, key = at.id())]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>, owner: String) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO entries VALUES (?1, ?2, 0)", (at.id(), owner)).map(drop)
    }

    #[on(AccountEvent::Deposited, key = at.id())]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Account>, amount: i64) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO entries VALUES (?1, NULL, ?2)", (at.id(), amount)).map(drop)
    }

    #[on(AccountEvent::Withdrawn, key = at.id())]
    fn withdrawn(tx: &SqliteTx<'_>, at: &At<Account>, amount: i64) -> rusqlite::Result<()> {
        Self::deposited(tx, at, amount.saturating_neg())
    }
}
