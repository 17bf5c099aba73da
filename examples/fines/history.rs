//! What happened to one fine, as a table.

use std::io::{self, Write};

use eventsourcing::Recorded;
use eventsourcing::prelude::*;

use crate::Police;
use crate::fine::{Fine, FineEvent};

/// The events of the fine of a case, oldest first.
pub(crate) fn history(police: &Police, case: &str) -> anyhow::Result<Vec<Recorded<FineEvent>>> {
    let history = police.fines.blocking().history(Id::<Fine>::named(case))?;
    anyhow::ensure!(!history.is_empty(), "there is no fine {case}");
    Ok(history)
}

/// Prints them.
pub(crate) fn print(history: &[Recorded<FineEvent>], out: &mut impl Write) -> anyhow::Result<()> {
    row(out, "version", "position", "date", "event", "details")?;
    for Recorded { event, version, position, .. } in history {
        let (date, name) = (event.on().to_string(), event.kind().name());
        row(out, &version.to_string(), &position.to_string(), &date, name, &details(event)?)?;
    }
    Ok(())
}

fn row(out: &mut impl Write, version: &str, position: &str, date: &str, name: &str, details: &str) -> io::Result<()> {
    let row = format!("{version:>7}  {position:>8}  {date:<10}  {name:<37}  {details}");
    writeln!(out, "{}", row.trim_end())
}

/// What the event says beside its date, as it is stored; amounts are in cents.
fn details(event: &FineEvent) -> serde_json::Result<String> {
    let event = serde_json::to_value(event)?;
    let fields = event.as_object().and_then(|tagged| tagged.values().next()).and_then(|fields| fields.as_object());
    let fields = fields.into_iter().flatten().filter(|(name, _)| *name != "on");
    Ok(fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
}
