//! Everything that the macros write, written by hand against public traits: the macros know no secret.

use std::sync::Arc;

use eventsourcing::application::FromStore;
use eventsourcing::error::CreateError;
use eventsourcing::error::DecodeError;
use eventsourcing::prelude::{
    Aggregate, Application, Event, Metadata, Repository, Root, SaveError, SqliteStore, UpdateError,
};
use eventsourcing::repository::AggregateSchema;
use eventsourcing::schema::{EventSchema, Field, Shape};
use eventsourcing::snapshot::{Snapshot, SnapshotSupport};
use eventsourcing::store::{Commit, EventStore, SnapshotRead, StoredEvent};
use eventsourcing::unique::{Unique, UniqueField, UniqueType as _};
use eventsourcing::upcaster::{Upcast, Upcaster};
use eventsourcing::{Apply, EventKind, ReplayCheck, RootAccess, StreamId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
        EventKind::new("Opened").version(2),
        EventKind::new("Deposited"),
        EventKind::new("Withdrawn"),
        EventKind::new("Closed").discards(),
    ];
    const UPCASTERS: &'static [Upcaster<Self>] =
        &[Upcaster::new::<OpenedV1>("Opened", 1), Upcaster::new::<MovedV1>("Moved", 1)];
    const RETIRED: &'static [&'static str] = &["Moved", "Reviewed"];
    const SCHEMAS: &'static [&'static [EventSchema]] = &[&[
        EventSchema::new("Opened", 2, &[Field::new("owner", Shape::of::<String>())]),
        EventSchema::new("Opened", 1, &[Field::new("name", Shape::of::<String>())]),
        EventSchema::new("Deposited", 1, &[Field::new("amount", Shape::of::<i64>())]),
    ]];
    const PATH: &'static str = "by_hand::AccountEvent";

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

/// Version 1 called the owner otherwise.
#[derive(Deserialize)]
struct OpenedV1 {
    name: String,
}

impl Upcast<AccountEvent> for OpenedV1 {
    type Events = AccountEvent;

    fn upcast(self) -> AccountEvent {
        AccountEvent::Opened { owner: self.name }
    }
}

/// One event once, two today.
#[derive(Deserialize)]
struct MovedV1 {
    out: i64,
    back: i64,
}

impl Upcast<AccountEvent> for MovedV1 {
    type Events = [AccountEvent; 2];

    fn upcast(self) -> [AccountEvent; 2] {
        [AccountEvent::Withdrawn { amount: self.out }, AccountEvent::Deposited { amount: self.back }]
    }
}

impl Apply for Account {
    type Event = AccountEvent;

    const REVISION: u64 = 1;

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

impl Account {
    const OWNER: UniqueField<Self, String> = UniqueField::named("owner");
}

impl Aggregate for Account {
    const NAME: &'static str = "Account";
    const SNAPSHOTS: Option<SnapshotSupport<Self>> = Some(SnapshotSupport::new());
    const UNIQUE: &'static [Unique<Self>] = &[Unique::new("owner", |account| account.owner.claimed())];
    const REPLAY_CHECK: ReplayCheck<Self> = ReplayCheck::new().shown().cloned();

    fn root(&self) -> &Root<Self> {
        &self.root
    }

    fn root_mut(&mut self, _: RootAccess<Self>) -> &mut Root<Self> {
        &mut self.root
    }
}

impl Snapshot for Account {
    const EVERY: Option<u64> = Some(2);
    const FIELDS: &'static [Field] =
        &[Field::new("owner", Shape::of::<String>()), Field::new("balance", Shape::of::<i64>())];

    fn serialize_state<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.owner, self.balance).serialize(serializer)
    }

    fn deserialize_state<'de, D: Deserializer<'de>>(root: Root<Self>, deserializer: D) -> Result<Self, D::Error> {
        let (owner, balance) = Deserialize::deserialize(deserializer)?;
        Ok(Self { root, owner, balance })
    }
}

