//! What all fines come to, now or on a day in the past.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

use eventsourcing::prelude::*;
use eventsourcing::store::LogRead;
use eventsourcing::{Apply, Position, Version};
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::Police;
use crate::fine::Fine;
use crate::money::Cents;
use crate::views::{FineRow, Months, events, totals};

/// What is reported.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Date>,
    fines: u32,
    events: BTreeMap<&'static str, u32>,
    #[serde(serialize_with = "as_number")]
    total_due: Cents,
    #[serde(serialize_with = "as_number")]
    total_paid: Cents,
    #[serde(serialize_with = "as_number")]
    outstanding: Cents,
    paid_in_full: u32,
    sent_to_credit_collection: u32,
}

impl Report {
    /// What the views say: of all fines, as they are now.
    pub(crate) fn read(views: &Views) -> anyhow::Result<Self> {
        let mut report = Self::empty(None);
        let (counts, (total_due, total_paid)) =
            views.blocking().sql::<Months>().read(|conn| Ok((events(conn)?, totals(conn)?)))?;
        for (kind, count) in &mut report.events {
            *count = counts.iter().find(|(of, _)| of == kind).map_or(0, |(_, count)| *count);
        }
        let sql = "SELECT count(*), coalesce(sum(outstanding), 0), count(*) FILTER (WHERE status = 'paid'),
                   count(*) FILTER (WHERE in_collection) FROM FineRow";
        let fines = views.connect::<FineRow>()?.query_row(sql, (), |row| {
            Ok(Self {
                fines: row.get(0)?,
                outstanding: Cents::from_whole(row.get(1)?),
                paid_in_full: row.get(2)?,
                sent_to_credit_collection: row.get(3)?,
                ..report
            })
        })?;
        Ok(Self { total_due, total_paid, ..fines })
    }

    fn empty(as_of: Option<Date>) -> Self {
        let kinds = <Fine as Apply>::Event::KINDS.iter().map(|kind| (kind.name(), 0));
        Self { as_of, events: kinds.collect(), ..Self::default() }
    }

    /// Folds every fine, from its stored events alone; those after a date are left out.
    pub(crate) fn fold(police: &Police, as_of: Option<Date>) -> anyhow::Result<Self> {
        let mut report = Self::empty(as_of);
        let fines = police.fines.blocking();
        for id in ids(police)? {
            let history = fines.history(id)?;
            let past = history.iter().take_while(|recorded| as_of.is_none_or(|date| recorded.event.on() <= date));
            let mut version = Version::default();
            for recorded in past {
                *report.events.entry(recorded.event.kind().name()).or_default() += 1;
                version = recorded.version;
            }
            if version > 0 {
                report.add(&fines.get_at(id, version)?);
            }
        }
        Ok(report)
    }

    fn add(&mut self, fine: &Fine) {
        self.fines += 1;
        self.total_due += fine.due();
        self.total_paid += fine.paid();
        self.outstanding += fine.outstanding();
        self.paid_in_full += u32::from(fine.is_paid_in_full());
        self.sent_to_credit_collection += u32::from(fine.is_in_collection());
    }

    /// Prints it for a person.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        if let Some(date) = self.as_of {
            writeln!(out, "As of {date}")?;
        }
        writeln!(out, "{:<40}{:>12}", "Fines", self.fines)?;
        writeln!(out, "Events")?;
        for (kind, count) in &self.events {
            writeln!(out, "  {kind:<38}{count:>12}")?;
        }
        writeln!(out, "{:<40}{:>12}", "Total due", self.total_due)?;
        writeln!(out, "{:<40}{:>12}", "Total paid", self.total_paid)?;
        writeln!(out, "{:<40}{:>12}", "Outstanding", self.outstanding)?;
        writeln!(out, "{:<40}{:>12}", "Fines paid in full", self.paid_in_full)?;
        writeln!(out, "{:<40}{:>12}", "Fines sent to credit collection", self.sent_to_credit_collection)
    }
}

/// All fines, in the order in which they were created.
fn ids(police: &Police) -> Result<Vec<Id<Fine>>, eventsourcing::error::ReadError> {
    let mut ids = Vec::new();
    let mut after = Position::default();
    loop {
        let read = LogRead::after(after).aggregates([Fine::NAME]).events(["Create Fine"]);
        let page = police.fines.blocking().store().read_log(read, &mut |event| {
            ids.push(Id::from(event.stream.id()));
            ControlFlow::Continue(())
        })?;
        if !page.more {
            return Ok(ids);
        }
        after = page.reached;
    }
}

/// A number with two decimals, to the cent: no float in between.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_number<S: Serializer>(cents: &Cents, serializer: S) -> Result<S::Ok, S::Error> {
    let number = serde_json::value::RawValue::from_string(cents.to_string());
    number.map_err(serde::ser::Error::custom)?.serialize(serializer)
}
