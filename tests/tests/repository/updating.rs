//! `update`: conflicts are tried again, and only they.

use super::*;

#[test]
fn returns_what_the_command_returns() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let id = account.id();
    block_on(accounts.update(id, |account| account.deposit(5))).unwrap();
    let balance = block_on(accounts.update(id, |account| {
        account.withdraw(3)?;
        Ok::<_, Overdrawn>(account.balance())
    }));
    assert_eq!(balance.unwrap(), 2);
    assert_eq!(block_on(accounts.get(id)).unwrap().balance(), 2);
}

#[test]
fn gives_back_the_commands_own_error_and_stores_nothing() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let mut runs = 0;
    let rejected = block_on(accounts.update(account.id(), |account| {
        runs += 1;
        account.deposit(1);
        account.withdraw(9)
    }));
    match rejected {
        Err(UpdateError::Rejected(error)) => assert_eq!(error, Overdrawn { balance: 1, amount: 9 }),
        other => panic!("{other:?}"),
    }
    assert_eq!((runs, head(&store), store.commits().len()), (1, 1, 1));
}

/// Runs an update that others overtake so many times; returns its result and how often the command ran.
fn overtaken(times: u32, tries: Option<u32>) -> (Result<(), UpdateError<std::convert::Infallible>>, u32, i64) {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let id = account.id();
    let trying = tries.map_or_else(|| accounts.clone(), |tries| accounts.tries(tries));
    let mut runs = 0;
    let result = block_on(trying.update(id, |account| {
        runs += 1;
        assert_eq!(account.version(), u64::from(runs), "each try is on what is stored now");
        if runs <= times {
            accounts.blocking().update(id, |rival| rival.deposit(100)).unwrap();
        }
        account.deposit(1);
    }));
    (result, runs, block_on(accounts.get(id)).unwrap().balance())
}

#[test]
fn tries_again_on_a_conflict() {
    let (result, runs, balance) = overtaken(3, None);
    result.unwrap();
    assert_eq!((runs, balance), (4, 301));
}

#[test]
fn gives_up_when_the_tries_are_spent() {
    for (tries, runs) in [(Some(3), 3), (Some(1), 1), (Some(0), 1), (None, 32)] {
        let (result, ran, balance) = overtaken(u32::MAX, tries);
        assert!(matches!(result, Err(UpdateError::Conflict(_))), "{result:?}");
        assert_eq!((ran, balance), (runs, i64::from(runs) * 100));
    }
    let (result, runs, _) = overtaken(2, Some(3));
    result.unwrap();
    assert_eq!(runs, 3);
}

#[test]
fn tries_again_on_nothing_else() {
    for kind in KINDS {
        let (store, accounts) = repository();
        let mut account = Account::open("alice");
        block_on(accounts.save(&mut account)).unwrap();
        let mut runs = 0;
        store.next(Answer::Fails(kind));
        let result = block_on(accounts.update(account.id(), |account| {
            runs += 1;
            account.deposit(1);
        }));
        match result {
            Err(UpdateError::Save(SaveError::Store(error))) => assert_eq!(error.kind(), kind),
            other => panic!("{other:?}"),
        }
        assert_eq!((runs, head(&store)), (1, 1), "{kind:?}");
    }
    let (store, accounts) = repository();
    let missing = block_on(accounts.update(Id::new(), |account: &mut Account| account.deposit(1)));
    assert!(matches!(missing, Err(UpdateError::Load(LoadError::NotFound { .. }))));
    store.fail_reads(true);
    let unread = block_on(accounts.update(Id::new(), |account: &mut Account| account.deposit(1)));
    assert!(matches!(unread, Err(UpdateError::Load(LoadError::Read(_)))));
}

#[test]
fn needs_no_save_for_a_command_that_records_nothing() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    store.next(Answer::Fails(StoreErrorKind::Unavailable));
    let balance = block_on(accounts.update(account.id(), |account| Ok::<_, ()>(account.balance())));
    assert_eq!((balance.unwrap(), store.commits().len()), (0, 1));
}
