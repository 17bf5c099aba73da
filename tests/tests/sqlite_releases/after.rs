//! The next release: a field more, an event at version 2, one under another name, and two new ones. Its state can be read as that of the first, and
//! would be wrong.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "account", snapshot_every = 2)]
pub(crate) struct Customer {
    root: Root<Self>,
    pub(crate) owner: String,
    /// In tenths of a cent.
    pub(crate) amount: i64,
    currency: Option<String>,
    note: Option<String>,
}

#[events]
impl Customer {
    #[event(Opened, version = 2)]
    pub(crate) fn open(owner: &str, currency: &str) -> Self {
        Self { root: Root::new(), owner: owner.to_owned(), amount: 0, currency: Some(currency.to_owned()), note: None }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: String) -> CustomerEvent {
        CustomerEvent::Opened { owner, currency: "EUR".to_owned() }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, cents: i64, #[serde(default)] note: Option<String>) {
        self.amount += cents * 10;
        self.note = note;
    }

    #[event(PaidOut, alias = "Withdrawn")]
    pub(crate) fn pay_out(&mut self, cents: i64) {
        self.amount -= cents * 10;
    }

    #[event(Frozen)]
    pub(crate) fn freeze(&mut self) {
        self.note = Some("frozen".to_owned());
    }

    #[event(Ended, discard)]
    pub(crate) fn end(&mut self) {}
}
