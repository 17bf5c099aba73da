//! Everything that the macros write, written by hand against public traits: the macros know no secret.

use std::sync::Arc;

use eventsourcing::prelude::{
    Aggregate, Application, Apply, Event, Metadata, Repository, Root, SqliteStore, UpdateError,
};
use eventsourcing::store::EventStore;
use eventsourcing::{EventKind, FromStore, History};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
struct Account {
    root: Root<Self>,
    owner: String,
    balance: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: i64 },
    Withdrawn { amount: i64 },
    Closed,
}

impl Event for AccountEvent {
    const KINDS: &'static [EventKind] = &[
        EventKind::new("Opened"),
        EventKind::new("Deposited"),
        EventKind::new("Withdrawn"),
        EventKind::new("Closed").discards(),
    ];

    fn kind(&self) -> &'static EventKind {
        let index = match self {
            Self::Opened { .. } => 0,
            Self::Deposited { .. } => 1,
            Self::Withdrawn { .. } => 2,
            Self::Closed => 3,
        };
        &Self::KINDS[index]
    }
}

impl Apply for Account {
    type Event = AccountEvent;

    fn create(event: AccountEvent) -> Option<Self> {
        match event {
            AccountEvent::Opened { owner } => Some(Self { root: Root::new(), owner, balance: 0 }),
            AccountEvent::Deposited { .. } | AccountEvent::Withdrawn { .. } | AccountEvent::Closed => None,
        }
    }

    fn apply(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::Opened { owner } => self.owner = owner,
            AccountEvent::Deposited { amount } => self.balance += amount,
            AccountEvent::Withdrawn { amount } => self.balance -= amount,
            AccountEvent::Closed => {}
        }
    }
}

impl Aggregate for Account {
    const NAME: &'static str = "Account";

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self) -> &mut Root<Self> {
        &mut self.root
    }
}

impl Account {
    fn withdraw(&mut self, amount: i64) -> Result<(), &'static str> {
        if amount > self.balance {
            return Err("overdrawn");
        }
        self.record(AccountEvent::Withdrawn { amount });
        Ok(())
    }
}

struct Bank {
    accounts: Repository<Account>,
}

impl FromStore for Bank {
    const AGGREGATES: &'static [&'static str] = &[Account::NAME];

    fn histories() -> Vec<History> {
        Repository::<Account>::histories()
    }

    fn from_store(store: &Arc<dyn EventStore>) -> Self {
        Self { accounts: Repository::from_store(store) }
    }

    fn store(&self) -> &Arc<dyn EventStore> {
        self.accounts.store()
    }
}

impl Application for Bank {}

#[test]
fn an_application_without_macros() {
    let bank = Bank::new(SqliteStore::in_memory().unwrap());
    let accounts = bank.accounts.check_replay().with(Metadata::new().with_actor("by hand")).blocking();

    let mut alice = Account::begin(AccountEvent::Opened { owner: "alice".into() }).unwrap();
    alice.record(AccountEvent::Deposited { amount: 100 });
    let mut bob = Account::begin(AccountEvent::Opened { owner: "bob".into() }).unwrap();
    assert_eq!(bank.blocking().commit((&mut alice, &mut bob)).unwrap(), 3);

    accounts.update(alice.id(), |account| account.withdraw(30)).unwrap();
    let refused = accounts.update(alice.id(), |account| account.withdraw(99));
    assert!(matches!(refused, Err(UpdateError::Rejected("overdrawn"))));
    assert_eq!(accounts.get(alice.id()).unwrap().balance, 70);

    accounts.update(bob.id(), |account| account.record(AccountEvent::Closed)).unwrap();
    assert!(!accounts.contains(bob.id()).unwrap());
    assert_eq!(accounts.history(bob.id()).unwrap()[1].metadata.actor(), Some("by hand"));
}
