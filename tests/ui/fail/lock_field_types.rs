//! What only the compiler knows: what a field is stored as, however its type is spelled.

use std::collections::HashSet;

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

type Cents = i32;

#[derive(Clone, Default, Serialize, Deserialize)]
struct NotSeen(u8);

#[event(retired(Moved, Noted, Opened, "paid in", Reviewed, Withdrawn, Closed))]
enum LoanEvent {
    Deposited {
        amount: Cents,
        #[serde(default)]
        currency: NotSeen,
        note: HashSet<Option<[u8; 4]>>,
        by: String,
    },
}

#[event]
enum GateEvent {
    #[event(version = 2)]
    Installed { width: u64 },
    Opened { by: Box<str>, at: u64 },
}

#[upcast]
impl GateEvent {
    #[upcast(Installed, from = 1)]
    fn installed_v1(width: String) -> Self {
        Self::Installed { width: width.len() as u64 }
    }
}

#[derive(Aggregate)]
#[aggregate(name = "pump")]
struct Pump {
    root: Root<Self>,
}

#[events(retired(Stopped))]
impl Pump {
    #[event(Installed, version = 2)]
    fn install() -> Self {
        Self { root: Root::new() }
    }

    // The power was a number of 32 bits, and the make was not stored then.
    #[upcast(Installed, from = 1)]
    fn installed_v1(power: u64, make: String, by: (String, [u8; 3])) -> PumpEvent {
        drop((power, make, by));
        PumpEvent::Installed
    }

    // It had a default.
    #[event(Started)]
    fn start(&mut self, at: std::collections::BTreeMap<String, u64>) {}
}

fn main() {}
