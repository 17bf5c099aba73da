//! An event may change every field but the root: neither is another aggregate saved in place of this one, nor another event with it.

use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use eventsourcing::prelude::*;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::{Id, StreamId};

#[derive(Aggregate, Clone, Debug, PartialEq)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[event(Deposited)]
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    #[event(Replaced)]
    fn replace(&mut self) {
        *self = Self { root: fresh(), ..self.clone() };
    }

    #[event(Reset)]
    fn reset(&mut self) {
        let Self { root, .. } = self;
        *root = fresh();
    }

    #[event(Swapped)]
    fn swap(&mut self) {
        let mut other = Self { root: fresh(), balance: 0 };
        mem::swap(self, &mut other);
    }

    #[event(Emptied)]
    fn empty(&mut self) {
        // Under the same id, without the events that are pending.
        let root = with_id(self.id());
        *self = Self { root, balance: 0 };
    }

    #[event(Rebuilt)]
    fn rebuild(&mut self) {
        // Everything but the root may be another.
        *self = Self { balance: 1, ..self.clone() };
    }

    #[event(KeptByPath)]
    fn keep_by_path(&mut self) {
        Self::deposit(self, 1);
    }

    #[event(KeptByName)]
    fn keep_by_name(&mut self) {
        let me = self;
        me.deposit(1);
    }

    #[event(KeptElsewhere)]
    fn keep_elsewhere(&mut self) {
        elsewhere(self);
    }

    #[event(RootCloned)]
    fn clone_root(&mut self) {
        let Self { root, .. } = self;
        if let Some(cloned) = CLONED.take() {
            *root = cloned;
        }
    }

    #[event(Overflown)]
    fn overflow(&mut self) {
        self.balance = 1;
        panic!("{}", String::from("half changed"));
    }

    #[event(OpenedTwice)]
    fn open_twice() -> Self {
        let mut account = Self { root: fresh(), balance: 0 };
        elsewhere(&mut account);
        account
    }
}

thread_local! {
    static CLONED: Cell<Option<Root<Account>>> = const { Cell::new(None) };
}

fn fresh<A>() -> Root<A> {
    Root::new()
}

fn with_id<A>(id: Id<A>) -> Root<A> {
    Root::with_id(id)
}

fn elsewhere(account: &mut Account) {
    account.deposit(1);
}

/// What a panic says.
fn panicked(code: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(code)).expect_err("it should have panicked");
    panic.downcast_ref::<String>().cloned().expect("a text")
}

type Way = (&'static str, fn(&mut Account));

const WAYS: [Way; 7] = [
    ("Replaced", Account::replace),
    ("Reset", Account::reset),
    ("Swapped", Account::swap),
    ("Emptied", Account::empty),
    ("KeptByPath", Account::keep_by_path),
    ("KeptByName", Account::keep_by_name),
    ("KeptElsewhere", Account::keep_elsewhere),
];

#[test]
fn recording_such_an_event_panics_and_names_it() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    for (event, record) in WAYS {
        let mut account = Account::open();
        accounts.save(&mut account).unwrap();
        account.deposit(5);
        let id = account.id();
        let said = panicked(|| record(&mut account));
        assert!(
            said.starts_with(&format!("event `{event}` of `Account` replaces the root or records another")),
            "{said}"
        );
        // Also if the panic is caught, and whatever is recorded afterwards.
        account.deposit(5);
        let unsaved = accounts.save(&mut account).unwrap_err();
        assert!(
            matches!(&unsaved, SaveError::EventPanicked { event: panicked, .. } if *panicked == event),
            "{unsaved}"
        );
        assert_eq!(accounts.get(id).unwrap().version(), 1);
    }
    assert_eq!(accounts.ids().next_page().unwrap().len(), WAYS.len());
}

#[test]
fn one_that_creates_panics_as_well() {
    let said = panicked(|| drop(Account::open_twice()));
    assert!(said.starts_with("event `OpenedTwice` of `Account` replaces the root or records another"), "{said}");
}

