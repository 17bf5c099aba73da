//! What generated code records by is for it alone: it asks for a key,
//! which cannot be had elsewhere.

mod domain {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
        balance: i64,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        fn opened() -> Self {
            Self { root: Root::new(), balance: 0 }
        }

        #[event(Deposited)]
        fn deposited(&mut self, amount: i64) {
            self.balance += amount;
        }

        pub fn open() -> Self {
            Self::opened()
        }

        fn by_its_key(&mut self) {
            let _ = __Key;
        }
    }
}

use domain::{Account, AccountEvent};
use eventsourcing::__private::{Keyed, OnlyEvents, Recorder};

fn main() {
    let mut account = Account::open();
    Recorder::record_event(&mut account, AccountEvent::Deposited { amount: 5 });
    Recorder::record_event_in(&mut OnlyEvents::new(&mut account), AccountEvent::Deposited { amount: 5 }, ());
    <Account as Recorder>::create_by(AccountEvent::Opened, <Account as Keyed>::Key);
    <Account as Recorder>::create_again(&mut account, AccountEvent::Opened, Default::default());
}
