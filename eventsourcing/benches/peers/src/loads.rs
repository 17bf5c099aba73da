//! One caller that loads accounts, and reads the log.

use uuid::Uuid;

use crate::accounts::{Accounts, side};
use crate::domain::{Folded, history, id};
use crate::paired::Side;
use crate::rows::count;

async fn filled<A: Accounts>(accounts: &mut A, of: u64, events: u64) -> Vec<Uuid> {
    let ids: Vec<Uuid> = (0..of).map(|_| id()).collect();
    for id in &ids {
        accounts.create(*id, events).await;
    }
    ids
}

fn folded(events: u64) -> Folded {
    let mut state = Folded::default();
    for event in history(events) {
        state.apply(event);
    }
    state
}

/// Accounts of 100 events, in random order.
pub(crate) fn hundred<A: Accounts>(scale: f64) -> Side {
    each::<A>(1_000, 100, count(5_000, scale))
}

/// One account of 100,000 events, or of as many as it can have; then the name of the side says so.
pub(crate) fn big<A: Accounts>(scale: f64) -> Side {
    let events = count(100_000, scale.max(0.1));
    if events <= A::LONGEST {
        return each::<A>(1, events, 1);
    }
    Side { name: format!("{}, of {} events", A::NAME, A::LONGEST).leak(), ..each::<A>(1, A::LONGEST, 1) }
}

fn each<A: Accounts>(of: u64, events: u64, turns: u64) -> Side {
    let whole = folded(events);
    side(
        false,
        async move |accounts: &mut A| filled(accounts, of, events).await,
        async move |accounts, ids| {
            for _ in 0..turns {
                assert_eq!(accounts.load(ids[fastrand::usize(..ids.len())]).await, whole);
            }
            turns * events
        },
    )
}

/// The whole log, typed.
pub(crate) fn replay<A: Accounts>(scale: f64) -> Side {
    let of = count(3_000, scale);
    let all = (of * 100, of.cast_signed() * folded(100).cents);
    side(
        false,
        async move |accounts: &mut A| filled(accounts, of, 100).await,
        async move |accounts, _| {
            assert_eq!(accounts.replay().await, all);
            all.0
        },
    )
}
