//! The work: an account, as it is written by hand.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Event {
    Opened(Opened),
    Deposited(Moved),
    Withdrawn(Moved),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) owner: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) amount_cents: i64,
}

impl Event {
    /// What an account of this version does next.
    pub(crate) fn next(version: u64) -> Self {
        let amount_cents = amount(version + 1);
        if version == 0 {
            Self::Opened(Opened { owner: "alice".to_owned() })
        } else if (version + 1).is_multiple_of(3) {
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

/// The events of an account of this version.
pub(crate) fn history(version: u64) -> Vec<Event> {
    (0..version).map(Event::next).collect()
}

#[derive(Debug, Default, PartialEq)]
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

/// Random on all sides: in the order of time, ids of version 7 would be kinder to the index.
pub(crate) fn id() -> Uuid {
    Uuid::from_u128(fastrand::u128(..))
}
