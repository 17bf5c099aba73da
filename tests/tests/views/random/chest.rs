//! Chests with things in them, and two views of these.

use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::prelude::*;
use eventsourcing::view::At;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Aggregate)]
pub(super) struct Chest {
    root: Root<Self>,
}

#[events]
impl Chest {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Put)]
    fn put(&mut self, what: String, amount: u64) {}

    #[event(Taken)]
    fn take(&mut self, what: String, amount: u64) {}

    #[event(Emptied)]
    fn empty(&mut self, what: String) {}
}

/// What a handler panics at until [`IS_CURED`] is set.
pub(super) const POISON: u64 = 13;

pub(super) static IS_CURED: AtomicBool = AtomicBool::new(false);

pub(super) fn swallow(amount: u64) -> bool {
    amount != POISON || IS_CURED.load(Ordering::Acquire)
}

/// A column that only serde knows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Last {
    Opened,
    Put(u64),
    Taken { amount: u64 },
}

/// The row of each chest, so that an event which cannot be read has one.
#[derive(View, Clone, Debug, PartialEq)]
pub(super) struct Content {
    #[view(key)]
    pub(super) id: Id<Chest>,
    #[view(index)]
    pub(super) amount: u64,
    pub(super) last: Last,
    pub(super) what: Option<String>,
}

#[projection(version = 1)]
impl Content {
    #[on(ChestEvent::Opened)]
    fn opened(at: &At<Chest>) -> Self {
        Self { id: at.id(), amount: 0, last: Last::Opened, what: None }
    }

    #[on(ChestEvent::Put)]
    fn put(&mut self, what: &str, amount: u64) {
        assert!(swallow(amount), "poison");
        (self.amount, self.last, self.what) = (self.amount + amount, Last::Put(amount), Some(what.to_owned()));
    }

    #[on(ChestEvent::Taken)]
    fn taken(&mut self, amount: u64) {
        self.amount = self.amount.checked_sub(amount).expect("enough");
        self.last = Last::Taken { amount };
    }

    #[on(ChestEvent::Emptied)]
    fn emptied(self) -> Option<Self> {
        None
    }
}

/// What is in all chests: found by a field, and once more together with the chest.
#[derive(View, Clone, Debug, PartialEq)]
pub(super) struct Thing {
    #[view(key)]
    pub(super) what: String,
    #[view(key)]
    pub(super) is_total: bool,
    #[view(key)]
    pub(super) chest: Id<Chest>,
    pub(super) amount: u64,
}

pub(super) fn total() -> Id<Chest> {
    Id::from(Uuid::nil())
}

#[projection(version = 1, ignore(ChestEvent::Opened))]
impl Thing {
    #[on(ChestEvent::Put, key = (what, true, total()))]
    fn put_in_all(this: Option<Self>, what: &str, amount: u64) -> Self {
        let before = this.map_or(0, |row| row.amount);
        Self { what: what.to_owned(), is_total: true, chest: total(), amount: before + amount }
    }

    #[on(ChestEvent::Put, key = (what, false, at.id()))]
    fn put_in_one(this: Option<Self>, at: &At<Chest>, what: &str, amount: u64) -> Self {
        assert!(swallow(amount), "poison");
        let before = this.map_or(0, |row| row.amount);
        Self { what: what.to_owned(), is_total: false, chest: at.id(), amount: before + amount }
    }

    #[on(ChestEvent::Taken, key = (what, true, total()))]
    #[on(ChestEvent::Taken, key = (what, false, at.id()))]
    fn taken(&mut self, what: &str, amount: u64) {
        assert_eq!(self.what, what);
        self.amount = self.amount.checked_sub(amount).expect("enough");
    }

    #[on(ChestEvent::Emptied, key = (what, false, at.id()))]
    fn emptied(self, what: &str) -> Option<Self> {
        (self.what != what).then_some(self)
    }
}

pub(super) fn chest(number: u8) -> Id<Chest> {
    Id::from(Uuid::from_u128(u128::from(number) + 1))
}
