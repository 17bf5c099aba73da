//! What a command leaves is the aggregate that it was given.

use std::convert::Infallible;
use std::mem;

use eventsourcing::prelude::*;
use eventsourcing_tests::Account;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

#[track_caller]
fn is_refused(updated: Result<(), UpdateError<Infallible>>, given: Id<Account>, left: Id<Account>) {
    let Err(UpdateError::Save(error @ SaveError::OtherAggregate { .. })) = updated else { panic!("{updated:?}") };
    assert_eq!(
        error.to_string(),
        format!(
            "the command was given Account/{given} and left Account/{left} in its place: change the aggregate that it is given"
        )
    );
}

#[test]
fn an_update_stores_no_other() {
    let bank = Bank::new(MemoryStore::new());
    let accounts = bank.accounts.blocking();
    let mut alice = Account::open("alice");
    accounts.save(&mut alice).unwrap();
    let other = Account::open("bob");
    for repository in [&bank.accounts, &bank.accounts.check_replay()] {
        let replaced = repository.blocking().update(alice.id(), |account| *account = other.clone());
        is_refused(replaced, alice.id(), other.id());
    }
    let replaced = accounts.update_with(CommitId::new(), alice.id(), |account| *account = other.clone());
    is_refused(replaced, alice.id(), other.id());
    assert!(!accounts.contains(other.id()).unwrap());
    // Nor does the next get it.
    accounts.update(alice.id(), |account| assert_eq!(account.id(), alice.id())).unwrap();
}

#[test]
fn an_update_of_several_leaves_each_in_its_place() {
    let bank = Bank::new(MemoryStore::new());
    let (mut alice, mut bob) = (Account::open("alice"), Account::open("bob"));
    bank.blocking().commit((&mut alice, &mut bob)).unwrap();
    let ids = (alice.id(), bob.id());
    is_refused(bank.blocking().update(ids, |(alice, bob)| mem::swap(alice, bob)), ids.0, ids.1);
    let other = Account::open("carol");
    is_refused(bank.blocking().update(ids, |(_, bob)| *bob = other.clone()), ids.1, other.id());
    assert_eq!(bank.accounts.blocking().ids().next_page().unwrap().len(), 2);
}
