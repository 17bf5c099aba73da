//! The rows of a view, which are the same in whatever way its events come.

#![expect(clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use pollster::block_on;

use super::difference::{check_columns, compare, rows_between};
use super::outcome::Outcome;
use super::playing::{Played, play_each_way};
use crate::error::{ViewError, with_sources};
use crate::runner::Views;
use crate::testing::given_event::GivenEvent;
use crate::view::Projection;

/// What comes of a history, which is the same each way, or it panics.
#[track_caller]
pub(super) fn rows_each_way<P>(
    events: &[GivenEvent],
    park_at_most: Option<usize>,
) -> Outcome<BTreeMap<P::Key, P>, P::Key>
where
    P: Projection<Key: Debug> + PartialEq + Debug,
{
    let [first, others @ ..] = play_each_way(|| Views::memory().with::<P>(), park_at_most, events);
    let outcome = outcome::<P>(&first);
    for other in others {
        compare(P::NAME, (&outcome, first.way), (&self::outcome(&other), other.way), |rows, others| {
            (rows != others).then(|| rows_between(rows, others))
        });
    }
    outcome.rows.values().for_each(check_columns);
    outcome
}

#[track_caller]
fn outcome<P: Projection>(played: &Played) -> Outcome<BTreeMap<P::Key, P>, P::Key> {
    let read = || {
        let stopped = played.stopped()?;
        let rows = block_on(played.views.all::<P>())?.into_iter().map(|row| (row.key(), row)).collect();
        let parked = block_on(played.views.parked::<P>())?;
        let parked = parked.into_iter().map(|parked| (parked.key.clone(), parked)).collect();
        Ok(Outcome { rows, parked, stopped })
    };
    read().unwrap_or_else(|error: ViewError| panic!("the view cannot be read: {}", with_sources(&error)))
}
