//! Creating what is not there, and changing only what the caller has seen.

use std::convert::Infallible;
use std::thread;

use eventsourcing::StreamId;
use eventsourcing::prelude::{Aggregate, Root, events};

use super::*;

/// One for each name.
#[derive(Aggregate, Debug)]
struct Cart {
    root: Root<Self>,
    owner: String,
    items: u32,
}

#[events]
impl Cart {
    #[event(CartOpened)]
    fn open(name: &str, owner: &str) -> Self {
        Self { root: Root::named(name), owner: owner.to_owned(), items: 0 }
    }

    #[event(ItemAdded)]
    fn add(&mut self) {
        self.items += 1;
    }
}

#[test]
fn what_is_there_already_is_said_to_be() {
    for store in stores() {
        let carts = Repository::<Cart>::new(store);
        block_on(carts.save(&mut Cart::open("alice", "first"))).unwrap();
        let error = block_on(carts.save(&mut Cart::open("alice", "second"))).unwrap_err();
        let said = format!(
            "there is a {} already, at version 1: load it and decide on it, or create one under another id",
            StreamId::new(Cart::NAME, Id::<Cart>::named("alice").as_uuid())
        );
        assert_eq!(error.to_string(), said);
        assert!(matches!(error, SaveError::Conflict(conflict) if conflict.expected == 0));
    }
}

#[test]
fn is_created_once_and_loaded_from_then_on() {
    for store in stores() {
        let carts = Repository::<Cart>::new(store.clone());
        let id = Id::named("alice");
        let mut created = block_on(carts.get_or_create(id, || Cart::open("alice", "first"))).unwrap();
        assert_eq!((&*created.owner, created.pending_events().len(), head(&store)), ("first", 0, 1));
        created.add();
        block_on(carts.save(&mut created)).unwrap();
        let found = carts.blocking().get_or_create(id, || unreachable!()).unwrap();
        assert_eq!((&*found.owner, found.items, found.version()), ("first", 1, 2.into()));
        let other = block_on(carts.get_or_create(Id::named("bob"), || Cart::open("carol", "carol")));
        assert!(matches!(other, Err(UpdateError::Save(SaveError::OtherAggregate { .. }))), "{other:?}");
        assert_eq!(head(&store), 2);
    }
}

