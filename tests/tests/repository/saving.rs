//! `save`: what is pending is stored once, or kept.

use super::*;

#[test]
fn drains_what_is_pending_and_returns_the_position() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    account.deposit(5);
    assert_eq!((account.version(), account.pending_events().len()), (2.into(), 2));
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 2);
    assert_eq!((account.version(), account.pending_events().len()), (2.into(), 0));

    let mut other = Account::open("bob");
    assert_eq!(block_on(accounts.save(&mut other)).unwrap(), 3);
    account.deposit(1);
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 4);
    assert_eq!(block_on(accounts.get(account.id())).unwrap(), account);

    // With nothing pending, the store is not even asked.
    let asked = store.commits().len();
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 4);
    assert_eq!(block_on(accounts.save(&mut block_on(accounts.get(other.id())).unwrap())).unwrap(), 3);
    assert_eq!(store.commits().len(), asked);
}

#[test]
fn into_another_store_is_a_conflict_unless_nothing_is_pending() {
    let ((_, accounts), (elsewhere, other)) = (repository(), repository());
    let mut account = Account::open("alice");
    account.deposit(5);
    block_on(accounts.save(&mut account)).unwrap();

    // There is nothing that could be stored in the wrong place, or lost.
    assert_eq!(block_on(other.save(&mut account)).unwrap(), 2, "where its last event stands in its own store");
    assert!(!block_on(other.contains(account.id())).unwrap());

    account.deposit(1);
    match block_on(other.save(&mut account)).unwrap_err() {
        SaveError::Conflict(conflict) => assert_eq!((conflict.expected, conflict.actual), (2.into(), 0.into())),
        error => panic!("{error:?}"),
    }
    assert_eq!((account.pending_events(), head(&elsewhere)), (&[AccountEvent::Deposited { amount: 1 }][..], 0));
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 3);
}

#[test]
fn keeps_what_is_pending_when_the_store_fails() {
    for kind in KINDS {
        let (store, accounts) = repository();
        let mut account = Account::open("alice");
        account.deposit(5);
        let before = account.clone();
        store.next(Answer::Fails(kind));
        match block_on(accounts.save(&mut account)).unwrap_err() {
            SaveError::Store(error) => assert_eq!(error.kind(), kind),
            error => panic!("{error:?}"),
        }
        assert_eq!(account.pending_events(), before.pending_events(), "{kind:?}");
        assert_eq!((&account, head(&store)), (&before, 0));
        assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 2, "and the next save stores it");
        assert_eq!((account.pending_events().len(), head(&store)), (0, 2));
    }
}

#[test]
fn keeps_what_is_pending_on_a_conflict() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let mut stale = block_on(accounts.get(account.id())).unwrap();
    account.deposit(1);
    block_on(accounts.save(&mut account)).unwrap();

    stale.deposit(2);
    match block_on(accounts.save(&mut stale)).unwrap_err() {
        SaveError::Conflict(conflict) => assert_eq!((conflict.expected, conflict.actual), (1.into(), 2.into())),
        error => panic!("{error:?}"),
    }
    assert_eq!(stale.pending_events(), [AccountEvent::Deposited { amount: 2 }]);
    assert_eq!((stale.version(), head(&store)), (2.into(), 2));
    // An aggregate that was made twice is a conflict, too.
    let mut twin = account.clone();
    twin.deposit(3);
    account.deposit(4);
    block_on(accounts.save(&mut account)).unwrap();
    assert!(matches!(block_on(accounts.save(&mut twin)), Err(SaveError::Conflict(_))));
}

#[test]
fn refuses_what_is_recorded_after_the_end() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    account.close();
    account.deposit(1);
    assert!(matches!(block_on(accounts.save(&mut account)), Err(SaveError::Discarded { .. })));
    assert_eq!((account.pending_events().len(), head(&store), store.commits().len()), (3, 0, 0));

    // Also when the end was stored before.
    let mut account = Account::open("alice");
    account.close();
    block_on(accounts.save(&mut account)).unwrap();
    account.deposit(1);
    assert!(matches!(block_on(accounts.save(&mut account)), Err(SaveError::Discarded { .. })));
    assert_eq!((account.pending_events().len(), head(&store)), (1, 2));
}