impl Account {
    fn begin(event: AccountEvent) -> Result<Self, CreateError> {
        Root::begin(event, |account: &mut Self| &mut account.root)
    }

    fn record(&mut self, event: AccountEvent) {
        Root::record(self, |account| &mut account.root, event);
    }

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

    type Id = StreamId;
    type Event = AccountEvent;

    fn kinds() -> Vec<&'static [EventKind]> {
        vec![AccountEvent::KINDS]
    }

    fn decode(stored: &StoredEvent<'_>, each: &mut dyn FnMut(AccountEvent)) -> Result<(), DecodeError> {
        Repository::<Account>::decode(stored, each)
    }

    fn aggregate_schemas() -> Vec<AggregateSchema> {
        Repository::<Account>::aggregate_schemas()
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
    let accounts = bank.accounts.check_replay().with_metadata(Metadata::new().with_actor("by hand")).blocking();

    let mut alice = Account::begin(AccountEvent::Opened { owner: "alice".into() }).unwrap();
    alice.record(AccountEvent::Deposited { amount: 100 });
    let mut bob = Account::begin(AccountEvent::Opened { owner: "bob".into() }).unwrap();
    assert_eq!(bank.blocking().commit((&mut alice, &mut bob)).unwrap(), 3);

    let mut other = Account::begin(AccountEvent::Opened { owner: "alice".into() }).unwrap();
    assert!(matches!(accounts.save(&mut other), Err(SaveError::Taken { field: "owner", .. })));
    assert_eq!(accounts.find_by(Account::OWNER, "alice").unwrap().unwrap(), alice);

    accounts.update(alice.id(), |account| account.withdraw(30)).unwrap();
    let refused = accounts.update(alice.id(), |account| account.withdraw(99));
    assert!(matches!(refused, Err(UpdateError::Rejected("overdrawn"))));
    assert_eq!(accounts.get(alice.id()).unwrap().balance, 70);

    accounts.update(bob.id(), |account| account.record(AccountEvent::Closed)).unwrap();
    assert!(!accounts.contains(bob.id()).unwrap());
    assert_eq!(accounts.history(bob.id()).unwrap()[1].metadata.actor(), Some("by hand"));
    assert_eq!(bank.log().blocking().stream().count(), 5);
}

#[test]
fn history_without_macros() {
    let store = SqliteStore::in_memory().unwrap();
    let id = eventsourcing::Id::<Account>::new();
    let mut commit = Commit::new();
    let append = commit.append(StreamId::new("Account", id.as_uuid()), 0).unwrap();
    let append = append.event("Opened", 1, br#"{"name":"alice"}"#).unwrap().event("Reviewed", 1, b"{}").unwrap();
    append.event("Moved", 1, br#"{"out":5,"back":7}"#).unwrap();
    store.blocking().commit(commit).unwrap();

    let accounts = Repository::<Account>::new(store).blocking();
    let account = accounts.get(id).unwrap();
    assert_eq!((&*account.owner, account.balance, account.version()), ("alice", 2, 3.into()));
    assert_eq!(accounts.take_snapshot(id).unwrap(), 3);
    assert_eq!(accounts.get(id).unwrap(), account);
}

#[test]
fn a_snapshot_without_macros() {
    let store = SqliteStore::in_memory().unwrap();
    let accounts = Repository::<Account>::new(store.clone()).check_replay().blocking();
    let mut account = Account::begin(AccountEvent::Opened { owner: "alice".into() }).unwrap();
    account.record(AccountEvent::Deposited { amount: 100 });
    accounts.save(&mut account).unwrap();
    let read = SnapshotRead::new(StreamId::new("Account", account.id().as_uuid()));
    assert_eq!(store.blocking().read_snapshot(read).unwrap().unwrap().version, 2);
    assert_eq!(accounts.get(account.id()).unwrap(), account);
}