#[test]
fn is_loaded_if_another_creates_it_meanwhile() {
    for deadline in [Duration::ZERO, Duration::from_secs(10)] {
        let (store, _) = repository();
        let carts = Repository::<Cart>::new(store.clone()).deadline(deadline);
        let found = block_on(carts.get_or_create(Id::named("alice"), || {
            carts.blocking().save(&mut Cart::open("alice", "first")).unwrap();
            Cart::open("alice", "second")
        }));
        assert_eq!((&*found.unwrap().owner, head(&store)), ("first", 1));
    }
    let store = SqliteStore::in_memory().unwrap();
    let carts = Repository::<Cart>::new(store.clone()).blocking();
    let owners: Vec<String> = thread::scope(|scope| {
        let open = |n: i32| {
            let carts = &carts;
            move || carts.get_or_create(Id::named("alice"), || Cart::open("alice", &n.to_string())).unwrap().owner
        };
        let threads: Vec<_> = (0..8).map(|n| scope.spawn(open(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(store.blocking().head().unwrap(), 1);
    assert!(owners.iter().all(|owner| *owner == owners[0]), "{owners:?}");
}

#[test]
fn an_answer_that_is_lost_creates_it_once() {
    let (store, _) = repository();
    let carts = Repository::<Cart>::new(store.clone());
    store.next(Answer::IsLost);
    let created = block_on(carts.get_or_create(Id::named("alice"), || Cart::open("alice", "first"))).unwrap();
    assert_eq!((created.pending_events().len(), created.version(), head(&store)), (0, 1.into(), 1));
}

#[test]
fn is_changed_at_the_version_that_the_caller_has_seen_only() {
    for store in stores() {
        let accounts = Repository::<Account>::new(store.clone());
        let id = opened(&accounts).id();
        block_on(accounts.update_at(id, 1, |account| account.deposit(5))).unwrap();
        for seen in [0, 1, 3] {
            let mut runs = 0;
            let refused = accounts.blocking().update_at(id, seen, |account| {
                runs += 1;
                account.deposit(5);
            });
            let Err(UpdateError::WrongVersion(conflict)) = refused else { panic!("{refused:?}") };
            assert_eq!((conflict.expected, conflict.actual, runs), (seen.into(), 2.into(), 0));
        }
        assert_eq!((block_on(accounts.get(id)).unwrap().balance(), head(&store)), (5, 2));
    }
}

/// With time for another try, and without.
#[test]
fn is_not_changed_if_another_changes_it_meanwhile() {
    for deadline in [Duration::ZERO, Duration::from_secs(10)] {
        let (_, accounts) = repository();
        let (id, mut runs) = (opened(&accounts).id(), 0);
        let refused = block_on(accounts.deadline(deadline).update_at(id, 1, |account| {
            runs += 1;
            accounts.blocking().update(id, |rival| rival.deposit(1)).unwrap();
            account.deposit(5);
        }));
        let Err(UpdateError::WrongVersion(conflict)) = refused else { panic!("{refused:?}") };
        assert_eq!((conflict.expected, conflict.actual, runs), (1.into(), 2.into(), 1));
        assert_eq!(block_on(accounts.get(id)).unwrap().balance(), 1);
    }
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

#[test]
fn a_wrong_version_is_not_tried_again() {
    let bank = Bank::new(MemoryStore::new());
    let (id, mut runs) = (opened(&bank.accounts).id(), 0);
    let refused = bank.blocking().retry(|| {
        runs += 1;
        bank.accounts.blocking().update_at(id, 7, |account| account.deposit(5))
    });
    assert!(matches!(refused, Err(UpdateError::WrongVersion(_))), "{refused:?}");
    assert_eq!(runs, 1);
}

#[test]
fn a_repetition_at_a_version_returns_what_the_first_returned() {
    for (store, calls) in stores().into_iter().flat_map(|store| CALLS.map(|calls| (store.clone(), calls))) {
        let accounts = Repository::<Account>::new(store.clone());
        let id = opened(&accounts).id();
        let deposit = |commit: CommitId, seen: u64| {
            let command = |account: &mut Account| {
                account.deposit(5);
                Ok::<_, Infallible>(account.balance())
            };
            match calls {
                Calls::Async => block_on(accounts.update_at_with(commit, id, seen, command)),
                Calls::Blocking => accounts.blocking().update_at_with(commit, id, seen, command),
            }
        };
        let (request, another, head_before) = (CommitId::new(), CommitId::new(), head(&store));
        for _ in 0..3 {
            assert_eq!(deposit(request, 1).unwrap(), 5);
            assert_eq!(deposit(request, 2).unwrap(), 5, "the version is not compared with that of the first");
            let refused = deposit(another, 1);
            assert!(matches!(refused, Err(UpdateError::WrongVersion(_))), "{refused:?}");
            block_on(accounts.update(id, |account| account.deposit(100))).unwrap();
        }
        assert_eq!(head(&store), head_before + 4);
        assert_eq!(deposit(another, 5).unwrap(), 310, "what stored nothing has left no trace");
    }
}

#[test]
fn two_of_one_request_at_a_version_are_one() {
    for store in stores() {
        let accounts = Repository::<Account>::new(store.clone());
        let (id, request, mut runs) = (opened(&accounts).id(), CommitId::new(), 0);
        // The other one is first while this one decides.
        let value = block_on(accounts.update_at_with(request, id, 1, |account| {
            runs += 1;
            if runs == 1 {
                let mut rival = block_on(accounts.get(id)).unwrap();
                rival.deposit(5);
                block_on(accounts.save_with(request, &mut rival)).unwrap();
            }
            account.deposit(5);
            Ok::<_, Infallible>(account.balance())
        }));
        assert_eq!((value.unwrap(), head(&store)), (5, 2));
    }
}