#[test]
fn stores_nothing_twice_when_the_answer_was_lost() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    store.next(Answer::IsLost);
    match block_on(accounts.save(&mut account)).unwrap_err() {
        SaveError::Store(error) => assert_eq!(error.kind(), StoreErrorKind::OutcomeUnknown),
        error => panic!("{error:?}"),
    }
    assert_eq!((account.pending_events().len(), head(&store)), (1, 1));
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 1);
    assert_eq!((account.pending_events().len(), head(&store)), (0, 1));
    assert_eq!(store.commits()[0], store.commits()[1]);

    // Also when others went on meanwhile: the answer is that of the first commit.
    account.deposit(1);
    store.next(Answer::IsLost);
    block_on(accounts.save(&mut account)).unwrap_err();
    block_on(accounts.update(account.id(), |account| account.deposit(10))).unwrap();
    assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 2);
    assert_eq!((account.version(), head(&store)), (2.into(), 3));
    account.deposit(2);
    assert!(matches!(block_on(accounts.save(&mut account)), Err(SaveError::Conflict(_))));
}

#[test]
fn stores_nothing_twice_when_its_future_was_dropped() {
    for answer in [Answer::NeverComes, Answer::NothingComes] {
        let (store, accounts) = repository();
        let mut account = Account::open("alice");
        block_on(accounts.save(&mut account)).unwrap();
        account.deposit(1);
        account.deposit(2);
        store.next(answer);
        drop_midway(accounts.save(&mut account));
        assert_eq!(account.pending_events().len(), 2, "{answer:?}");
        assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 3, "{answer:?}");
        assert_eq!((account.pending_events().len(), head(&store)), (0, 3));
        assert_eq!(block_on(accounts.get(account.id())).unwrap().balance(), 3);
    }
}

#[test]
fn carries_metadata_with_every_event() {
    let (_, accounts) = repository();
    let metadata = Metadata::new().with_actor("alice").with_correlation_id("4711").with("ip", "203.0.113.9");
    let mut account = Account::open("alice");
    account.deposit(5);
    block_on(accounts.with_metadata(metadata.clone()).save(&mut account)).unwrap();
    account.deposit(6);
    block_on(accounts.save(&mut account)).unwrap();
    block_on(accounts.with_metadata(metadata.clone()).update(account.id(), |account| account.deposit(7))).unwrap();
    let history = block_on(accounts.history(account.id())).unwrap();
    let said: Vec<_> = history.into_iter().map(|recorded| recorded.metadata).collect();
    assert_eq!(said, [metadata.clone(), metadata.clone(), Metadata::new(), metadata]);
    let too_much = Metadata::new().with("text", "x".repeat(1 << 16));
    account.deposit(8);
    let refused = block_on(accounts.with_metadata(too_much).save(&mut account));
    assert!(matches!(refused, Err(SaveError::InvalidCommit(_))), "{refused:?}");
}

#[test]
fn what_was_created_under_a_given_id_is_what_it_was_the_first_time() {
    let (store, accounts) = repository();
    let request = CommitId::named("request 18");
    let (mut first, mut again) = (Account::open("alice"), Account::open("alice"));
    assert_eq!(block_on(accounts.save_with(request, &mut first)).unwrap(), 1);
    assert_ne!(first.id(), again.id());
    assert_eq!(block_on(accounts.save_with(request, &mut again)).unwrap(), 1, "the first result");
    assert_eq!((again.id(), again.pending_events().len(), head(&store)), (first.id(), 0, 1));
}

#[test]
fn under_a_given_id_happens_once() {
    let (store, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let id = account.id();
    let request = CommitId::named("request 17");

    let mut first = block_on(accounts.get(id)).unwrap();
    first.deposit(5);
    assert_eq!(block_on(accounts.save_with(request, &mut first)).unwrap(), 2);
    block_on(accounts.update(id, |account| account.deposit(100))).unwrap();

    // The request is handled again, on what is loaded now, and decides the same or something else.
    for amount in [5, 6] {
        let mut again = block_on(accounts.get(id)).unwrap();
        again.deposit(amount);
        assert_eq!(block_on(accounts.save_with(request, &mut again)).unwrap(), 2, "the first result");
        assert_eq!(
            (again.balance(), again.version(), again.pending_events().len()),
            (105, 3.into(), 0),
            "as it is stored"
        );
        assert_eq!(head(&store), 3);
    }
    // A failed reload is an error, and takes nothing away.
    let mut again = block_on(accounts.get(id)).unwrap();
    again.deposit(7);
    store.fail_reads(true);
    assert!(matches!(block_on(accounts.save_with(request, &mut again)), Err(SaveError::Reload(_))));
    assert_eq!(again.pending_events().len(), 1);
}
