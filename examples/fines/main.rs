//! Imports a real log of traffic fines into one aggregate for each fine, and reports on what is stored.
//!
//! See `README.md` beside this file.

mod fine;
mod history;
mod import;
mod log;
mod money;
mod report;
mod views;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use eventsourcing::prelude::*;
use jiff::civil::Date;

use crate::fine::Fine;
use crate::report::Report;
use crate::views::Status;

/// A log of traffic fines as aggregates.
#[derive(Parser)]
#[command(name = "fines")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The database.
    #[arg(long, global = true, value_name = "FILE", default_value = "fines.db")]
    db: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Brings a log into the database; again, it goes on where it ended.
    Import {
        /// The log, oldest row first.
        log: PathBuf,
    },
    /// What all fines come to.
    Report {
        /// Only what had happened by the end of this day: folded from the events, and not read from the views.
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
        /// The same as JSON.
        #[arg(long)]
        json: bool,
    },
    /// The fines, page by page, oldest first.
    List {
        /// Only those.
        #[arg(long)]
        status: Option<Status>,
        /// Which page.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        page: u32,
    },
    /// The fines with most to pay.
    Top {
        /// How many.
        #[arg(default_value_t = 10)]
        count: u32,
    },
    /// What each month came to.
    Months,
    /// What happened to one fine.
    History {
        /// The case.
        case: String,
    },
}

/// All fines.
#[derive(Application)]
struct Police {
    fines: Repository<Fine>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough of it.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match arguments.command {
        Command::Import { log } => {
            let police = Police::new(SqliteStore::open(&arguments.db)?);
            let events = import::import(&log, &police)?;
            writeln!(out, "{events} events imported into {}", arguments.db.display())?;
        }
        Command::Report { as_of, json } => {
            let police = open(&arguments.db)?;
            let report = match as_of {
                Some(_) => Report::fold(&police, as_of)?,
                None => views::read(&arguments.db, &police, Report::read)?,
            };
            if json {
                writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
            } else {
                report.print(&mut out)?;
            }
        }
        Command::List { status, page } => {
            let police = open(&arguments.db)?;
            let rows = views::read(&arguments.db, &police, |views| views::page(views, status, page))?;
            views::print_rows(&rows, &mut out)?;
        }
        Command::Top { count } => {
            let police = open(&arguments.db)?;
            let rows = views::read(&arguments.db, &police, |views| views::top(views, count))?;
            views::print_rows(&rows, &mut out)?;
        }
        Command::Months => {
            let police = open(&arguments.db)?;
            views::read(&arguments.db, &police, |views| views::print_months(views, &mut out))?;
        }
        Command::History { case } => {
            history::print(&history::history(&open(&arguments.db)?, &case)?, &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// The database to read from, which must be there.
fn open(db: &Path) -> anyhow::Result<Police> {
    anyhow::ensure!(db.exists(), "{} is not there: import a log first", db.display());
    Ok(Police::new(SqliteStore::open(db)?))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
