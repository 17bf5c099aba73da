//! An upcaster whose result is not an event, or that no longer fits.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[event]
enum OtherEvent {
    Begun,
}

#[events]
impl Account {
    #[event(Opened, version = 4)]
    fn open(owner: &str, currency: &str) -> Self {
        Self { root: Root::new() }
    }

    #[upcast(Opened, from = 1)]
    fn opened_v1(owner: String) -> (AccountEvent, AccountEvent) {
        let event = AccountEvent::Opened { owner, currency: String::new() };
        (event.clone(), event)
    }

    #[upcast(Opened, from = 2)]
    fn opened_v2(owner: String) -> Option<OtherEvent> {
        None
    }

    /// The event has got another field since.
    #[upcast(Opened, from = 3)]
    fn opened_v3(owner: String) -> AccountEvent {
        AccountEvent::Opened { owner }
    }
}

fn main() {}
