//! A commit id that is used again for something else than it stands for.

use eventsourcing::Error;
use eventsourcing::prelude::*;

use super::*;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

fn id() -> CommitId {
    CommitId::named("request 17")
}

/// Of this content.
fn of(content: &str) -> CommitOptions {
    CommitOptions::new().id(id()).fingerprint(content)
}

fn each(mut test: impl FnMut(Faulty, Bank, Id<Account>, Calls)) {
    for calls in CALLS {
        for store in stores() {
            println!("{calls:?}");
            let bank = Bank::new(store.clone());
            let mut account = Account::open("alice");
            account.deposit(10);
            block_on(bank.accounts.save(&mut account)).unwrap();
            test(store, bank, account.id(), calls);
        }
    }
}

#[track_caller]
fn assert_other(error: impl Into<Error>) {
    let error = error.into();
    assert!(matches!(error, Error::Save(SaveError::OtherFingerprint { commit, .. }) if commit == id()), "{error:?}");
    assert!(!error.is_conflict() && !error.is_retryable() && !error.is_not_found());
}

fn stored(bank: &Bank, id: Id<Account>) -> Vec<Option<String>> {
    let history = block_on(bank.accounts.history(id)).unwrap();
    history.into_iter().map(|event| event.metadata.get("commit_fingerprint").map(str::to_owned)).collect()
}

#[test]
fn an_update_of_something_else_is_refused() {
    each(|store, bank, account, calls| {
        let deposit = |amount| move |account: &mut Account| account.deposit(amount);
        for _ in 0..2 {
            calls.update_with(&bank.accounts, of("5"), account, deposit(5)).unwrap();
            assert_other(calls.update_with(&bank.accounts, of("7"), account, deposit(7)).unwrap_err());
            block_on(bank.accounts.update(account, deposit(1))).unwrap();
        }
        assert_eq!((block_on(bank.accounts.get(account)).unwrap().balance(), head(&store)), (17, 5));
    });
}

#[test]
fn what_a_rule_refuses_now_is_compared_too() {
    each(|store, bank, account, calls| {
        let withdraw = |amount| move |account: &mut Account| account.withdraw(amount);
        calls.update_with(&bank.accounts, of("10"), account, withdraw(10)).unwrap();
        calls.update_with(&bank.accounts, of("10"), account, withdraw(10)).unwrap();
        assert_other(
            calls.update_with(&bank.accounts, of("7"), account, withdraw(7)).map_err(Error::from).unwrap_err(),
        );
        // Nor does a look for the commit take it for the one that was done.
        let found = |options| match calls {
            Calls::Async => block_on(bank.find_commit(options)),
            Calls::Blocking => bank.blocking().find_commit(options),
        };
        assert_other(found(of("7")).unwrap_err());
        assert_eq!(found(of("10")).unwrap(), Some(Position::new(3)));
        assert_eq!(found(CommitOptions::new().fingerprint("10")).unwrap(), None, "no id");
        assert_eq!(head(&store), 3);
    });
}

#[test]
fn it_is_compared_only_where_both_have_one() {
    let deposit = |account: &mut Account| account.deposit(5);
    for [first, second] in [[id().into(), of("5")], [of("5"), id().into()], [id().into(), id().into()]] {
        each(|store, bank, account, calls| {
            calls.update_with(&bank.accounts, first.clone(), account, deposit).unwrap();
            calls.update_with(&bank.accounts, second.clone(), account, deposit).unwrap();
            assert_eq!(head(&store), 3);
        });
    }
}

#[test]
fn a_save_and_a_commit_of_something_else_keep_what_is_pending() {
    each(|store, bank, account, calls| {
        let rich = |amount| {
            let mut account = block_on(bank.accounts.get(account)).unwrap();
            account.deposit(amount);
            account
        };
        calls.save_with(&bank.accounts, of("5"), &mut rich(5)).unwrap();
        calls.save_with(&bank.accounts, of("5"), &mut rich(5)).unwrap();
        let mut other = rich(7);
        let error = calls.save_with(&bank.accounts, of("7"), &mut other).unwrap_err();
        assert!(!error.is_conflict() && !error.is_retryable());
        assert_other(error);
        assert_other(block_on(bank.commit_with(of("7"), (&mut other,))).unwrap_err());
        assert_other(bank.blocking().commit_with(of("7"), (&mut other,)).unwrap_err());
        assert_eq!((other.pending_events().len(), head(&store)), (1, 3));
        block_on(bank.accounts.save_with(CommitId::named("another"), &mut other)).unwrap();
        assert_eq!(deposits(&bank.accounts, account), [(2, 10), (3, 5), (4, 7)]);
    });
}

