//! The rows of the log, each checked: a mistake is reported with its line and column.

use std::fmt;
use std::str::FromStr;

use csv::{ByteRecord, ReaderBuilder};
use jiff::civil::Date;

use crate::fine::Offence;
use crate::money::Cents;

/// The columns, in their order.
const COLUMNS: [&str; 13] = [
    "case_id",
    "activity",
    "date",
    "resource",
    "amount",
    "expense",
    "payment_amount",
    "total_payment_amount",
    "article",
    "points",
    "vehicle_class",
    "dismissal",
    "notification_type",
];

/// One event of the log.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub line: u64,
    pub case: String,
    pub date: Date,
    pub activity: Activity,
    /// A checksum of the log from its beginning to the end of this row.
    pub checksum: u32,
    /// How many bytes of the log were read.
    pub bytes: u64,
}

/// What happened, with what the log says about it.
#[derive(Clone, Debug)]
pub(crate) enum Activity {
    Create { amount: Cents, total_paid: Cents, offence: Offence },
    Send { expense: Cents },
    InsertNotification { notification_type: String },
    AddPenalty { amount: Cents },
    Pay { payment: Cents, total_paid: Cents },
    SendForCollection,
    AppealToPrefecture,
    SendAppeal { dismissal: String },
    ReceiveResult,
    NotifyResult,
    AppealToJudge { officer: String, dismissal: String },
}

/// A row that is not as it should be.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column `{column}`: {problem}")]
pub(crate) struct Malformed {
    pub line: u64,
    pub column: &'static str,
    pub problem: String,
    /// The date of the row, if that much of it is sound.
    pub date: Option<Date>,
}

/// The rows of a log, in its order.
pub(crate) fn rows(log: &[u8]) -> impl Iterator<Item = Result<Row, Malformed>> {
    let log = log.strip_prefix(b"\xef\xbb\xbf").unwrap_or(log);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(log);
    let mut lines = Lines { log, counted: 0, line: 1 };
    let (mut checksum, mut last, mut failed) = (crc32fast::Hasher::new(), None, false);
    let header = header(&mut reader);
    let rows = std::iter::from_fn(move || {
        let mut cells = ByteRecord::new();
        let more = reader.read_byte_record(&mut cells);
        let line = lines.of(&cells);
        match more {
            Ok(false) => None,
            Ok(true) => {
                for cell in &cells {
                    checksum.update(cell);
                    checksum.update(b",");
                }
                let row = Cells { line, date: None, left: cells.iter().collect() }.row(
                    last,
                    checksum.clone().finalize(),
                    reader.position().byte(),
                );
                last = row.as_ref().map_or(last, |row| Some(row.date));
                Some(row)
            }
            Err(error) => Some(Err(Malformed { line, column: COLUMNS[0], problem: error.to_string(), date: None })),
        }
    });
    let all = header.err().map(Err).into_iter().chain(rows);
    // What follows a malformed row may not be what it seems.
    all.take_while(move |row| !std::mem::replace(&mut failed, row.is_err()))
}

/// Counts lines: the reader itself miscounts those that are empty or end with a carriage return.
struct Lines<'a> {
    log: &'a [u8],
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that this record, which is after the last one asked for, begins on.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let before = self.log.get(self.counted..start).unwrap_or_default().iter();
        // The reader counts what is left of the line above, and empty lines, to the record.
        let left = self.log.get(start..).unwrap_or_default().iter().take_while(|byte| b"\r\n".contains(byte));
        let (ends, skipped) = (before.chain(left.clone()).filter(|byte| **byte == b'\n').count(), left.count());
        self.line += ends as u64;
        self.counted = start + skipped;
        self.line
    }
}

fn header(reader: &mut csv::Reader<&[u8]>) -> Result<(), Malformed> {
    let mut cells = ByteRecord::new();
    let found = reader.read_byte_record(&mut cells);
    let malformed = |column, problem| Err(Malformed { line: 1, column, problem, date: None });
    if let Err(error) = found {
        return malformed(COLUMNS[0], error.to_string());
    }
    for (n, column) in COLUMNS.into_iter().enumerate() {
        if cells.get(n) != Some(column.as_bytes()) {
            let found = cells.get(n).map(String::from_utf8_lossy).unwrap_or_default();
            return malformed(column, format!("the header says `{found}`: this is not a log of fines"));
        }
    }
    match cells.len() - COLUMNS.len() {
        0 => Ok(()),
        more => malformed(COLUMNS[12], format!("is followed by {more} more: this is not a log of fines")),
    }
}

