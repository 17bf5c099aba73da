//! Maps whose keys serde does not write as texts, seen through names.

use std::collections::{BTreeMap, HashMap};

use eventsourcing::prelude::*;
use eventsourcing::Schema;
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub struct Place {
    x: i32,
    y: i32,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub struct Wrapped(Place);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub enum Side {
    Left,
    Other(String),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
pub enum Tagged {
    One,
    Two,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Schema)]
pub enum Empty {
    NoFields {},
    NoParts(),
}

// The fields of a type that is stored within others.
#[derive(Clone, Serialize, Deserialize, Schema)]
pub struct Board {
    by_place: BTreeMap<Place, u8>,
    by_wrapped: Vec<BTreeMap<Wrapped, u8>>,
    by_side: Option<HashMap<Side, u8>>,
    by_tagged: BTreeMap<Tagged, u8>,
    by_empty: BTreeMap<Empty, u8>,
}

// State that is stored in snapshots, and events.
#[derive(Aggregate)]
#[aggregate(snapshot)]
pub struct Game {
    root: Root<Self>,
    pieces: HashMap<Place, u8>,
}

#[events]
impl Game {
    #[event(Begun)]
    fn begin(pieces: HashMap<Side, u8>) -> Self {
        let _ = pieces;
        Self { root: Root::new(), pieces: HashMap::new() }
    }
}

fn main() {}
