//! Types in events were released with them.

use eventsourcing::Apply;
use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Address {
    // Retyped.
    street: u32,
    // Made mandatory.
    zip: String,
    // Renamed.
    town: String,
    country: Country,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
enum Country {
    // `De` is called otherwise.
    Germany,
    Other(u8),
    Region { name: String },
}

mod other {
    use super::*;

    #[derive(Clone, Serialize, Deserialize, Schema)]
    #[schema(name = "Address")]
    enum NoStruct {
        A,
    }

    /// An aggregate of its own took the name of another.
    #[derive(Aggregate)]
    #[aggregate(name = "loan", event = OtherEvent)]
    struct Taken {
        root: Root<Self>,
    }

    #[event]
    enum OtherEvent {
        Begun,
    }

    impl Apply for Taken {
        type Event = OtherEvent;

        fn create(_: OtherEvent) -> Option<Self> {
            None
        }

        fn apply(&mut self, _: OtherEvent) {}
    }
}

fn main() {}
