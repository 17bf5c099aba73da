//! Compatible changes of what was released: they pass without a word.

use std::collections::{BTreeSet, VecDeque};

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

type Cents = i64;

#[derive(Clone, Serialize, Deserialize, Schema)]
struct Address {
    street: Box<str>,
    #[serde(default)]
    zip: String,
    #[serde(alias = "city")]
    town: Option<String>,
    country: Country,
    #[serde(default)]
    lines: Vec<String>,
    floor: Option<u8>,
}

#[derive(Clone, Serialize, Deserialize, Schema)]
#[serde(rename_all = "PascalCase")]
enum Country {
    #[serde(alias = "De")]
    Germany,
    Other(String),
    Region { name: String, code: u8, since: Option<u16> },
    Unknown,
}

#[derive(Aggregate)]
#[aggregate(name = "loan")]
struct Loan {
    root: Root<Self>,
}

#[events(retired(Moved))]
impl Loan {
    #[event(Opened, version = 2)]
    fn open(owner: &str, address: Address) -> Self {
        Self { root: Root::new() }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: &str, nickname: Option<String>) -> Option<LoanEvent> {
        let _old = (owner, nickname);
        None
    }

    /// Optional now, by another spelling, and with new fields that may be missing.
    #[event(Deposited)]
    fn deposit(
        &mut self,
        amount: Option<Cents>,
        #[serde(default)] currency: String,
        note: Option<String>,
        #[serde(default)] tags: VecDeque<BTreeSet<u8>>,
        by: Option<Address>,
    ) {
    }

    #[event(Noted)]
    fn note(&mut self, #[serde(alias = "text")] remark: String) {}

    #[event(PaidIn, alias = "paid in")]
    fn pay_in(&mut self, #[serde(rename = "amount")] cents: i64) {}

    #[event(Reviewed)]
    fn review(&mut self) {}

    #[event(Withdrawn, version = 4)]
    fn withdrawn(&mut self) {}

    #[upcast(Withdrawn, from = 1)]
    fn withdrawn_v1() -> LoanEvent {
        LoanEvent::Withdrawn
    }

    #[upcast(Withdrawn, from = 2)]
    fn withdrawn_v2() -> LoanEvent {
        LoanEvent::Withdrawn
    }

    #[upcast(Withdrawn, from = 3)]
    fn withdrawn_v3(amount: Option<i64>) -> LoanEvent {
        let _old = amount;
        LoanEvent::Withdrawn
    }

    #[event(Left, alias = "Closed", discard)]
    fn leave(&mut self) {}
}

fn main() {}
