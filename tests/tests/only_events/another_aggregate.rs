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

/// Two stores with the same aggregate at the same version, and what the other has of it.
fn two_stores() -> (Bank, Account) {
    let bank = Bank::new(MemoryStore::new());
    let mut here = Account::open("alice");
    let mut elsewhere = here.clone();
    bank.accounts.blocking().save(&mut here).unwrap();
    let other = Repository::<Account>::new(MemoryStore::new()).blocking();
    other.save(&mut elsewhere).unwrap();
    (bank, other.get(elsewhere.id()).unwrap())
}

#[track_caller]
fn is_from_elsewhere<T: std::fmt::Debug>(updated: Result<T, UpdateError<Infallible>>, given: Id<Account>) {
    let Err(UpdateError::Save(error @ SaveError::OtherAggregate { .. })) = updated else { panic!("{updated:?}") };
    assert_eq!(
        error.to_string(),
        format!(
            "the command was given Account/{given} and left one that was loaded or made elsewhere, or none, in its place: change the aggregate that it is \
             given"
        )
    );
}

#[test]
fn an_update_stores_nothing_on_the_same_one_from_another_store() {
    let (bank, elsewhere) = two_stores();
    let (accounts, id) = (bank.accounts.blocking(), elsewhere.id());
    let replace = |account: &mut Account| {
        *account = elsewhere.clone();
        account.deposit(1);
    };
    is_from_elsewhere(accounts.update(id, replace), id);
    is_from_elsewhere(accounts.update_at(id, 1, replace), id);
    is_from_elsewhere(accounts.update_with(CommitId::new(), id, replace), id);
    is_from_elsewhere(bank.accounts.check_replay().blocking().update(id, replace), id);
    let returned = pollster::block_on(bank.accounts.update_async(id, |_| {
        let mut account = elsewhere.clone();
        account.deposit(1);
        async { Ok::<_, Infallible>((account, ())) }
    }));
    is_from_elsewhere(returned, id);
    let mut bob = Account::open("bob");
    accounts.save(&mut bob).unwrap();
    is_from_elsewhere(bank.blocking().update((bob.id(), id), |(_, account)| replace(account)), id);
    assert_eq!(accounts.history(id).unwrap().len(), 1);
}

#[test]
fn an_update_may_leave_a_clone_of_what_it_was_given() {
    let (bank, elsewhere) = two_stores();
    let (accounts, id) = (bank.accounts.blocking(), elsewhere.id());
    accounts
        .update(id, |account| {
            let before = account.clone();
            account.deposit(1);
            *account = before;
            account.deposit(2);
        })
        .unwrap();
    assert_eq!(accounts.get(id).unwrap().balance(), 2);
}
