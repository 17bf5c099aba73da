//! An event is recorded in the module of the aggregate, and nothing but recording applies one.

mod bank {
    use eventsourcing::Apply;
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
        balance: i64,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open() -> Self {
            Self { root: Root::new(), balance: 0 }
        }

        #[event(Deposited)]
        fn deposit(&mut self, amount: i64) {
            self.balance += amount;
        }
    }

    #[event]
    pub enum DoorEvent {
        Built,
        Opened,
    }

    #[derive(Aggregate)]
    #[aggregate(event = DoorEvent)]
    pub struct Door {
        root: Root<Self>,
        is_open: bool,
    }

    impl Apply for Door {
        type Event = DoorEvent;

        fn create(_: DoorEvent) -> Option<Self> {
            Some(Self { root: Root::new(), is_open: false })
        }

        fn apply(&mut self, _: DoorEvent) {
            self.is_open = true;
        }
    }

    impl Door {
        pub fn build() -> Self {
            let mut door = Self::begin(DoorEvent::Built).unwrap();
            door.record(DoorEvent::Opened);
            door
        }
    }
}

use bank::{Account, AccountEvent, Door, DoorEvent};
use eventsourcing::prelude::*;

fn generated(account: &mut Account) {
    account.deposit(1);
    account.record(AccountEvent::Deposited { amount: 1 });
    account.apply(AccountEvent::Deposited { amount: 1 });
    Account::begin(AccountEvent::Opened);
    Root::record(account, |account| &mut account.root, AccountEvent::Deposited { amount: 1 });
    *account.root_mut() = Root::new();
}

fn written(door: &mut Door) {
    Door::begin(DoorEvent::Built);
    door.record(DoorEvent::Opened);
    door.apply(DoorEvent::Opened);
}

/// What an implementation by hand is given is for its own aggregates.
struct Thief {
    root: Root<Self>,
    victim: Account,
}

impl eventsourcing::Apply for Thief {
    type Event = DoorEvent;

    fn create(_: DoorEvent) -> Option<Self> {
        None
    }

    fn apply(&mut self, _: DoorEvent) {}
}

impl Aggregate for Thief {
    const NAME: &'static str = "thief";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, access: eventsourcing::RootAccess<Self>) -> &mut Root<Self> {
        *self.victim.root_mut(access) = Root::new();
        &mut self.root
    }
}

fn main() {
    generated(&mut Account::open());
    written(&mut Door::build());
}
