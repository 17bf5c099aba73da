//! One caller that commits.

use crate::accounts::{Accounts, side};
use crate::domain::id;
use crate::paired::Side;
use crate::rows::count;

/// A new account in each commit.
pub(crate) fn one_event<A: Accounts>(full: bool, scale: f64) -> Side {
    let turns = count(if full { 1_000 } else { 10_000 }, scale);
    side(
        full,
        async |_: &mut A| (),
        async move |accounts, ()| {
            for _ in 0..turns {
                accounts.create(id(), 1).await;
            }
            turns
        },
    )
}

/// Load by replay, one event, save: accounts of 1 to 50 events, 25.5 on average.
pub(crate) fn command<A: Accounts>(full: bool, scale: f64) -> Side {
    let turns = count(if full { 1_000 } else { 8_000 }, scale);
    let fill = async |accounts: &mut A| {
        let mut ids = Vec::new();
        for number in 0..1_000 {
            let (id, version) = (id(), number % 50 + 1);
            accounts.create(id, version).await;
            ids.push((id, version));
        }
        ids
    };
    side(full, fill, async move |accounts, ids| {
        for _ in 0..turns {
            let chosen = &mut ids[fastrand::usize(..1_000)];
            // At 50 events it starts over, so that the length stays what it is.
            if chosen.1 == 50 {
                *chosen = (id(), 0);
            }
            accounts.step(chosen.0).await;
            chosen.1 += 1;
        }
        turns
    })
}

/// A new account of 100 events in each commit.
pub(crate) fn hundred<A: Accounts>(scale: f64) -> Side {
    let turns = count(300, scale);
    side(
        true,
        async |_: &mut A| (),
        async move |accounts, ()| {
            for _ in 0..turns {
                accounts.create(id(), 100).await;
            }
            turns * 100
        },
    )
}