/// A clone of the root has the same id, version and number of pending events.
#[test]
fn a_clone_of_the_root_does_not_forget_a_panic() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    let mut account = Account::open();
    accounts.save(&mut account).unwrap();
    CLONED.set(Some(account.root.clone()));
    panicked(|| account.overflow());
    let said = panicked(|| account.clone_root());
    assert!(said.starts_with("event `RootCloned` of `Account` replaces the root"), "{said}");
    assert!(matches!(accounts.save(&mut account), Err(SaveError::EventPanicked { .. })));
}

#[test]
fn what_no_event_made_is_not_saved() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    let mut account = Account { root: fresh(), balance: 0 };
    let id = account.id();
    for _ in 0..2 {
        let error = accounts.save(&mut account).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "no event made Account/{id}, so it could not be loaded again: make it by a creating event, an `#[event(..)] fn .. -> Self`"
            )
        );
        account.deposit(1);
    }
    assert!(!accounts.contains(id).unwrap());
}

/// Such as was stored by a release whose event did something else.
#[test]
fn reading_one_is_an_error_that_says_where() {
    let (store, id) = (MemoryStore::new(), Id::<Account>::new());
    let accounts = Repository::<Account>::new(store.clone()).blocking();
    let stream = || StreamId::new("Account", id.as_uuid());
    for (version, (event, _)) in WAYS.into_iter().enumerate() {
        let mut commit = Commit::new();
        let id = Id::<Account>::new();
        let append = commit.append(StreamId::new("Account", id.as_uuid()), 0).unwrap();
        append.event("Opened", 1, b"{}").unwrap().event(event, 1, b"{}").unwrap();
        pollster::block_on(store.commit(commit)).unwrap();
        let error = accounts.get(id).unwrap_err();
        let position = 2 * (version as u64 + 1);
        assert_eq!(
            error.to_string(),
            format!(
                "version 2 of Account/{id} (position {position}) cannot be applied: event `{event}` replaces the root or records another \
                 event; let it change the other fields alone"
            )
        );
    }
    let mut commit = Commit::new();
    commit.append(stream(), 0).unwrap().event("OpenedTwice", 1, b"{}").unwrap();
    pollster::block_on(store.commit(commit)).unwrap();
    let error = accounts.get(id).unwrap_err();
    assert!(matches!(error, LoadError::ChangesRoot { event: "OpenedTwice", .. }), "{error}");
}

#[test]
fn all_other_fields_may_be_replaced_at_once() {
    let accounts = Repository::<Account>::new(MemoryStore::new()).blocking();
    let mut account = Account::open();
    account.rebuild();
    accounts.save(&mut account).unwrap();
    accounts.update(account.id(), Account::rebuild).unwrap();
    assert_eq!((accounts.get(account.id()).unwrap().balance, account.balance), (1, 1));
}

#[test]
fn a_root_from_elsewhere_does_not_record() {
    fn other<A>(_: &mut A) -> &mut Root<A> {
        Box::leak(Box::new(Root::new()))
    }
    let mut account = Account::open();
    let before = account.clone();
    let said = panicked(|| Root::record(&mut account, other, AccountEvent::Deposited { amount: 1 }));
    assert!(said.starts_with("events of `Account` are recorded within its module"), "{said}");
    assert_eq!(account, before);
    let said = panicked(|| drop(Root::begin(AccountEvent::Opened, other::<Account>)));
    assert!(said.starts_with("events of `Account` are recorded within its module"), "{said}");
}

#[test]
fn an_event_does_not_exchange_those_that_are_pending() {
    let mut account = Account::open();
    let mut other = account.clone();
    other.deposit(100);
    CLONED.set(Some(other.root.clone()));
    account.deposit(1);
    let said = panicked(|| account.clone_root());
    assert!(said.starts_with("event `RootCloned` of `Account` replaces the root"), "{said}");
}

#[test]
fn nor_the_root_for_that_of_the_same_aggregate_elsewhere() {
    let mut account = Account::open();
    let mut elsewhere = account.clone();
    let here = Repository::<Account>::new(MemoryStore::new()).blocking();
    here.save(&mut account).unwrap();
    Repository::<Account>::new(MemoryStore::new()).blocking().save(&mut elsewhere).unwrap();
    CLONED.set(Some(elsewhere.root.clone()));
    let mut account = here.get(account.id()).unwrap();
    let said = panicked(|| account.clone_root());
    assert!(said.starts_with("event `RootCloned` of `Account` replaces the root"), "{said}");
}
