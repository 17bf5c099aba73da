//! What a repository promises about saving and deciding, whatever its store does.

mod checking_the_replay;
mod committing;
mod creating;
mod creating_or_changing;
mod discarded;
mod discarded_versions;
mod fingerprints;
mod following;
mod gaps;
mod hints;
mod importing;
mod in_doubt;
mod in_doubt_together;
mod latest;
mod limits;
mod listing;
mod loading;
mod printing;
mod repeating;
mod round_trip;
mod same_name;
mod saving;
mod together;
mod updating;
mod updating_async;
mod updating_many;
mod updating_several;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use eventsourcing::error::StoreErrorKind;
use eventsourcing::repository::{CommandOutput, CommitOptions};
use eventsourcing::{
    Aggregate, Application, CommitId, Id, LoadError, MemoryStore, Metadata, Position, Recorded, Repository, SaveError,
    SqliteStore, UpdateError,
};
use eventsourcing_tests::{Account, AccountEvent, Answer, Faulty, Overdrawn};
use pollster::block_on;

const KINDS: [StoreErrorKind; 6] = [
    StoreErrorKind::Unavailable,
    StoreErrorKind::OutcomeUnknown,
    StoreErrorKind::Corrupt,
    StoreErrorKind::Full,
    StoreErrorKind::Closed,
    StoreErrorKind::Unsupported,
];

fn repository() -> (Faulty, Repository<Account>) {
    let store = Faulty::default();
    (store.clone(), Repository::new(store))
}

/// Each of our stores, with answers to come.
fn stores() -> [Faulty; 2] {
    [Faulty::default(), Faulty::over(SqliteStore::in_memory().unwrap())]
}

/// How a test calls a repository.
#[derive(Clone, Copy, Debug)]
enum Calls {
    Async,
    Blocking,
}

const CALLS: [Calls; 2] = [Calls::Async, Calls::Blocking];

impl Calls {
    fn save(self, accounts: &Repository<Account>, account: &mut Account) -> Result<Position, SaveError> {
        self.save_with(accounts, CommitOptions::new(), account)
    }

    fn save_with(
        self,
        accounts: &Repository<Account>,
        options: impl Into<CommitOptions>,
        account: &mut Account,
    ) -> Result<Position, SaveError> {
        match self {
            Self::Async => block_on(accounts.save_with(options, account)),
            Self::Blocking => accounts.blocking().save_with(options, account),
        }
    }

    fn update_with<R: CommandOutput>(
        self,
        accounts: &Repository<Account>,
        options: impl Into<CommitOptions>,
        id: Id<Account>,
        command: impl FnMut(&mut Account) -> R,
    ) -> Result<R::Value, UpdateError<R::Error>> {
        match self {
            Self::Async => block_on(accounts.update_with(options, id, command)),
            Self::Blocking => accounts.blocking().update_with(options, id, command),
        }
    }
}

/// A saved account without money.
fn opened(accounts: &Repository<Account>) -> Account {
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    account
}

/// The position and the amount of each deposit that is stored.
fn deposits(accounts: &Repository<Account>, id: Id<Account>) -> Vec<(u64, i64)> {
    let history = block_on(accounts.history(id)).unwrap();
    let deposit = |recorded: Recorded<AccountEvent>| match recorded.event {
        AccountEvent::Deposited { amount } => Some((recorded.position.get(), amount)),
        _ => None,
    };
    history.into_iter().filter_map(deposit).collect()
}

#[track_caller]
fn assert_unknown<T: std::fmt::Debug>(saved: &Result<T, SaveError>) {
    let is_unknown = matches!(saved, Err(SaveError::Store(error)) if error.kind() == StoreErrorKind::OutcomeUnknown);
    assert!(is_unknown, "{saved:?}");
}

/// Asks a future once, and drops it.
#[track_caller]
fn drop_midway(future: impl Future) {
    let future = pin!(future);
    assert!(matches!(future.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending), "it was done already");
}

/// Asks a future until it has sent a commit, and drops it.
fn drop_when_sent(store: &Faulty, future: impl Future) {
    let (mut future, sent) = (pin!(future), store.commits().len());
    while store.commits().len() == sent {
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it was done already");
        std::thread::yield_now();
    }
}

fn head(store: &Faulty) -> u64 {
    (store.blocking().head().unwrap()).get()
}

#[test]
fn the_blocking_twin_does_the_same() {
    let store = MemoryStore::new();
    let accounts = Repository::<Account>::new(store.clone()).blocking();
    let mut account = Account::open("alice");
    account.deposit(1);
    assert_eq!(accounts.with_metadata(Metadata::new().with_actor("alice")).save(&mut account).unwrap(), 2);
    let id = account.id();
    assert_eq!(accounts.update(id, |account| account.withdraw(1)).unwrap(), ());
    assert!(matches!(accounts.update(id, |account| account.withdraw(1)), Err(UpdateError::Rejected(_))));
    assert_eq!(accounts.get(id).unwrap().balance(), 0);
    assert_eq!(accounts.get_at(id, 2).unwrap().balance(), 1);
    assert_eq!(accounts.get_many([id]).unwrap().len(), 1);
    assert!(accounts.contains(id).unwrap() && accounts.find(id).unwrap().is_some());
    assert_eq!(accounts.history(id).unwrap()[1].metadata.actor(), Some("alice"));
    let mut again = accounts.get(id).unwrap();
    again.deposit(9);
    assert_eq!(accounts.save_with(CommitId::named("1"), &mut again).unwrap(), 4);
    again.deposit(9);
    assert_eq!(accounts.save_with(CommitId::named("1"), &mut again).unwrap(), 4);
    assert_eq!((again.balance(), store.blocking().head().unwrap()), (9, 4.into()));
    let once = accounts.deadline(Duration::ZERO).update(id, |account| {
        accounts.update(id, |rival| rival.deposit(1)).unwrap();
        account.deposit(1);
    });
    assert!(matches!(once, Err(UpdateError::Conflict(_))));
}

#[test]
fn text_that_is_no_id_is_told() {
    for text in ["", "17", "018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6", "018f3f5e-7c3a-7cc0-8b8e-2d9c1a4b5e6g", "alice"] {
        let error = text.parse::<Id<Account>>().unwrap_err();
        assert_eq!(error.text, text);
        assert!(error.to_string().contains("is not an id: write a UUID"), "{error}");
    }
    let id = Id::<Account>::named("alice@example.org");
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(serde_json::from_str::<Id<Account>>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    assert!(serde_json::from_str::<Id<Account>>("\"17\"").is_err());
}
