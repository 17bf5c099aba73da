//! The rows of the table, the same for every side; names and sizes are those of the store's own bench.

use uuid::Uuid;

use crate::accounts::{Accounts, side};
use crate::by_hand::ByHand;
use crate::cqrs_es_side::CqrsEs;
use crate::domain::{Event, Folded, id};
use crate::evento_side::Evento;
use crate::paired::{Row, Side};

macro_rules! sides {
    ($work:ident($($argument:expr)?)) => {
        |scale| vec![
            $work::<ByHand>($($argument,)? scale),
            $work::<CqrsEs>($($argument,)? scale),
            $work::<Evento>($($argument,)? scale),
        ]
    };
}

pub(crate) const ROWS: &[Row] = &[
    Row { name: "w1 full", unit: "commits/s", least: 0.0, sides: sides!(one_event(true)) },
    Row { name: "w1 normal", unit: "commits/s", least: 0.0, sides: sides!(one_event(false)) },
    Row { name: "w2 full", unit: "commands/s", least: 0.0, sides: sides!(command()) },
    Row { name: "w3 full", unit: "events/s", least: 0.0, sides: sides!(hundred()) },
    Row { name: "w4", unit: "events/s", least: 0.0, sides: sides!(load()) },
    Row { name: "w5", unit: "events/s", least: 0.0, sides: sides!(replay()) },
];

fn count(base: u64, scale: f64) -> u64 {
    ((base as f64 * scale) as u64).max(1)
}

fn one_event<A: Accounts>(full: bool, scale: f64) -> Side {
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
fn command<A: Accounts>(scale: f64) -> Side {
    let turns = count(1_000, scale);
    let fill = async |accounts: &mut A| {
        let mut ids = Vec::new();
        for number in 0..1_000 {
            let (id, version) = (id(), number % 50 + 1);
            accounts.create(id, version).await;
            ids.push((id, version));
        }
        ids
    };
    side(true, fill, async move |accounts, ids| {
        for _ in 0..turns {
            let chosen = &mut ids[fastrand::usize(..1_000)];
            // At 50 events it starts anew, so that the length stays what it is.
            if chosen.1 == 50 {
                *chosen = (id(), 0);
            }
            accounts.step(chosen.0).await;
            chosen.1 += 1;
        }
        turns
    })
}

fn hundred<A: Accounts>(scale: f64) -> Side {
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

async fn filled<A: Accounts>(accounts: &mut A, of: u64) -> Vec<Uuid> {
    let ids: Vec<Uuid> = (0..of).map(|_| id()).collect();
    for id in &ids {
        accounts.create(*id, 100).await;
    }
    ids
}

fn hundred_events() -> Folded {
    let mut state = Folded::default();
    (0..100).for_each(|version| state.apply(Event::next(version)));
    state
}

fn load<A: Accounts>(scale: f64) -> Side {
    let turns = count(5_000, scale);
    let whole = hundred_events();
    side(
        false,
        async |accounts: &mut A| filled(accounts, 1_000).await,
        async move |accounts, ids| {
            for _ in 0..turns {
                assert_eq!(accounts.load(ids[fastrand::usize(..ids.len())]).await, whole);
            }
            turns * 100
        },
    )
}

fn replay<A: Accounts>(scale: f64) -> Side {
    let of = count(3_000, scale);
    let all = (of * 100, of.cast_signed() * hundred_events().cents);
    side(
        false,
        async move |accounts: &mut A| filled(accounts, of).await,
        async move |accounts, _| {
            assert_eq!(accounts.replay().await, all);
            all.0
        },
    )
}
