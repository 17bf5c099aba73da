//! Names that are written and not read, or by other rules.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(rename_all(serialize = "camelCase", deserialize = "snake_case"))]
struct Profile {
    nick_name: String,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
enum Kind {
    #[serde(rename(serialize = "old"))]
    Old,
    #[serde(rename_all(deserialize = "UPPERCASE"))]
    New {
        #[serde(rename(deserialize = "n"))]
        name: String,
    },
    // Sound.
    #[serde(rename(serialize = "other", deserialize = "other"))]
    Other,
    #[serde(rename(serialize = "last", deserialize = "newest"), alias = "last")]
    Last,
}

#[event]
#[serde(rename_all_fields(serialize = "camelCase"))]
enum DoorEvent {
    Hung {
        #[serde(rename(serialize = "colour", deserialize = "color"))]
        colour: String,
    },
}

#[derive(Aggregate)]
struct Customer {
    root: Root<Self>,
}

#[events]
impl Customer {
    #[event(Registered)]
    fn register(#[serde(rename(serialize = "a", deserialize = "b"))] name: Option<String>, of: Kind) -> Self {
        let _ = (name, of);
        Self { root: Root::new() }
    }
}

fn main() {}
