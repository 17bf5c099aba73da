//! `check_replay`: state that no event made is found.

use super::*;

#[test]
fn passes_what_events_made() {
    let (_, accounts) = repository();
    let checked = accounts.check_replay();
    let mut account = Account::open("alice");
    account.deposit(1);
    block_on(checked.save(&mut account)).unwrap();
    block_on(checked.update(account.id(), |account| account.deposit(2))).unwrap();
    let mut account = block_on(checked.get(account.id())).unwrap();
    account.close();
    block_on(checked.save(&mut account)).unwrap();
    assert!(!block_on(checked.contains(account.id())).unwrap());
}

#[test]
#[should_panic(expected = "`Account` is not what its events make it")]
fn panics_at_state_that_no_event_made() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    account.forge(5);
    let _ = block_on(accounts.check_replay().save(&mut account));
}

#[test]
#[should_panic(expected = "`Account` is not what its events make it")]
fn panics_in_an_update_without_async_too() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let forge = |account: &mut Account| {
        account.deposit(1);
        account.forge(5);
    };
    let _ = accounts.check_replay().blocking().update(account.id(), forge);
}
