//! What a step should do to a view.

use std::fmt::Debug;
use std::rc::Rc;

use eventsourcing::prelude::*;
use eventsourcing::view::Projection;

use super::chest::{Chest, Content, Last, Thing, chest, swallow, total};
use super::fold::Change;
use super::step::Step;

/// A view, with what a step should do to it.
pub(super) trait Modelled: Projection<Key: Debug> + PartialEq + Debug {
    /// Whether an event that cannot be read parks a row, and does not stop the view.
    const PARKS_UNREADABLE: bool;

    fn deliveries(step: Step) -> Vec<(Self::Key, Change<Self>)>;
}

pub(super) fn fails<P>() -> Change<P> {
    Rc::new(|_| Err(()))
}

/// A column takes no more than this.
pub(super) fn fitting(amount: u64) -> Result<u64, ()> {
    if i64::try_from(amount).is_ok() { Ok(amount) } else { Err(()) }
}

impl Modelled for Content {
    const PARKS_UNREADABLE: bool = true;

    fn deliveries(step: Step) -> Vec<(Id<Chest>, Change<Self>)> {
        let (number, change): (u8, Change<Self>) = match step {
            Step::Opened(number) => {
                let id = chest(number);
                (number, Rc::new(move |_| Ok(Some(Self { id, amount: 0, last: Last::Opened, what: None }))))
            }
            Step::Put(number, what, amount) => (
                number,
                Rc::new(move |row| {
                    let row = row.filter(|_| swallow(amount)).ok_or(())?;
                    let (amount, last) = (fitting(row.amount.checked_add(amount).ok_or(())?)?, Last::Put(amount));
                    Ok(Some(Self { amount, last, what: Some(what.to_owned()), ..row }))
                }),
            ),
            Step::Taken(number, _, amount) => (
                number,
                Rc::new(move |row| {
                    let row = row.ok_or(())?;
                    let (amount, last) = (row.amount.checked_sub(amount).ok_or(())?, Last::Taken { amount });
                    Ok(Some(Self { amount, last, ..row }))
                }),
            ),
            Step::Emptied(number, _) => (number, Rc::new(|row| row.map(|_| None).ok_or(()))),
            Step::Broken(number) => (number, fails()),
            Step::Unknown(_) => return Vec::new(),
        };
        vec![(chest(number), change)]
    }
}

impl Modelled for Thing {
    const PARKS_UNREADABLE: bool = false;

    fn deliveries(step: Step) -> Vec<((String, bool, Id<Chest>), Change<Self>)> {
        let in_all = |what: &str| (what.to_owned(), true, total());
        let in_one = |what: &str, number| (what.to_owned(), false, chest(number));
        let put = |key: (String, bool, Id<Chest>), amount: u64, swallows: bool| -> Change<Self> {
            Rc::new(move |row: Option<Self>| {
                if !swallows && !swallow(amount) {
                    return Err(());
                }
                let amount = fitting(row.map_or(0, |row| row.amount).checked_add(amount).ok_or(())?)?;
                let (what, is_total, chest) = key.clone();
                Ok(Some(Self { what, is_total, chest, amount }))
            })
        };
        let taken = |amount: u64| -> Change<Self> {
            Rc::new(move |row: Option<Self>| {
                let row = row.ok_or(())?;
                Ok(Some(Self { amount: row.amount.checked_sub(amount).ok_or(())?, ..row }))
            })
        };
        match step {
            Step::Put(number, what, amount) => {
                let (all, one) = (in_all(what), in_one(what, number));
                vec![(all.clone(), put(all, amount, true)), (one.clone(), put(one, amount, false))]
            }
            Step::Taken(number, what, amount) => {
                vec![(in_all(what), taken(amount)), (in_one(what, number), taken(amount))]
            }
            Step::Emptied(number, what) => {
                vec![(in_one(what, number), Rc::new(|row: Option<Self>| row.map(|_| None).ok_or(())))]
            }
            Step::Opened(_) | Step::Broken(_) | Step::Unknown(_) => Vec::new(),
        }
    }
}
