//! The same application, release by release.
#![allow(dead_code, reason = "only what is stored of it matters")]

mod opaque;
mod unique;

use eventsourcing::prelude::*;

pub(crate) use self::unique::{Unique, UniqueRenamed};

#[derive(Application)]
pub(crate) struct First {
    accounts: Repository<first::Account>,
}

#[derive(Application)]
pub(crate) struct Second {
    accounts: Repository<second::Account>,
    ledgers: Repository<second::Ledger>,
}

#[derive(Application)]
pub(crate) struct Careless {
    accounts: Repository<careless::Account>,
}

#[derive(Application)]
pub(crate) struct Opaque {
    accounts: Repository<opaque::Account>,
}

#[derive(Application)]
pub(crate) struct Instances {
    usd: Repository<instances::Ledger<instances::Usd>>,
    eur: Repository<instances::Ledger<instances::Eur>>,
}

#[derive(Application)]
pub(crate) struct Stocked {
    shelves: Repository<stocked::Shelf>,
}

#[derive(Application)]
pub(crate) struct TwoOfAName {
    accounts: Repository<two::Account>,
}

mod first {
    use eventsourcing::prelude::*;

    use serde::{Deserialize, Serialize};

    #[derive(Clone, Serialize, Deserialize, Schema)]
    pub(crate) struct Address {
        pub(crate) street: String,
        pub(crate) tags: std::collections::BTreeMap<String, [u8; 2]>,
        pub(crate) inner: Option<Box<Address>>,
    }

    #[derive(Clone, Serialize, Deserialize, Schema)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub(crate) enum Reason {
        TooMuch { amount: i64 },
        Other,
    }

    #[derive(Aggregate)]
    pub(crate) struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        fn open(owner: &str, address: Address) -> Self {
            Self { root: Root::new() }
        }

        #[event(Refused, name = "was refused")]
        fn refuse(&mut self, reason: Reason, at: Option<u64>) {}

        #[event(Deposited)]
        fn deposit(&mut self, amount: i64) {}

        #[event(Reviewed)]
        fn review(&mut self, by: uuid::Uuid, of: Vec<Reason>) {}
    }
}

mod second {
    use eventsourcing::prelude::*;

    pub(crate) use super::first::{Address, Reason};

    #[derive(Aggregate)]
    pub(crate) struct Account {
        root: Root<Self>,
    }

    #[events(retired(Reviewed))]
    impl Account {
        #[event(Opened, version = 2)]
        fn open(owner: &str) -> Self {
            Self { root: Root::new() }
        }

        #[upcast(Opened, from = 1)]
        fn opened_v1(owner: String) -> AccountEvent {
            AccountEvent::Opened { owner }
        }

        #[event(Refused, name = "was refused")]
        fn refuse(&mut self, reason: Reason, at: Option<u64>, #[serde(default)] by: String) {}

        #[event(PaidIn, alias = "Deposited")]
        fn pay_in(&mut self, amount: Option<i64>) {}
    }

    #[derive(Aggregate)]
    #[aggregate(name = "the ledger")]
    pub(crate) struct Ledger {
        root: Root<Self>,
    }

    #[events]
    impl Ledger {
        #[event(Begun)]
        fn begin(of: Address) -> Self {
            Self { root: Root::new() }
        }
    }
}

/// What the compiler would have refused with the lock in its place.
mod careless {
    use eventsourcing::prelude::*;

    use serde::{Deserialize, Serialize};

    #[derive(Clone, Serialize, Deserialize, Schema)]
    pub(crate) struct Address {
        street: u32,
        country: String,
    }

    #[derive(Aggregate)]
    pub(crate) struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        fn open(owner: &str, address: Address) -> Self {
            Self { root: Root::new() }
        }
    }
}

mod two {
    use eventsourcing::prelude::*;

    pub(crate) mod other {
        use serde::{Deserialize, Serialize};

        #[derive(Clone, Serialize, Deserialize, eventsourcing::Schema)]
        pub(crate) struct Address {
            city: String,
        }
    }

    #[derive(Aggregate)]
    pub(crate) struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        fn open(from: super::first::Address, to: other::Address) -> Self {
            Self { root: Root::new() }
        }
    }
}

mod instances {
    use std::marker::PhantomData;

    use eventsourcing::prelude::*;

    pub(crate) trait Currency: Send + Sync + 'static {
        const LEDGER: &'static str;
    }

    pub(crate) struct Usd;
    pub(crate) struct Eur;

    impl Currency for Usd {
        const LEDGER: &'static str = "usd";
    }

    impl Currency for Eur {
        const LEDGER: &'static str = "eur";
    }

    #[derive(Aggregate)]
    #[aggregate(name = C::LEDGER)]
    pub(crate) struct Ledger<C: Currency> {
        root: Root<Self>,
        of: PhantomData<fn() -> C>,
    }

    #[events]
    impl<C: Currency> Ledger<C> {
        #[event(Begun)]
        fn begin(by: String) -> Self {
            Self { root: Root::new(), of: PhantomData }
        }
    }
}

/// Its events cannot happen to what was just created, and it has an opaque field.
mod stocked {
    use eventsourcing::prelude::*;

    use serde::{Deserialize, Serialize};

    #[derive(Clone, Serialize, Deserialize)]
    pub(crate) struct Price(String);

    #[derive(Aggregate)]
    pub(crate) struct Shelf {
        root: Root<Self>,
        stock: Vec<u32>,
    }

    #[events(retired(Moved))]
    impl Shelf {
        #[event(Listed)]
        fn list(name: String) -> Self {
            assert_eq!(name, "text", "another name");
            Self { root: Root::new(), stock: Vec::new() }
        }

        #[event(Stocked)]
        fn stock(&mut self, quantity: u32) {
            self.stock.push(quantity);
        }

        #[upcast(Moved, from = 1)]
        fn moved_v1(quantity: u32) -> [ShelfEvent; 2] {
            [ShelfEvent::Stocked { quantity }, ShelfEvent::Sold { quantity }]
        }

        #[event(Sold)]
        fn sell(&mut self, quantity: u32) {
            self.stock[0] = self.stock[0].checked_sub(quantity).unwrap();
        }

        #[event(Priced)]
        fn price(&mut self, price: &Price, list: &[Price]) {}
    }
}
