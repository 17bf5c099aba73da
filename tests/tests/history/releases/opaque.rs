//! Opaque types, in events and in other types.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    by: u8,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NotSeen(u8);

/// As money is, on the decimal of another crate.
#[derive(Clone, Serialize, Deserialize, Schema)]
pub(crate) struct Price {
    #[schema(opaque)]
    seen: Seen,
    of: u8,
}

#[derive(Clone, Default, Serialize, Deserialize, Schema)]
pub(crate) struct Level(#[schema(opaque)] Seen);

#[derive(Clone, Serialize, Deserialize, Schema)]
pub(crate) struct Holds {
    #[schema(opaque)]
    not_seen: NotSeen,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
pub(crate) struct Text {
    #[serde(with = "as_text")]
    number: u8,
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[derive(Aggregate)]
pub(crate) struct Account {
    root: Root<Self>,
    left: [u8; 1],
}

#[events]
impl Account {
    #[event(Opened)]
    fn open(seen: Seen) -> Self {
        Self { root: Root::new(), left: [0] }
    }

    #[event(Closed)]
    fn close(&mut self, not_seen: NotSeen) {}

    #[event(Priced)]
    fn price(&mut self, price: Price, level: Level) {}

    #[event(Held)]
    fn hold(&mut self, seen: Seen, holds: Holds, text: Text) {}

    #[event(Took)]
    fn take(&mut self, n: usize) {
        self.left[n - 1] = 1;
    }
}
