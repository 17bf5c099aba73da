//! What happened to one fine, as a table.

use std::io::{self, Write};

use eventsourcing::Recorded;
use eventsourcing::prelude::*;

use crate::Police;
use crate::fine::{Fine, FineEvent, Offence};

/// The events of the fine of a case, oldest first.
pub(crate) fn history(police: &Police, case: &str) -> anyhow::Result<Vec<Recorded<FineEvent>>> {
    let history = police.fines.blocking().history(Id::<Fine>::named(case))?;
    anyhow::ensure!(!history.is_empty(), "there is no fine {case}");
    Ok(history)
}

/// Prints them.
pub(crate) fn print(history: &[Recorded<FineEvent>], out: &mut impl Write) -> io::Result<()> {
    row(out, "version", "position", "date", "event", "details")?;
    for Recorded { event, version, position, .. } in history {
        let (date, name) = (event.on().to_string(), event.kind().name());
        row(out, &version.to_string(), &position.to_string(), &date, name, &details(event))?;
    }
    Ok(())
}

fn row(out: &mut impl Write, version: &str, position: &str, date: &str, name: &str, details: &str) -> io::Result<()> {
    let row = format!("{version:>7}  {position:>8}  {date:<10}  {name:<37}  {details}");
    writeln!(out, "{}", row.trim_end())
}

/// What the event says beside its date.
fn details(event: &FineEvent) -> String {
    match event {
        FineEvent::Created { amount, total_paid, offence, .. } => {
            let Offence { officer, article, points, vehicle_class, dismissal } = offence;
            format!(
                "amount={amount} total_paid={total_paid} officer={officer} article={article} points={points} \
                 vehicle_class={vehicle_class} dismissal={dismissal}"
            )
        }
        FineEvent::Sent { expense, .. } => format!("expense={expense}"),
        FineEvent::NotificationInserted { notification_type, .. } => format!("notification_type={notification_type}"),
        FineEvent::PenaltyAdded { amount, .. } => format!("amount={amount}"),
        FineEvent::Paid { payment, total_paid, .. } => format!("payment={payment} total_paid={total_paid}"),
        FineEvent::PrefectureAppealSent { dismissal, .. } => format!("dismissal={dismissal}"),
        FineEvent::JudgeAppealed { officer, dismissal, .. } => format!("officer={officer} dismissal={dismissal}"),
        FineEvent::SentForCollection { .. }
        | FineEvent::PrefectureAppealed { .. }
        | FineEvent::PrefectureResultReceived { .. }
        | FineEvent::ResultNotified { .. } => String::new(),
    }
}