#[test]
fn an_update_of_several_of_something_else_is_refused() {
    each(|store, bank, from, calls| {
        let to = opened(&bank.accounts).id();
        let transfer = |options, amount| {
            let command = |(from, to): (&mut Account, &mut Account)| {
                from.withdraw(amount)?;
                to.deposit(amount);
                Ok::<_, Overdrawn>(())
            };
            match calls {
                Calls::Async => block_on(bank.update_with(options, (from, to), command)),
                Calls::Blocking => bank.blocking().update_with(options, (from, to), command),
            }
        };
        transfer(of("4"), 4).unwrap();
        transfer(of("4"), 4).unwrap();
        for amount in [3, 100] {
            assert_other(transfer(of("other"), amount).unwrap_err());
        }
        assert_eq!(head(&store), 5);
    });
}

#[test]
fn it_is_not_tried_again() {
    each(|_, bank, account, _| {
        block_on(bank.accounts.update_with(of("5"), account, |account| account.deposit(5))).unwrap();
        let tries = std::cell::Cell::new(0);
        let other = bank.retry(|| async {
            tries.set(tries.get() + 1);
            let mut account = bank.accounts.get(account).await?;
            account.deposit(7);
            Ok::<_, Error>(bank.commit_with(of("7"), &mut account).await?)
        });
        assert_other(block_on(other).unwrap_err());
        assert_eq!(tries.get(), 1);
    });
}

#[test]
fn what_is_in_doubt_is_not_settled_as_something_else() {
    each(|store, bank, account, calls| {
        let mut account = block_on(bank.accounts.get(account)).unwrap();
        account.deposit(5);
        store.next(Answer::IsLost);
        assert_unknown(&calls.save_with(&bank.accounts, of("5"), &mut account));
        assert_other(calls.save_with(&bank.accounts, of("7"), &mut account).unwrap_err());
        account.deposit(7);
        assert_other(calls.save_with(&bank.accounts, of("7"), &mut account).unwrap_err());
        assert_eq!((account.pending_events().len(), head(&store)), (2, 3));
        // It is settled by the request that it is of, and what was recorded since is a repetition of that.
        assert_eq!(calls.save_with(&bank.accounts, of("5"), &mut account).unwrap(), 3);
        assert_eq!((account.balance(), head(&store)), (15, 3));
    });
}

#[test]
fn the_same_events_that_another_request_stored_are_not_its_own() {
    each(|store, bank, account, calls| {
        let load = || {
            let mut account = block_on(bank.accounts.get(account)).unwrap();
            account.deposit(5);
            account
        };
        let (mut in_doubt, mut other) = (load(), load());
        store.next(Answer::Fails(StoreErrorKind::OutcomeUnknown));
        assert_unknown(&calls.save_with(&bank.accounts, of("mine"), &mut in_doubt));
        calls.save_with(&bank.accounts, of("other"), &mut other).unwrap();
        assert_other(calls.save_with(&bank.accounts, of("mine"), &mut in_doubt).unwrap_err());
        assert_eq!((in_doubt.pending_events().len(), head(&store)), (1, 3));
    });
}

#[test]
fn it_stands_in_the_metadata_and_is_exported() {
    each(|_, bank, account, calls| {
        let metadata = Metadata::new().with_actor("alice");
        let save = |options: CommitOptions| {
            let mut account = block_on(bank.accounts.get(account)).unwrap();
            account.deposit(5);
            calls.save_with(&bank.accounts, options, &mut account).unwrap();
        };
        save(of("5").metadata(metadata.clone()));
        save(CommitOptions::new().fingerprint("5").metadata(metadata));
        let copied = block_on(bank.accounts.history(account)).unwrap()[2].metadata.clone();
        assert_eq!((copied.actor(), copied.iter().count()), (Some("alice"), 2));
        save(copied.into());
        // A constant of the stored format.
        let fingerprint = Some("a1020cac-a047-582c-93f8-5295769945a2".to_owned());
        assert_eq!(stored(&bank, account), [None, None, fingerprint, None, None]);

        let mut lines = Vec::new();
        block_on(bank.log().export(&mut lines)).unwrap();
        let new = Bank::new(MemoryStore::new());
        block_on(new.import(&mut &*lines)).unwrap();
        assert_eq!(stored(&new, account), stored(&bank, account));
    });
}
