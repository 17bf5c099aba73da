//! `update_with` an id: once, however often it is called.

use std::convert::Infallible;

use super::*;

fn request() -> CommitId {
    CommitId::named("request 17")
}

fn each(mut test: impl FnMut(Faulty, Repository<Account>, Calls)) {
    for calls in CALLS {
        for store in stores() {
            println!("{calls:?}");
            test(store.clone(), Repository::new(store), calls);
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a command that returns something returns a `Result`")]
fn deposit_five(account: &mut Account) -> Result<i64, Infallible> {
    account.deposit(5);
    Ok(account.balance())
}

#[test]
fn stores_once_and_returns_the_same_each_time() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        for round in 0..3 {
            assert_eq!(calls.update_with(&accounts, request(), id, deposit_five).unwrap(), 5, "round {round}");
            block_on(accounts.update(id, |account| account.deposit(100))).unwrap();
        }
        assert_eq!((block_on(accounts.get(id)).unwrap().balance(), head(&store)), (305, 5));
        assert_eq!(calls.update_with(&accounts, CommitId::named("another"), id, deposit_five).unwrap(), 310);
    });
}

#[test]
fn a_repetition_that_would_be_rejected_now_is_none() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        block_on(accounts.update(id, |account| account.deposit(30))).unwrap();
        let withdraw = |account: &mut Account| account.withdraw(30).map(|()| account.balance());
        for _ in 0..2 {
            assert_eq!(calls.update_with(&accounts, request(), id, withdraw).unwrap(), 0);
        }
        assert_eq!(head(&store), 3);
        let another = calls.update_with(&accounts, CommitId::named("another"), id, withdraw);
        assert!(matches!(another, Err(UpdateError::Rejected(Overdrawn { balance: 0, amount: 30 }))), "{another:?}");
    });
}

#[test]
fn a_repetition_that_would_record_nothing_now_returns_what_it_did() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        let fill = |account: &mut Account| {
            let missing = 10 - account.balance();
            if missing > 0 {
                account.deposit(missing);
            }
            Ok::<_, Infallible>(missing)
        };
        for _ in 0..2 {
            assert_eq!(calls.update_with(&accounts, request(), id, fill).unwrap(), 10);
        }
        assert_eq!(calls.update_with(&accounts, CommitId::named("another"), id, fill).unwrap(), 0);
        assert_eq!(head(&store), 2);
        // What stored nothing has left no trace.
        block_on(accounts.update(id, |account| account.withdraw(4))).unwrap();
        assert_eq!(calls.update_with(&accounts, CommitId::named("another"), id, fill).unwrap(), 4);
    });
}

#[test]
fn a_repetition_finds_an_aggregate_that_it_discarded() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        let close = |account: &mut Account| {
            account.close();
            Ok::<_, Infallible>(account.owner().to_owned())
        };
        for _ in 0..2 {
            assert_eq!(calls.update_with(&accounts, request(), id, close).unwrap(), "alice");
        }
        let another = calls.update_with(&accounts, CommitId::named("another"), id, close);
        assert!(matches!(another, Err(UpdateError::Load(LoadError::NotFound { .. }))), "{another:?}");
        let missing = calls.update_with(&accounts, CommitId::named("another"), Id::new(), close);
        assert!(matches!(missing, Err(UpdateError::Load(LoadError::NotFound { .. }))), "{missing:?}");
        assert_eq!(head(&store), 2);
    });
}

#[test]
fn a_rejection_leaves_no_trace() {
    each(|_, accounts, calls| {
        let id = opened(&accounts).id();
        let withdraw = |account: &mut Account| account.withdraw(5);
        for _ in 0..2 {
            assert!(matches!(
                calls.update_with(&accounts, request(), id, withdraw),
                Err(UpdateError::Rejected(Overdrawn { balance: 0, .. }))
            ));
        }
        block_on(accounts.update(id, |account| account.deposit(5))).unwrap();
        calls.update_with(&accounts, request(), id, withdraw).unwrap();
        assert_eq!(block_on(accounts.get(id)).unwrap().balance(), 0);
    });
}

#[test]
fn a_conflict_is_tried_again_under_the_same_id() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        let mut runs = 0;
        let command = |account: &mut Account| {
            runs += 1;
            if runs <= 2 {
                accounts.blocking().update(id, |rival| rival.deposit(100)).unwrap();
            }
            deposit_five(account)
        };
        assert_eq!(calls.update_with(&accounts, request(), id, command).unwrap(), 205);
        assert_eq!(store.commits().iter().filter(|sent| **sent == request()).count(), 3);
        assert_eq!(calls.update_with(&accounts, request(), id, deposit_five).unwrap(), 205);
        assert_eq!(deposits(&accounts, id), [(2, 100), (3, 100), (4, 5)]);
    });
}

