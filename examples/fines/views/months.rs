//! Totals by month, in SQL: several tables, and sums over them.

use std::io::Write;

use eventsourcing::prelude::*;
use eventsourcing::rusqlite::{self, Connection};
use eventsourcing::view::SqliteTx;
use jiff::civil::Date;

use crate::fine::{Fine, FineEvent};
use crate::money::Cents;

/// What happened in each month, and what it came to.
pub(crate) struct Months;

#[projection(version = 1)]
impl Months {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch(
            "CREATE TABLE months (month TEXT PRIMARY KEY, due INTEGER NOT NULL, paid INTEGER NOT NULL) STRICT;
             CREATE TABLE events (month TEXT, kind TEXT, count INTEGER NOT NULL, PRIMARY KEY (month, kind)) STRICT;
             CREATE TABLE amounts (fine BLOB PRIMARY KEY, amount INTEGER NOT NULL) STRICT;",
        )
    }

    #[on(FineEvent::Created)]
    fn created(tx: &SqliteTx<'_>, at: &At<Fine>, on: Date, amount: Cents) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO amounts VALUES (?1, ?2)", (at.id(), amount.whole()))?;
        add(tx, on, amount, Cents::ZERO)?;
        count(tx, on, "Create Fine")
    }

    #[on(FineEvent::Sent)]
    fn sent(tx: &SqliteTx<'_>, on: Date, expense: Cents) -> rusqlite::Result<()> {
        add(tx, on, expense, Cents::ZERO)?;
        count(tx, on, "Send Fine")
    }

    /// It replaces the amount before, so the month has the difference.
    #[on(FineEvent::PenaltyAdded)]
    fn penalty_added(tx: &SqliteTx<'_>, at: &At<Fine>, on: Date, amount: Cents) -> rusqlite::Result<()> {
        let before = tx.query_row("SELECT amount FROM amounts WHERE fine = ?1", [at.id()], |row| row.get(0))?;
        tx.execute("UPDATE amounts SET amount = ?2 WHERE fine = ?1", (at.id(), amount.whole()))?;
        add(tx, on, amount - Cents::from_whole(before), Cents::ZERO)?;
        count(tx, on, "Add penalty")
    }

    #[on(FineEvent::Paid)]
    fn paid(tx: &SqliteTx<'_>, on: Date, payment: Cents) -> rusqlite::Result<()> {
        add(tx, on, Cents::ZERO, payment)?;
        count(tx, on, "Payment")
    }

    #[on(FineEvent::NotificationInserted)]
    fn notification_inserted(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Insert Fine Notification")
    }

    #[on(FineEvent::SentForCollection)]
    fn sent_for_collection(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Send for Credit Collection")
    }

    #[on(FineEvent::PrefectureAppealed)]
    fn prefecture_appealed(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Insert Date Appeal to Prefecture")
    }

    #[on(FineEvent::PrefectureAppealSent)]
    fn prefecture_appeal_sent(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Send Appeal to Prefecture")
    }

    #[on(FineEvent::PrefectureResultReceived)]
    fn prefecture_result_received(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Receive Result Appeal from Prefecture")
    }

    #[on(FineEvent::ResultNotified)]
    fn result_notified(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Notify Result Appeal to Offender")
    }

    #[on(FineEvent::JudgeAppealed)]
    fn judge_appealed(tx: &SqliteTx<'_>, on: Date) -> rusqlite::Result<()> {
        count(tx, on, "Appeal to Judge")
    }
}

fn month(on: Date) -> String {
    format!("{:04}-{:02}", on.year(), on.month())
}

fn add(tx: &SqliteTx<'_>, on: Date, due: Cents, paid: Cents) -> rusqlite::Result<()> {
    let sql = "INSERT INTO months VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET due = due + excluded.due, paid = paid + excluded.paid";
    tx.execute(sql, (month(on), due.whole(), paid.whole())).map(drop)
}

fn count(tx: &SqliteTx<'_>, on: Date, kind: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO events VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET count = count + 1";
    tx.execute(sql, (month(on), kind)).map(drop)
}

/// How many events of each kind there are.
pub(crate) fn events(conn: &Connection) -> rusqlite::Result<Vec<(String, u32)>> {
    let mut select = conn.prepare("SELECT kind, sum(count) FROM events GROUP BY kind")?;
    select.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// What is due and was paid in all months.
pub(crate) fn totals(conn: &Connection) -> rusqlite::Result<(Cents, Cents)> {
    let sql = "SELECT coalesce(sum(due), 0), coalesce(sum(paid), 0) FROM months";
    conn.query_row(sql, (), |row| Ok((Cents::from_whole(row.get(0)?), Cents::from_whole(row.get(1)?))))
}

/// Prints a line for each month.
pub(crate) fn print(views: &Views, out: &mut impl Write) -> anyhow::Result<()> {
    let months: Vec<(String, u32, i64, i64)> = views.blocking().sql::<Months>().read(|conn| {
        let sql = "SELECT events.month, sum(count), coalesce(due, 0), coalesce(paid, 0)
                   FROM events LEFT JOIN months ON months.month = events.month GROUP BY events.month ORDER BY 1";
        let mut select = conn.prepare(sql)?;
        select.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
    })?;
    writeln!(out, "{:<10}{:>8}{:>14}{:>14}", "month", "events", "due", "paid")?;
    for (month, events, due, paid) in months {
        let (due, paid) = (Cents::from_whole(due), Cents::from_whole(paid));
        writeln!(out, "{month:<10}{events:>8}{due:>14}{paid:>14}")?;
    }
    Ok(())
}
