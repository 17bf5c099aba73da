//! What was released, and what careless changes would make of it.

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Address {
    street: String,
    #[serde(default)]
    zip: String,
    city: String,
    country: Country,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
enum Country {
    De,
    Other(String),
    Region { name: String, code: u8 },
}

// Renamed: the stored name was `loan`.
#[derive(Aggregate)]
struct Loan {
    root: Root<Self>,
}

// `Closed` is gone.
#[events(retired(Moved))]
impl Loan {
    // Version 2 had a street and no owner's name.
    #[event(Opened, version = 3)]
    fn open(name: String) -> Self {
        Self { root: Root::new() }
    }

    // The owner was a text.
    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: u64, since: u32) -> LoanEvent {
        LoanEvent::Opened { name: owner.to_string() }
    }

    #[upcast(Opened, from = 2)]
    fn opened_v2(owner: String, address: Address) -> LoanEvent {
        LoanEvent::Opened { name: owner }
    }

    // Retyped, made mandatory, one new and mandatory, and the note is gone.
    #[event(Deposited)]
    fn deposit(&mut self, amount: u64, currency: String, by: String, memo: u8) {}

    // Renamed.
    #[event(Noted)]
    fn note(&mut self, remark: String) {}

    // Its stored name was `paid in`; an alias is missing.
    #[event(PaidIn)]
    fn pay_in(&mut self, amount: i64) {}

    // Its stored name was `Reviewed`.
    #[event(Reviewed, name = "reviewed")]
    fn review(&mut self) {}

    // Version 3 was released.
    #[event(Withdrawn, version = 2)]
    fn withdrawn(&mut self, amount: i64) {}

    #[upcast(Withdrawn, from = 1)]
    fn withdrawn_v1(amount: i64) -> LoanEvent {
        LoanEvent::Withdrawn { amount }
    }
}

fn main() {}
