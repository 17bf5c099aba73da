//! Reading: what there is, what there was, what is gone.

use super::*;

#[test]
fn tells_what_there_is_from_what_there_is_not() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    let id = account.id();
    assert!(!block_on(accounts.contains(id)).unwrap());
    block_on(accounts.save(&mut account)).unwrap();
    assert!(block_on(accounts.contains(id)).unwrap());
    assert_eq!(block_on(accounts.get(id)).unwrap(), account);
    assert_eq!(block_on(accounts.find(id)).unwrap(), Some(account));

    let unknown = Id::new();
    assert!(!block_on(accounts.contains(unknown)).unwrap());
    assert_eq!(block_on(accounts.find(unknown)).unwrap(), None);
    assert_eq!(block_on(accounts.history(unknown)).unwrap(), []);
    match block_on(accounts.get(unknown)).unwrap_err() {
        LoadError::NotFound { stream, .. } => assert_eq!(stream.id(), unknown.as_uuid()),
        error => panic!("{error:?}"),
    }
    assert!(matches!(block_on(accounts.get_many([id, unknown])), Err(LoadError::NotFound { .. })));
    assert_eq!(block_on(accounts.get_many([])).unwrap(), []);
}

#[test]
fn goes_back_to_any_version() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    for amount in 1..=4 {
        account.deposit(amount);
    }
    block_on(accounts.save(&mut account)).unwrap();
    for (version, balance) in [(1, 0), (2, 1), (3, 3), (5, 10)] {
        let then = block_on(accounts.get_at(account.id(), version)).unwrap();
        assert_eq!((then.version(), then.balance(), then.id()), (version.into(), balance, account.id()));
    }
    for wrong in [0, 6, u64::MAX] {
        match block_on(accounts.get_at(account.id(), wrong)).unwrap_err() {
            LoadError::NoSuchVersion { requested, actual, .. } => {
                assert_eq!((requested, actual), (wrong.into(), 5.into()));
            }
            error => panic!("{error:?}"),
        }
    }
    assert!(matches!(block_on(accounts.get_at(Id::new(), 1)), Err(LoadError::NotFound { .. })));
    let mut then = block_on(accounts.get_at(account.id(), 2)).unwrap();
    then.deposit(1);
    assert!(matches!(block_on(accounts.save(&mut then)), Err(SaveError::Conflict(_))));
}

#[test]
fn goes_through_many_pages() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    (0..3000).for_each(|_| account.deposit(1));
    block_on(accounts.save(&mut account)).unwrap();
    assert_eq!(block_on(accounts.get(account.id())).unwrap(), account);
    assert_eq!(block_on(accounts.history(account.id())).unwrap().len(), 3001);
    assert_eq!(block_on(accounts.get_at(account.id(), 1025)).unwrap().balance(), 1024);
}

#[test]
fn finds_no_more_what_was_discarded() {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    account.deposit(1);
    account.close();
    block_on(accounts.save(&mut account)).unwrap();
    let id = account.id();
    assert!(!block_on(accounts.contains(id)).unwrap());
    assert_eq!(block_on(accounts.find(id)).unwrap(), None);
    assert!(matches!(block_on(accounts.get(id)), Err(LoadError::NotFound { .. })));
    assert!(matches!(block_on(accounts.get_at(id, 3)), Err(LoadError::NotFound { .. })));
    assert!(matches!(block_on(accounts.update(id, |a| a.deposit(1))), Err(UpdateError::Load(_))));
    // Its past is still there.
    assert_eq!(block_on(accounts.get_at(id, 2)).unwrap().balance(), 1);
    let history = block_on(accounts.history(id)).unwrap();
    assert_eq!(history.last().unwrap().event, AccountEvent::Closed);
    let places: Vec<_> = history.iter().map(|recorded| (recorded.version.get(), recorded.position.get())).collect();
    assert_eq!(places, [(1, 1), (2, 2), (3, 3)]);
}

/// A future as a spawn wants it.
fn spawned<F: Future + Send + 'static>(future: F) -> F {
    future
}

#[test]
fn ids_that_a_closure_gives_are_loaded_in_a_future_that_can_be_spawned() {
    let (_, accounts) = repository();
    let mut saved = [Account::open("alice"), Account::open("bob")];
    for account in &mut saved {
        block_on(accounts.save(account)).unwrap();
    }
    let orders = saved.each_ref().map(|account| (account.id(), "ordered".to_owned()));
    let loaded = spawned(async move {
        let prefix = "ord".to_owned();
        let wanted = orders.iter().filter(|(_, text)| text.starts_with(&prefix)).map(|(id, _)| *id);
        accounts.get_many(wanted).await.unwrap()
    });
    assert_eq!(block_on(loaded), saved);
}
