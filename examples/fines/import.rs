//! Rows to events, one commit for each date.

use std::collections::HashMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use eventsourcing::store::{EventStore as _, LogRead};
use eventsourcing::{CommitOptions, prelude::*};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use crate::Police;
use crate::fine::Fine;
use crate::log::{Activity, Malformed, Row, rows};

/// The key in the metadata of a commit under which the checksum of the log up to it stands.
const CHECKSUM: &str = "log_checksum";

/// How far the log is in the store.
struct Imported {
    to: Date,
    events: u64,
    checksum: String,
}

/// Brings the log into the store, from where an earlier import ended, and says how many events were new.
pub(crate) fn import(log: &Path, police: &Police) -> anyhow::Result<u64> {
    let file = File::open(log).map_err(|error| anyhow::anyhow!("{} cannot be opened: {error}", log.display()))?;
    let bar = ProgressBar::new(file.metadata()?.len())
        .with_style(ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {msg} {eta}")?);
    let imported = imported(police)?;
    let before = imported.as_ref().map_or(0, |imported| imported.events);
    let mut day = Day::default();
    let (mut skipped, mut events) = (0, 0);
    for row in rows(file) {
        let row = row.map_err(|malformed| told(malformed, &day, before + events))?;
        if let Some(imported) = imported.as_ref().filter(|imported| row.date <= imported.to) {
            skipped += 1;
            if skipped == imported.events && format!("{:08x}", row.checksum) != imported.checksum {
                anyhow::bail!(
                    "{} is not the log that was imported up to {}: nothing was imported",
                    log.display(),
                    imported.to
                );
            }
            continue;
        }
        if skipped != before {
            anyhow::bail!(
                "{} has {skipped} rows where {before} are imported: it is not the same log; nothing was imported",
                log.display()
            );
        }
        if day.date.is_some_and(|date| date != row.date) {
            events += day.commit(police)?;
        }
        bar.set_position(row.bytes);
        bar.set_message(row.date.to_string());
        let known = day.find(police, &row.case)?;
        day.add(known, row).map_err(|malformed| told(malformed, &day, before + events))?;
    }
    if skipped != before {
        anyhow::bail!("{} ends after {skipped} rows where {before} are imported: nothing was imported", log.display());
    }
    events += day.commit(police)?;
    bar.finish_and_clear();
    Ok(events)
}

fn told(malformed: Malformed, day: &Day, events: u64) -> anyhow::Error {
    let before = day.date.map_or_else(String::new, |date| format!(" before {date}"));
    anyhow::Error::new(malformed).context(format!("the import ends here; the {events} events{before} stay imported"))
}

/// What the last event of the store says; dates are committed whole and in order.
fn imported(police: &Police) -> anyhow::Result<Option<Imported>> {
    let store = police.fines.store();
    let head = store.head_blocking()?;
    let mut last = None;
    store.read_log_blocking(LogRead::after(head.saturating_sub(1)), &mut |event| {
        last = Some(event.stream.id());
        ControlFlow::Continue(())
    })?;
    let Some(id) = last else { return Ok(None) };
    let history = police.fines.blocking().history(Id::from(id))?;
    let Some(last) = history.last() else { return Ok(None) };
    let checksum = last.metadata.get(CHECKSUM).unwrap_or_default().to_owned();
    Ok(Some(Imported { to: last.event.on(), events: head, checksum }))
}

/// The fines of one date, in the order in which the log names them first.
#[derive(Default)]
struct Day {
    date: Option<Date>,
    fines: Vec<Fine>,
    cases: HashMap<String, usize>,
    events: u64,
    checksum: u32,
}

impl Day {
    /// Where the fine of this case is, loaded if it is stored; `None` if it does not exist yet.
    fn find(&mut self, police: &Police, case: &str) -> Result<Option<usize>, LoadError> {
        if let Some(index) = self.cases.get(case) {
            return Ok(Some(*index));
        }
        let fine = police.fines.blocking().find(Id::named(case))?;
        Ok(fine.map(|fine| self.push(case, fine)))
    }

    fn push(&mut self, case: &str, fine: Fine) -> usize {
        self.fines.push(fine);
        self.cases.insert(case.to_owned(), self.fines.len() - 1);
        self.fines.len() - 1
    }

    fn add(&mut self, known: Option<usize>, row: Row) -> Result<(), Malformed> {
        let refused = |problem: String| Err(Malformed { line: row.line, column: "activity", problem });
        let (case, on) = (&*row.case, row.date);
        match (known.and_then(|index| self.fines.get_mut(index)), row.activity) {
            (None, Activity::Create { amount, total_paid, offence }) => {
                self.push(case, Fine::create(case, on, amount, total_paid, offence));
            }
            (None, _) => return refused(format!("fine {case} is not created yet")),
            (Some(_), Activity::Create { .. }) => return refused(format!("fine {case} is created already")),
            (Some(fine), activity) => record(fine, on, activity),
        }
        (self.date, self.events, self.checksum) = (Some(on), self.events + 1, row.checksum);
        Ok(())
    }

    /// Stores the day, and begins the next. Two imports at once store it once.
    fn commit(&mut self, police: &Police) -> anyhow::Result<u64> {
        let day = std::mem::take(self);
        let Some(date) = day.date else { return Ok(0) };
        let options = CommitOptions::new()
            .id(CommitId::named(&format!("traffic fines of {date}")))
            .metadata(Metadata::new().with(CHECKSUM, format!("{:08x}", day.checksum)));
        let mut fines = day.fines;
        police.blocking().commit_with(options, &mut fines)?;
        Ok(day.events)
    }
}

fn record(fine: &mut Fine, on: Date, activity: Activity) {
    match activity {
        Activity::Create { .. } => {}
        Activity::Send { expense } => fine.send(on, expense),
        Activity::InsertNotification { notification_type } => fine.insert_notification(on, &notification_type),
        Activity::AddPenalty { amount } => fine.add_penalty(on, amount),
        Activity::Pay { payment, total_paid } => fine.pay(on, payment, total_paid),
        Activity::SendForCollection => fine.send_for_collection(on),
        Activity::AppealToPrefecture => fine.appeal_to_prefecture(on),
        Activity::SendAppeal { dismissal } => fine.send_appeal(on, &dismissal),
        Activity::ReceiveResult => fine.receive_result(on),
        Activity::NotifyResult => fine.notify_result(on),
        Activity::AppealToJudge { officer, dismissal } => fine.appeal_to_judge(on, &officer, &dismissal),
    }
}
