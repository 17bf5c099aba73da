//! What is in the chests, as rows that come and go: each handler takes the row, if there is one, and leaves one or none.

use std::rc::Rc;

use eventsourcing::prelude::*;

use super::chest::{Chest, ChestEvent, chest, swallow};
use super::deliveries::{Modelled, fitting};
use super::fold::Change;
use super::step::Step;

/// A thing of which there are not dozens.
#[derive(View, Clone, Debug, PartialEq)]
pub(super) struct Open {
    #[view(key)]
    what: String,
    #[view(key)]
    chest: Id<Chest>,
    amount: u64,
}

#[projection(version = 1, ignore(ChestEvent::Opened))]
impl Open {
    #[on(ChestEvent::Put, key = (what, at.id()))]
    fn put(this: Option<Self>, at: &At<Chest>, what: &str, amount: u64) -> Option<Self> {
        assert!(swallow(amount), "poison");
        let amount = this.map_or(0, |row| row.amount) + amount;
        is_listed(amount).then(|| Self { what: what.to_owned(), chest: at.id(), amount })
    }

    #[on(ChestEvent::Taken, key = (what, at.id()))]
    fn taken(this: Option<Self>, amount: u64) -> Option<Self> {
        let this = this?;
        let amount = this.amount.checked_sub(amount).expect("enough");
        is_listed(amount).then_some(Self { amount, ..this })
    }

    #[on(ChestEvent::Emptied, key = (what, at.id()))]
    fn emptied(_this: Option<Self>) -> Option<Self> {
        None
    }
}

const fn is_listed(amount: u64) -> bool {
    !amount.is_multiple_of(12)
}

impl Modelled for Open {
    const PARKS_UNREADABLE: bool = false;

    fn deliveries(step: Step) -> Vec<((String, Id<Chest>), Change<Self>)> {
        let (number, what, change): (u8, &str, Change<Self>) = match step {
            Step::Put(number, what, amount) => (
                number,
                what,
                Rc::new(move |row: Option<Self>| {
                    let before = Some(row.map_or(0, |row| row.amount)).filter(|_| swallow(amount)).ok_or(())?;
                    let amount = before + amount;
                    let row = Self { what: what.to_owned(), chest: chest(number), amount };
                    if is_listed(amount) { fitting(amount).map(|_| Some(row)) } else { Ok(None) }
                }),
            ),
            Step::Taken(number, what, amount) => (
                number,
                what,
                Rc::new(move |row: Option<Self>| {
                    let Some(row) = row else { return Ok(None) };
                    let amount = row.amount.checked_sub(amount).ok_or(())?;
                    Ok(is_listed(amount).then_some(Self { amount, ..row }))
                }),
            ),
            Step::Emptied(number, what) => (number, what, Rc::new(|_| Ok(None))),
            Step::Opened(_) | Step::Broken(_) | Step::Unknown(_) => return Vec::new(),
        };
        vec![((what.to_owned(), chest(number)), change)]
    }
}
