//! A view in SQL with one statement for each event, beside the same statements by hand.

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::{At, SqliteTx};

use crate::catch_up::{accounts, by_hand, ours};
use crate::domain::{Account, AccountEvent};
use crate::paired::Side;
use crate::rows::{BY_HAND, OURS};

/// What is on each account.
struct Balances;

#[projection(version = 1, ignore(AccountEvent::Flagged))]
impl Balances {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE rows (id BLOB PRIMARY KEY, owner TEXT NOT NULL, cents INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        )
    }

    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>, owner: &str) -> rusqlite::Result<()> {
        let insert = "
            INSERT INTO rows VALUES (?1, ?2, 0)
            ON CONFLICT DO UPDATE SET owner = excluded.owner";
        tx.execute(insert, (at.id(), owner)).map(drop)
    }

    #[on(AccountEvent::Deposited)]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Account>, amount_cents: i64) -> rusqlite::Result<()> {
        tx.execute("UPDATE rows SET cents = cents + ?2 WHERE id = ?1", (at.id(), amount_cents)).map(drop)
    }

    #[on(AccountEvent::Withdrawn)]
    fn withdrawn(tx: &SqliteTx<'_>, at: &At<Account>, amount_cents: i64) -> rusqlite::Result<()> {
        Self::deposited(tx, at, -amount_cents)
    }
}

/// The same, each account parked by itself when a handler fails.
struct KeyedBalances;

#[projection(version = 1, ignore(AccountEvent::Flagged))]
impl KeyedBalances {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Balances::setup(tx)
    }

    #[on(AccountEvent::Opened, key = at.id())]
    fn opened(tx: &SqliteTx<'_>, at: &At<Account>, owner: &str) -> rusqlite::Result<()> {
        Balances::opened(tx, at, owner)
    }

    #[on(AccountEvent::Deposited, key = at.id())]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Account>, amount_cents: i64) -> rusqlite::Result<()> {
        Balances::deposited(tx, at, amount_cents)
    }

    #[on(AccountEvent::Withdrawn, key = at.id())]
    fn withdrawn(tx: &SqliteTx<'_>, at: &At<Account>, amount_cents: i64) -> rusqlite::Result<()> {
        Balances::deposited(tx, at, -amount_cents)
    }
}

pub(crate) const KEYED: &str = "ours, with keys";

/// V5: one statement for each event.
pub(crate) fn balances(scale: f64) -> Vec<Side> {
    let log = accounts(scale);
    vec![
        by_hand(&log, BY_HAND, crate::by_hand::balances_naively),
        ours(&log, OURS, Views::with_sql::<Balances>),
        ours(&log, KEYED, Views::with_sql::<KeyedBalances>),
    ]
}
