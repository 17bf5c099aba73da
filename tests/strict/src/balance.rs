//! A view.

use eventsourcing::prelude::*;
use eventsourcing::view::At;
use serde::{Deserialize, Serialize};

use crate::{Account, AccountEvent, DoorEvent};

/// How an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// Money can be moved.
    Open,
    /// It cannot.
    Closed,
}

/// What is on an account.
#[derive(View, Clone, Debug, PartialEq, Eq)]
#[view(name = "balance")]
pub struct Balance {
    #[view(key)]
    id: Id<Account>,
    #[view(index)]
    owner: String,
    cents: i64,
    #[view(index)]
    status: Status,
}

#[projection(version = 1, ignore(AccountEvent::Noted))]
impl Balance {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>, owner: &str) -> Self {
        Self { id: at.id(), owner: owner.to_owned(), cents: 0, status: Status::Open }
    }

    #[on(AccountEvent::Deposited)]
    const fn deposited(&mut self, amount: i64) {
        self.cents = self.cents.saturating_add(amount);
    }

    #[on(AccountEvent::Withdrawn)]
    const fn withdrawn(&mut self, amount: i64) {
        self.cents = self.cents.saturating_sub(amount);
    }

    #[on(AccountEvent::Closed)]
    fn closed(self) -> Option<Self> {
        (self.cents != 0).then_some(Self { status: Status::Closed, ..self })
    }

    /// Whose it is.
    #[inline]
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }
}

/// How many doors of a colour were put in, of new ones and of others.
#[derive(View, Clone, Debug, PartialEq, Eq)]
pub struct Colours {
    #[view(key)]
    colour: String,
    #[view(key)]
    is_new: bool,
    doors: u32,
}

#[projection(version = 1, ignore(DoorEvent::..))]
impl Colours {
    #[on(DoorEvent::Installed, key = (colour, at.version().get() == 1))]
    fn installed(this: Option<Self>, at: &At<crate::Door>, colour: String) -> Self {
        let doors = this.map_or(0, |row| row.doors).saturating_add(1);
        Self { colour, is_new: at.version().get() == 1, doors }
    }
}

/// The owners of accounts that are not closed.
#[derive(View, Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    #[view(key)]
    id: Id<Account>,
    name: String,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Owner {
    #[on(AccountEvent::Opened)]
    const fn opened(at: &At<Account>, #[field(owner)] name: String) -> Self {
        Self { id: at.id(), name }
    }

    #[on(AccountEvent::Noted)]
    fn noted(&mut self, tags: Vec<String>) {
        self.name.push_str(&tags.concat());
    }

    #[on(AccountEvent::Closed)]
    fn closed(self) -> Option<Self> {
        None
    }
}
