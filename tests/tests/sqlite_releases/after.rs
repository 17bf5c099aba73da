//! The next release: a field more, an event at version 2, one under another name, and two new ones.

use eventsourcing::prelude::*;

#[derive(Aggregate, Clone, Debug, PartialEq)]
#[aggregate(name = "account", snapshot_every = 2)]
pub(crate) struct Customer {
    root: Root<Self>,
    pub(crate) owner: String,
    currency: String,
    pub(crate) balance: i64,
    notes: Vec<String>,
    is_frozen: bool,
}

#[events]
impl Customer {
    #[event(Opened, version = 2)]
    pub(crate) fn open(owner: &str, currency: &str) -> Self {
        let (owner, currency) = (owner.to_owned(), currency.to_owned());
        Self { root: Root::new(), owner, currency, balance: 0, notes: Vec::new(), is_frozen: false }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: String) -> CustomerEvent {
        CustomerEvent::Opened { owner, currency: "EUR".to_owned() }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, cents: i64, #[serde(default)] note: Option<String>) {
        self.balance += cents;
        self.notes.extend(note);
    }

    #[event(PaidOut, alias = "Withdrawn")]
    pub(crate) fn pay_out(&mut self, cents: i64) {
        self.balance -= cents;
    }

    #[event(Frozen)]
    pub(crate) fn freeze(&mut self) {
        self.is_frozen = true;
    }

    #[event(Ended, discard)]
    pub(crate) fn end(&mut self) {}
}
