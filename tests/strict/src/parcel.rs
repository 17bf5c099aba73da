//! Versions, upcasters, types in events, and snapshots.

use std::collections::BTreeMap;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a parcel goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    house_number: u32,
    #[serde(default)]
    lines: Vec<String>,
    country: Country,
}

/// A country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Schema)]
#[non_exhaustive]
pub enum Country {
    /// At home.
    Home,
    /// By its code.
    Abroad(u16),
}

/// A parcel.
#[derive(Aggregate, Clone, Debug, PartialEq, Eq)]
#[aggregate(snapshot_every = 10)]
pub struct Parcel {
    root: Root<Self>,
    to: Address,
    weights: BTreeMap<String, u32>,
    #[aggregate(opaque)]
    kept: (u8,),
}

#[events(retired(Inspected, Moved))]
impl Parcel {
    /// Sends a parcel.
    #[event(Sent, version = 2)]
    #[inline]
    #[must_use]
    pub fn send(to: Address, kept: (u8,)) -> Self {
        Self { root: Root::new(), to, weights: BTreeMap::new(), kept }
    }

    #[upcast(Sent, from = 1)]
    const fn sent_v1(house_number: u32) -> ParcelEvent {
        let to = Address { house_number, lines: Vec::new(), country: Country::Home };
        ParcelEvent::Sent { to, kept: (0,) }
    }

    /// Weighs it.
    #[event(Weighed)]
    #[inline]
    pub fn weigh(&mut self, by: &str, grams: u32) {
        let _before = self.weights.insert(by.to_owned(), grams);
    }

    #[upcast(Moved, from = 1)]
    fn moved_v1(by: &str, #[serde(default)] grams: Option<u32>) -> Vec<ParcelEvent> {
        grams.map(|weight| ParcelEvent::Weighed { by: by.to_owned(), grams: weight }).into_iter().collect()
    }
}

/// What happens to a box.
#[event(retired(Shaken))]
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoxEvent {
    /// It is packed.
    #[event(version = 2)]
    Packed {
        /// How many things are in it.
        things: u64,
    },
}

#[upcast]
impl BoxEvent {
    /// There was one thing in each box.
    #[upcast(Packed, from = 1)]
    const fn packed_v1() -> Self {
        Self::Packed { things: 1 }
    }
}
