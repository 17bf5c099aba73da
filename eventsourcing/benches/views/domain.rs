//! The work: accounts and the views of them, and meters, each of which has events of one kind alone.

use eventsourcing::prelude::*;
use eventsourcing::view::At;

#[derive(Aggregate)]
pub(crate) struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    pub(crate) fn open(owner: &str) -> Self {
        let _ = owner;
        Self { root: Root::new() }
    }

    #[event(Deposited)]
    pub(crate) fn deposit(&mut self, amount_cents: i64) {
        let _ = amount_cents;
    }

    #[event(Withdrawn)]
    pub(crate) fn withdraw(&mut self, amount_cents: i64) {
        let _ = amount_cents;
    }

    /// One event in a hundred, where there are any.
    #[event(Flagged)]
    pub(crate) fn flag(&mut self, reason: &str) {
        let _ = reason;
    }
}

macro_rules! balances {
    ($($name:ident),*) => {$(
        #[derive(View, Clone, Debug, PartialEq)]
        pub(crate) struct $name {
            #[view(key)]
            pub(crate) id: Id<Account>,
            pub(crate) owner: String,
            pub(crate) cents: i64,
        }

        #[projection(version = 1, ignore(AccountEvent::Flagged))]
        impl $name {
            #[on(AccountEvent::Opened)]
            fn opened(at: &At<Account>, owner: &str) -> Self {
                Self { id: at.id(), owner: owner.to_owned(), cents: 0 }
            }

            #[on(AccountEvent::Deposited)]
            fn deposited(&mut self, amount_cents: i64) {
                self.cents += amount_cents;
            }

            #[on(AccountEvent::Withdrawn)]
            fn withdrawn(&mut self, amount_cents: i64) {
                self.cents -= amount_cents;
            }
        }
    )*};
}

balances!(Balance, Balance2, Balance3, Balance4, Balance5);

/// How often an account was flagged, and why last.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Flags {
    #[view(key)]
    pub(crate) id: Id<Account>,
    pub(crate) count: i64,
    pub(crate) reason: String,
}

#[projection(version = 1, ignore(AccountEvent::..))]
impl Flags {
    #[on(AccountEvent::Flagged)]
    fn flagged(this: Option<Self>, at: &At<Account>, reason: &str) -> Self {
        Self { id: at.id(), count: this.map_or(0, |this| this.count) + 1, reason: reason.to_owned() }
    }
}

#[derive(Aggregate)]
pub(crate) struct Meter {
    root: Root<Self>,
}

#[events]
impl Meter {
    #[event(Read1)]
    pub(crate) fn read1(units: i64) -> Self {
        let _ = units;
        Self { root: Root::new() }
    }

    #[event(Read2)]
    pub(crate) fn read2(units: i64) -> Self {
        let _ = units;
        Self { root: Root::new() }
    }

    #[event(Read3)]
    pub(crate) fn read3(units: i64) -> Self {
        let _ = units;
        Self { root: Root::new() }
    }

    #[event(Read4)]
    pub(crate) fn read4(units: i64) -> Self {
        let _ = units;
        Self { root: Root::new() }
    }

    #[event(Read5)]
    pub(crate) fn read5(units: i64) -> Self {
        let _ = units;
        Self { root: Root::new() }
    }
}

macro_rules! units {
    ($($name:ident: $event:ident),*) => {$(
        #[derive(View, Clone, Debug, PartialEq)]
        pub(crate) struct $name {
            #[view(key)]
            pub(crate) id: Id<Meter>,
            pub(crate) units: i64,
        }

        #[projection(version = 1, ignore(MeterEvent::..))]
        impl $name {
            #[on(MeterEvent::$event)]
            fn read(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
                Self { id: at.id(), units: this.map_or(0, |this| this.units) + units }
            }
        }
    )*};
}

units!(Units1: Read1, Units2: Read2, Units3: Read3, Units4: Read4, Units5: Read5);

/// The units of all meters.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Units {
    #[view(key)]
    pub(crate) id: Id<Meter>,
    pub(crate) units: i64,
}

#[projection(version = 1)]
impl Units {
    #[on(MeterEvent::Read1)]
    fn read1(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
        Self { id: at.id(), units: this.map_or(0, |this| this.units) + units }
    }

    #[on(MeterEvent::Read2)]
    fn read2(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
        Self::read1(this, at, units)
    }

    #[on(MeterEvent::Read3)]
    fn read3(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
        Self::read1(this, at, units)
    }

    #[on(MeterEvent::Read4)]
    fn read4(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
        Self::read1(this, at, units)
    }

    #[on(MeterEvent::Read5)]
    fn read5(this: Option<Self>, at: &At<Meter>, units: i64) -> Self {
        Self::read1(this, at, units)
    }
}
