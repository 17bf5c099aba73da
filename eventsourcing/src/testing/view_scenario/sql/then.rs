//! What the tables of a view in SQL must have.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::fmt::{self, Debug, Write as _};
use std::marker::PhantomData;

use rusqlite::Connection;

use super::row::QueryRow;
use super::tables::{Folder, KeyText, Tables};
use crate::testing::view_scenario::checked::Checked;
use crate::view::{Key, SqlKey, SqlProjection};

/// The last phase of a [`SqlViewScenario`](super::SqlViewScenario): it has asserted something, and may assert more.
pub struct SqlViewThen<P> {
    // Before the folder of its files, which is removed when this is dropped.
    checked: Checked<Option<Connection>, KeyText>,
    _folder: Folder,
    view: PhantomData<fn() -> P>,
}

impl<P: SqlProjection> SqlViewThen<P> {
    pub(super) fn new(tables: Tables) -> Self {
        let Tables { outcome, folder } = tables;
        Self { checked: Checked::new(P::NAME, outcome), _folder: folder, view: PhantomData }
    }

    /// A query gives these rows, in this order: each a tuple of its columns.
    ///
    /// # Panics
    ///
    /// When it gives others, or `SQLite` refuses it, or a row cannot be read as that type; and when a key is parked that no [`then_parked`](Self::then_parked) before
    /// has expected.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    pub fn then_rows<R: QueryRow + PartialEq + Debug>(self, sql: &str, rows: impl IntoIterator<Item = R>) -> Self {
        let expected = rows.into_iter().collect::<Vec<_>>();
        let found = match self.checked.rows().as_ref().map(|tables| query::<R>(tables, sql)) {
            Some(Ok(found)) => found,
            Some(Err(error)) => panic!("the tables of `{}` cannot be read by `{sql}`: {error}", P::NAME),
            None => Vec::new(),
        };
        assert!(
            expected == found,
            "`{}` has other rows (`-` is expected, `+` is found)\n  {sql}{}{}",
            P::NAME,
            listed('-', &expected),
            listed('+', &found)
        );
        self
    }

    /// What goes to this key is parked, for a reason that contains this. The tables are then as the events before the one that failed have made them.
    ///
    /// # Panics
    ///
    /// When it is not, or for another reason.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "it has asserted; asserting more is up to the caller")]
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the `&`")]
    pub fn then_parked(mut self, key: impl Key, reason: &str) -> Self {
        self.checked.expect_parked(KeyText(SqlKey::of(&key)), reason);
        self
    }

    #[track_caller]
    pub(super) fn stopped(self, reason: &str) {
        self.checked.expect_stopped(reason, |_| " not listed".to_owned());
    }
}

fn query<R: QueryRow>(tables: &Connection, sql: &str) -> rusqlite::Result<Vec<R>> {
    tables.prepare(sql)?.query_map((), R::read)?.collect()
}

fn listed(side: char, rows: &[impl Debug]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        // Writing to a `String` does not fail.
        let _ = write!(text, "\n{side} {row:?}");
        text
    })
}

impl<P: SqlProjection> Debug for SqlViewThen<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlViewThen").field("view", &P::NAME).finish_non_exhaustive()
    }
}
