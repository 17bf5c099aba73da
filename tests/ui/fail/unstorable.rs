//! Arguments that no event can hold: one message each.

mod as_it_is_spelled {
    use std::fmt::Debug;
    use std::rc::Rc;

    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open(by: Rc<str>, limits: std::rc::Rc<Vec<i64>>) -> Self {
            Self { root: Root::new() }
        }

        #[event(Priced)]
        pub fn price(&mut self, price: fn(i64) -> i64, of: Option<fn()>) {}

        #[event(Noted)]
        pub fn note(&mut self, note: Box<dyn Debug>, others: &[Box<dyn Debug>]) {}
    }
}

mod without_serde {
    use eventsourcing::prelude::*;

    #[derive(Clone, Debug, PartialEq)]
    pub struct Cents(i64);

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open(by: &str) -> Self {
            Self { root: Root::new() }
        }

        #[event(Deposited)]
        pub fn deposit(&mut self, amount: Cents, notes: Vec<String>) {}

        #[event(Withdrawn)]
        pub fn withdraw(&mut self, amount: Cents) {}
    }
}

mod within_others {
    use std::net::IpAddr;

    use eventsourcing::prelude::*;

    #[derive(Clone, Debug, PartialEq)]
    pub struct Cents(i64);

    #[derive(Aggregate)]
    #[aggregate(name = "other account")]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open(from: IpAddr) -> Self {
            Self { root: Root::new() }
        }

        #[event(Deposited)]
        pub fn deposit(&mut self, amounts: &[Cents]) {}
    }
}

fn main() {}
