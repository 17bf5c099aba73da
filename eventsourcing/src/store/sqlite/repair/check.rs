//! Whether tables and indexes agree with each other, for `verify`: what is sound by itself may still be the wrong thing in its place.
//!
//! Each copy of something is compared with the other: the index of streams against the events, each event's link against the event before it,
//! names against their index, ids of commits against the events that they begin with. Only the findings are kept, and each table is read a
//! fixed number of times.

mod commits;
mod lost_events;
mod names;
mod snapshots;
mod streams;

use std::ops::ControlFlow;

use rusqlite::Connection;

pub(crate) use self::lost_events::LostEvents;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::repair::finding::Finding;

/// The rows that are checked before the caller is asked again whether to go on.
const ROWS: u32 = 4096;

/// A check of all tables, as it goes on.
struct Check<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    /// The events that are known to be damaged or missing: what follows from that is no finding of its own.
    lost: LostEvents,
    findings: &'a mut Vec<Finding>,
    go_on: &'a mut dyn FnMut() -> ControlFlow<()>,
    rows: u32,
}

/// Why the check of a table ends early: the caller has broken it off, or the table cannot be read on.
enum Stop {
    BrokenOff,
    Unreadable(rusqlite::Error),
}

type CheckTable = fn(&mut Check<'_>) -> Result<(), Stop>;

/// Checks all tables, after each event was looked at by itself, in a transaction of the caller's and so at one moment of the file. `go_on` is
/// called now and then.
pub(crate) fn check_tables(
    Reader { conn, names }: &mut Reader,
    findings: &mut Vec<Finding>,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> ControlFlow<()> {
    let lost = LostEvents::from_findings(findings);
    let mut check = Check { conn, names, lost, findings, go_on, rows: 0 };
    let checks: [(&str, CheckTable); 4] = [
        ("events", streams::check),
        ("names", names::check),
        ("commits", commits::check),
        ("snapshots", snapshots::check),
    ];
    for (table, check_table) in checks {
        match check_table(&mut check) {
            Ok(()) => {}
            Err(Stop::BrokenOff) => return ControlFlow::Break(()),
            Err(Stop::Unreadable(error)) => {
                check.findings.push(Finding::Structure(format!("table `{table}` cannot be checked: {error}")));
            }
        }
    }
    ControlFlow::Continue(())
}

impl Check<'_> {
    /// To be called for each row.
    fn row(&mut self) -> Result<(), Stop> {
        self.rows += 1;
        if self.rows.is_multiple_of(ROWS) && (self.go_on)().is_break() { Err(Stop::BrokenOff) } else { Ok(()) }
    }

    fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unreadable(error)
    }
}

#[cfg(test)]
mod tests;
