//! A row for each fine.

use std::io::{self, Write};

use clap::ValueEnum;
use eventsourcing::prelude::*;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fine::{Fine, FineEvent};
use crate::money::Cents;

/// How many rows a page has.
const PAGE: u32 = 20;

/// Where a fine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// Something is left to pay.
    Unpaid,
    /// The same, and it was handed to those who collect debts.
    InCollection,
    /// Nothing is left to pay.
    Paid,
}

impl Status {
    /// As it is kept: the name that serde gives it.
    const fn name(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::InCollection => "in-collection",
            Self::Paid => "paid",
        }
    }
}

/// A fine as it is listed.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct FineRow {
    #[view(key)]
    id: Id<Fine>,
    case_id: String,
    created: Date,
    amount: Cents,
    expenses: Cents,
    paid: Cents,
    #[view(index)]
    outstanding: Cents,
    in_collection: bool,
    #[view(index)]
    status: Status,
}

#[projection(version = 1, ignore(FineEvent::..))]
impl FineRow {
    #[on(FineEvent::Created)]
    fn created(at: &At<Fine>, case: &str, on: Date, amount: Cents) -> Self {
        let (id, case_id) = (at.id(), case.to_owned());
        let (expenses, paid, outstanding) = (Cents::ZERO, Cents::ZERO, Cents::ZERO);
        let mut row = Self {
            id,
            case_id,
            created: on,
            amount,
            expenses,
            paid,
            outstanding,
            in_collection: false,
            status: Status::Paid,
        };
        row.settle();
        row
    }

    #[on(FineEvent::Sent)]
    fn sent(&mut self, expense: Cents) {
        self.expenses += expense;
        self.settle();
    }

    #[on(FineEvent::PenaltyAdded)]
    fn penalty_added(&mut self, amount: Cents) {
        self.amount = amount;
        self.settle();
    }

    #[on(FineEvent::Paid)]
    fn paid(&mut self, payment: Cents) {
        self.paid += payment;
        self.settle();
    }

    #[on(FineEvent::SentForCollection)]
    fn sent_for_collection(&mut self) {
        self.in_collection = true;
        self.settle();
    }

    fn settle(&mut self) {
        self.outstanding = (self.amount + self.expenses - self.paid).max(Cents::ZERO);
        self.status = match (self.outstanding > Cents::ZERO, self.in_collection) {
            (false, _) => Status::Paid,
            (true, false) => Status::Unpaid,
            (true, true) => Status::InCollection,
        };
    }
}

/// A page of the fines of a status, or of all, oldest first.
pub(crate) fn page(views: &Views, status: Option<Status>, page: u32) -> anyhow::Result<Vec<FineRow>> {
    let conditions = "?1 IS NULL OR status = ?1 ORDER BY created, case_id LIMIT ?2 OFFSET ?3";
    let offset = i64::from(page.saturating_sub(1)) * i64::from(PAGE);
    Ok(views.blocking().query::<FineRow>(conditions, (status.map(Status::name), PAGE, offset))?)
}

/// The fines with most to pay.
pub(crate) fn top(views: &Views, count: u32) -> anyhow::Result<Vec<FineRow>> {
    let conditions = "outstanding > 0 ORDER BY outstanding DESC, case_id LIMIT ?1";
    Ok(views.blocking().query::<FineRow>(conditions, [count])?)
}

/// Prints rows as a table.
pub(crate) fn print(rows: &[FineRow], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:<10}{:<12}{:>10}{:>10}{:>13}  status", "case", "created", "due", "paid", "outstanding")?;
    for row in rows {
        let (case, created, due) = (&row.case_id, row.created.to_string(), row.amount + row.expenses);
        let status = row.status.name();
        writeln!(out, "{case:<10}{created:<12}{due:>10}{:>10}{:>13}  {status}", row.paid, row.outstanding)?;
    }
    Ok(())
}
