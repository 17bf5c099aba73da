//! The work: an account, as an aggregate of ours and as it is written by hand.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Aggregate)]
pub(crate) struct Account {
    root: Root<Self>,
    pub(crate) owner: String,
    pub(crate) cents: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    pub(crate) fn open(owner: &str) -> Self {
        Self { root: Root::with_id(Id::from(id())), owner: owner.to_owned(), cents: 0 }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, amount_cents: i64) {
        self.cents += amount_cents;
    }

    #[event(Withdrawn)]
    pub(crate) fn withdraw(&mut self, amount_cents: i64) {
        self.cents -= amount_cents;
    }
}

/// Random on both sides: in the order of time, ids of version 7 would be kinder to the index.
pub(crate) fn id() -> Uuid {
    Uuid::from_u128(fastrand::u128(..))
}

/// The same events without a framework.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Event {
    Opened(Opened),
    Deposited(Moved),
    Withdrawn(Moved),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    owner: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Moved {
    amount_cents: i64,
}

impl Event {
    pub(crate) fn opened(owner: &str) -> Self {
        Self::Opened(Opened { owner: owner.to_owned() })
    }

    /// What an account does next, by its version.
    pub(crate) fn moved(version: u64) -> Self {
        let amount_cents = amount(version);
        if version.is_multiple_of(3) {
            Self::Withdrawn(Moved { amount_cents })
        } else {
            Self::Deposited(Moved { amount_cents })
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "Opened",
            Self::Deposited(_) => "Deposited",
            Self::Withdrawn(_) => "Withdrawn",
        }
    }

    pub(crate) fn read(name: &str, payload: &[u8]) -> Self {
        match name {
            "Opened" => Self::Opened(serde_json::from_slice(payload).unwrap()),
            "Deposited" => Self::Deposited(serde_json::from_slice(payload).unwrap()),
            "Withdrawn" => Self::Withdrawn(serde_json::from_slice(payload).unwrap()),
            _ => unreachable!("{name}"),
        }
    }
}

/// The state that the events by hand are folded to.
#[derive(Default)]
pub(crate) struct Folded {
    pub(crate) owner: String,
    pub(crate) cents: i64,
    pub(crate) version: u64,
}

impl Folded {
    pub(crate) fn apply(&mut self, event: Event) {
        match event {
            Event::Opened(opened) => self.owner = opened.owner,
            Event::Deposited(moved) => self.cents += moved.amount_cents,
            Event::Withdrawn(moved) => self.cents -= moved.amount_cents,
        }
        self.version += 1;
    }
}

pub(crate) fn amount(version: u64) -> i64 {
    i64::try_from(version * 7919 % 100_000).unwrap()
}

/// What an account does next, by its version.
pub(crate) fn step(account: &mut Account, version: u64) {
    if version.is_multiple_of(3) { account.withdraw(amount(version)) } else { account.deposit(amount(version)) }
}
