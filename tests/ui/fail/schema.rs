//! Types whose shape is not known.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct NotSeen(u8);

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Place {
    street: String,
    not_seen: Vec<NotSeen>,
    #[schema(opaque)]
    opaque: NotSeen,
}

#[derive(Schema)]
#[schema(nam = "Place", name = "")]
struct Options {
    #[schema(opaqe)]
    street: String,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(from = "u8", into = "u8")]
struct Reshaped(u8);

impl From<u8> for Reshaped {
    fn from(number: u8) -> Self {
        Self(number)
    }
}

impl From<Reshaped> for u8 {
    fn from(Reshaped(number): Reshaped) -> Self {
        number
    }
}

#[derive(Schema)]
union Either {
    one: u8,
    other: i8,
}

fn main() {}