/// The request is handled elsewhere between the load and the save.
#[test]
fn another_process_under_the_same_id_is_the_first() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        let mut runs = 0;
        let command = |account: &mut Account| {
            runs += 1;
            if runs == 1 {
                accounts.blocking().update(id, |rival| rival.deposit(100)).unwrap();
                let first = accounts.blocking().update_with(request(), id, deposit_five);
                assert_eq!(first.unwrap(), 105);
            }
            deposit_five(account)
        };
        assert_eq!(calls.update_with(&accounts, request(), id, command).unwrap(), 105, "decided on what the first was");
        assert_eq!(head(&store), 3);
    });
}

#[test]
fn after_an_unknown_outcome_the_caller_may_repeat_it() {
    for answer in [Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        each(|store, accounts, calls| {
            let (id, accounts) = (opened(&accounts).id(), accounts.tries(1));
            store.next(answer);
            match calls.update_with(&accounts, request(), id, deposit_five) {
                Err(UpdateError::Save(error)) => assert_unknown::<()>(&Err(error)),
                other => panic!("{other:?}"),
            }
            for _ in 0..2 {
                assert_eq!(calls.update_with(&accounts, request(), id, deposit_five).unwrap(), 5);
            }
            assert_eq!(head(&store), 2);
        });
    }
}

#[test]
fn a_dropped_one_may_be_repeated() {
    for answer in [Answer::NeverComes, Answer::NothingComes, Answer::ComesLate] {
        each(|store, accounts, calls| {
            let id = opened(&accounts).id();
            store.next(answer);
            drop_when_sent(&store, accounts.update_with(request(), id, deposit_five));
            store.deliver();
            assert_eq!(calls.update_with(&accounts, request(), id, deposit_five).unwrap(), 5);
            assert_eq!(head(&store), 2);
        });
    }
}

#[test]
fn the_id_of_another_commit_is_an_error() {
    each(|store, accounts, calls| {
        let (first, mut other) = (opened(&accounts).id(), Account::open("bob"));
        let created = CommitId::named("created");
        calls.save_with(&accounts, created, &mut other).unwrap();
        calls.update_with(&accounts, request(), first, deposit_five).unwrap();
        for (commit, id) in [(request(), other.id()), (created, other.id()), (created, first)] {
            match calls.update_with(&accounts, commit, id, deposit_five) {
                Err(UpdateError::Save(SaveError::OtherCommit { commit: named, stream, .. })) => {
                    assert_eq!((named, stream.id()), (commit, id.as_uuid()));
                }
                other => panic!("{other:?}"),
            }
        }
        // Nor is it taken for a repetition of a save.
        other.deposit(1);
        let saved = calls.save_with(&accounts, request(), &mut other);
        assert!(matches!(saved, Err(SaveError::OtherCommit { .. })), "{saved:?}");
        assert_eq!((other.pending_events().len(), head(&store)), (1, 3));
    });
}

#[test]
fn metadata_alone_is_no_id() {
    each(|_, accounts, calls| {
        let id = opened(&accounts).id();
        let by_bob = Metadata::new().with_actor("bob");
        let accounts = accounts.with_metadata(Metadata::new().with_actor("alice"));
        for balance in [5, 10] {
            assert_eq!(calls.update_with(&accounts, by_bob.clone(), id, deposit_five).unwrap(), balance);
        }
        calls.update_with(&accounts, request(), id, deposit_five).unwrap();
        let history = block_on(accounts.history(id)).unwrap();
        let actors: Vec<_> = history.iter().skip(1).map(|recorded| recorded.metadata.actor()).collect();
        assert_eq!(actors, [Some("bob"), Some("bob"), Some("alice")]);
    });
}

#[test]
fn a_failure_to_ask_is_told() {
    each(|store, accounts, calls| {
        let id = opened(&accounts).id();
        store.next(Answer::Fails(StoreErrorKind::Unavailable));
        let asked = calls.update_with(&accounts, request(), id, |account| account.withdraw(5));
        assert!(matches!(asked, Err(UpdateError::Save(SaveError::Store(_)))), "{asked:?}");
    });
}
