//! Rows to events, one commit for each date.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context as _;
use eventsourcing::prelude::*;
use eventsourcing::repository::CommitOptions;
use eventsourcing::store::LogRead;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use crate::Police;
use crate::fine::Fine;
use crate::log::{Activity, Malformed, Row, rows};

/// The key in the metadata of a commit under which the checksum of the log up to it stands.
const CHECKSUM: &str = "log_checksum";

/// How far the log is in the store.
#[derive(Clone, Default)]
struct Imported {
    to: Option<Date>,
    events: u64,
    checksum: String,
}

/// Brings the log into the store, from where an earlier import ended, and says how many events were new.
pub(crate) fn import(log: &Path, police: &Police) -> anyhow::Result<u64> {
    let name = log.display();
    let text = fs::read(log).with_context(|| format!("{name} cannot be read"))?;
    let bar = ProgressBar::new(text.len() as u64)
        .with_style(ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {msg} {eta}")?);
    let before = imported(police)?;
    let mut import = Import { police, done: before.clone(), day: Day::default() };
    let mut skipped = 0;
    for row in rows(&text) {
        let row = row.or_else(|malformed| import.end(malformed))?;
        if before.to.is_some_and(|to| row.date <= to) {
            skipped += 1;
            if skipped == before.events && in_hex(row.checksum) != before.checksum {
                anyhow::bail!("{name} is not the log that was imported up to {}: nothing was imported", row.date);
            }
            continue;
        }
        if skipped != before.events {
            anyhow::bail!(
                "{name} has {skipped} rows where {} are imported: it is not the same log; nothing was imported",
                before.events
            );
        }
        bar.set_position(row.bytes);
        bar.set_message(row.date.to_string());
        import.add(row)?;
    }
    if skipped != before.events {
        anyhow::bail!("{name} ends after {skipped} rows where {} are imported: nothing was imported", before.events);
    }
    import.commit()?;
    bar.finish_and_clear();
    Ok(import.done.events - before.events)
}

fn in_hex(checksum: u32) -> String {
    format!("{checksum:08x}")
}

/// What the last event of the store says; dates are committed whole and in order.
fn imported(police: &Police) -> anyhow::Result<Imported> {
    let store = police.fines.blocking().store();
    let head = store.head()?;
    if head == 0 {
        return Ok(Imported::default());
    }
    let mut last = None;
    // One event, and that fine's event at this position: another import may have stored more by now.
    store.read_log(LogRead::after(head.previous()).limit(1), &mut |event| {
        last = Some(event.stream.id());
        ControlFlow::Break(())
    })?;
    let id = last.map(Id::from).with_context(|| format!("the event at position {head} cannot be found"))?;
    let history = police.fines.blocking().history(id)?;
    let last = history.into_iter().find(|recorded| recorded.position == head);
    let Recorded { event, metadata, .. } = last.context("the database holds something else than fines")?;
    let checksum = metadata.get(CHECKSUM).unwrap_or_default().to_owned();
    Ok(Imported { to: Some(event.on()), events: head.get(), checksum })
}

/// An import under way: what is stored, and the date that is being read.
struct Import<'a> {
    police: &'a Police,
    done: Imported,
    day: Day,
}

impl Import<'_> {
    fn add(&mut self, row: Row) -> anyhow::Result<()> {
        self.begin(row.date)?;
        let known = self.day.find(self.police, &row.case)?;
        let Err(malformed) = self.day.add(known, row) else { return Ok(()) };
        // Another import that is ahead of this one has created the fines that this one is to create.
        if self.police.fines.blocking().store().head()? != self.done.events {
            anyhow::bail!("another import writes to the same database: start this one again when that has ended");
        }
        self.end(malformed)
    }

    /// Stores the date that was being read if this is another.
    fn begin(&mut self, date: Date) -> anyhow::Result<()> {
        if self.day.date.is_some_and(|day| day != date) { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> anyhow::Result<()> {
        let Some(date) = self.day.date else { return Ok(()) };
        let mut day = std::mem::take(&mut self.day);
        let checksum = in_hex(day.checksum);
        let options = CommitOptions::new()
            .id(CommitId::named(&format!("traffic fines of {date}, {checksum}")))
            .metadata(Metadata::new().with(CHECKSUM, &*checksum));
        self.police.blocking().commit_with(options, &mut day.fines)?;
        self.done = Imported { to: Some(date), events: self.done.events + day.events, checksum };
        Ok(())
    }

    /// Stores the dates before the malformed row, and says so.
    fn end<T>(&mut self, malformed: Malformed) -> anyhow::Result<T> {
        malformed.date.map_or(Ok(()), |date| self.begin(date))?;
        let stored = match self.done.to {
            Some(date) => format!("the {} events up to {date} stay imported", self.done.events),
            None => "nothing is imported".to_owned(),
        };
        Err(anyhow::Error::new(malformed).context(format!("the import ends here; {stored}")))
    }
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
        let refused =
            |problem: String| Err(Malformed { line: row.line, column: "activity", problem, date: Some(row.date) });
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