/// The cells of a row, those that were read taken out.
struct Cells<'a> {
    line: u64,
    date: Option<Date>,
    left: Vec<&'a [u8]>,
}

impl Cells<'_> {
    fn row(mut self, last: Option<Date>, checksum: u32, bytes: u64) -> Result<Row, Malformed> {
        if let Some(missing) = COLUMNS.get(self.left.len()) {
            return Err(self.malformed(missing, "is missing, with all after it"));
        }
        if self.left.len() > COLUMNS.len() {
            return Err(self.malformed(COLUMNS[12], format!("is followed by {} more", self.left.len() - COLUMNS.len())));
        }
        let date = self.date(last)?;
        let (case, activity) = (self.text("case_id")?, self.activity()?);
        // Nothing of a log is lost unseen.
        if let Some((column, _)) = COLUMNS.into_iter().zip(&self.left).find(|(_, cell)| !cell.is_empty()) {
            return Err(self.malformed(column, "has a value, and this activity has none there"));
        }
        Ok(Row { line: self.line, case, date, activity, checksum, bytes })
    }

    fn date(&mut self, last: Option<Date>) -> Result<Date, Malformed> {
        let text = self.text("date")?;
        let date: Date = text.parse().map_err(|error| self.malformed("date", error))?;
        if date.to_string() != text {
            return Err(self.malformed("date", format!("`{text}` is not a plain date, such as {date}")));
        }
        if last.is_some_and(|last| date < last) {
            return Err(self.malformed("date", format!("{date} is before the row above: the log must be in order")));
        }
        self.date = Some(date);
        Ok(date)
    }

    fn activity(&mut self) -> Result<Activity, Malformed> {
        Ok(match &*self.text("activity")? {
            "Create Fine" => Activity::Create {
                amount: self.parse("amount")?,
                total_paid: self.parse("total_payment_amount")?,
                offence: Offence {
                    officer: self.text("resource")?,
                    article: self.parse("article")?,
                    points: self.parse("points")?,
                    vehicle_class: self.text("vehicle_class")?,
                    dismissal: self.text("dismissal")?,
                },
            },
            "Send Fine" => Activity::Send { expense: self.parse("expense")? },
            "Insert Fine Notification" => {
                Activity::InsertNotification { notification_type: self.text("notification_type")? }
            }
            "Add penalty" => Activity::AddPenalty { amount: self.parse("amount")? },
            "Payment" => Activity::Pay {
                payment: self.parse("payment_amount")?,
                total_paid: self.parse("total_payment_amount")?,
            },
            "Send for Credit Collection" => Activity::SendForCollection,
            "Insert Date Appeal to Prefecture" => Activity::AppealToPrefecture,
            "Send Appeal to Prefecture" => Activity::SendAppeal { dismissal: self.text("dismissal")? },
            "Receive Result Appeal from Prefecture" => Activity::ReceiveResult,
            "Notify Result Appeal to Offender" => Activity::NotifyResult,
            "Appeal to Judge" => {
                Activity::AppealToJudge { officer: self.text("resource")?, dismissal: self.text("dismissal")? }
            }
            other => return Err(self.malformed("activity", format!("`{other}` is none of the eleven"))),
        })
    }

    fn text(&mut self, column: &'static str) -> Result<String, Malformed> {
        let cell = COLUMNS.iter().position(|name| *name == column).and_then(|n| self.left.get_mut(n));
        match std::str::from_utf8(cell.map(std::mem::take).unwrap_or_default()) {
            Ok("") => Err(self.malformed(column, "is empty, and this activity needs it")),
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(self.malformed(column, error)),
        }
    }

    fn parse<T: FromStr<Err: fmt::Display>>(&mut self, column: &'static str) -> Result<T, Malformed> {
        self.text(column)?.parse().map_err(|error: T::Err| self.malformed(column, error))
    }

    fn malformed(&self, column: &'static str, problem: impl fmt::Display) -> Malformed {
        Malformed { line: self.line, column, problem: problem.to_string(), date: self.date }
    }
}
