//! The tables of a view in SQL, which are the same in whatever way its events come.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use pollster::block_on;
use rusqlite::Connection;
use uuid::Uuid;

use crate::error::{ViewError, with_sources};
use crate::runner::Views;
use crate::testing::given_event::GivenEvent;
use crate::testing::view_scenario::difference::compare;
use crate::testing::view_scenario::outcome::Outcome;
use crate::testing::view_scenario::playing::{Played, play_each_way};
use crate::view::sqlite::SqlSnapshot;
use crate::view::{RowDiff, SqlKey, SqlProjection};

/// A key as the text that it is kept by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyText(pub(super) SqlKey);

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What comes of a history.
pub(super) struct Tables {
    pub(super) outcome: Outcome<Option<Connection>, KeyText>,
    /// With the files of the tables, while they are read.
    pub(super) folder: Folder,
}

/// A folder that is removed when this is dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    #[track_caller]
    fn new() -> Self {
        let path = env::temp_dir().join(format!("sql-view-scenario-{}", Uuid::new_v4()));
        match fs::create_dir(&path) {
            Ok(()) => Self(path),
            Err(error) => panic!("the folder {} cannot be made: {error}", path.display()),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What comes of a history, which is the same each way, or it panics.
#[track_caller]
pub(super) fn tables_each_way<P: SqlProjection>(events: &[GivenEvent], park_at_most: Option<usize>) -> Tables {
    let folder = Folder::new();
    let mut sets = 0;
    let set = || {
        sets += 1;
        views::<P>(&folder.0.join(sets.to_string()))
    };
    let [first, others @ ..] = play_each_way(set, park_at_most, events);
    let outcome = outcome::<P>(&first);
    for other in &others {
        compare(P::NAME, (&outcome, first.way), (&self::outcome::<P>(other), other.way), |one, other| {
            tables_between(one.as_ref()?, other.as_ref()?)
        });
    }
    let Outcome { parked, stopped, .. } = outcome;
    let rows = stopped.is_none().then(|| read(|| first.views.sql::<P>().connect()));
    Tables { outcome: Outcome { rows, parked, stopped }, folder }
}

#[track_caller]
fn views<P: SqlProjection>(folder: &Path) -> Views {
    match Views::sqlite(folder) {
        Ok(views) => views.with_sql::<P>(),
        Err(error) => panic!("the files of the view cannot be made: {}", with_sources(&error)),
    }
}

/// What a view has after a history; nothing is known of the tables of one that has stopped.
#[track_caller]
fn outcome<P: SqlProjection>(played: &Played) -> Outcome<Option<SqlSnapshot>, KeyText> {
    read(|| {
        let (stopped, view) = (played.stopped()?, played.views.sql::<P>());
        let rows = stopped.is_none().then(|| view.snapshot()).transpose()?;
        let parked = if stopped.is_none() { block_on(view.parked())? } else { Vec::new() };
        let parked = parked.into_iter().map(|parked| parked.with_key(|key| KeyText(key.clone())));
        Ok(Outcome { rows, parked: parked.map(|parked| (parked.key.clone(), parked)).collect(), stopped })
    })
}

#[track_caller]
fn read<T>(read: impl FnOnce() -> Result<T, ViewError>) -> T {
    read().unwrap_or_else(|error| panic!("the view cannot be read: {}", with_sources(&error)))
}

/// The rows that differ, if there are any: those of the one side (`-`), and those of the other (`+`).
#[track_caller]
fn tables_between(one: &SqlSnapshot, other: &SqlSnapshot) -> Option<String> {
    let diff = read(|| one.diff(other));
    if diff.is_same() {
        return None;
    }
    let mut text = String::new();
    for table in diff.tables.iter().filter(|table| !table.rows.is_same()) {
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n  `{}`:", table.table);
        for RowDiff { shown, built } in &table.rows.samples {
            let sides = [('-', shown), ('+', built)];
            for (side, row) in sides.into_iter().filter_map(|(side, row)| Some((side, row.as_ref()?))) {
                let _ = write!(text, "\n{side} {row}");
            }
        }
    }
    Some(text)
}
