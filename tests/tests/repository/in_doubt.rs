//! An aggregate that does not know whether its events are stored, with more recorded since: its next save settles that first.

use super::*;

/// Sends what is pending, with an answer that leaves it in doubt.
#[track_caller]
fn send(
    accounts: &Repository<Account>,
    store: &Faulty,
    answer: Answer,
    options: impl Into<CommitOptions>,
    account: &mut Account,
) {
    store.next(answer);
    let pending = account.pending_events().len();
    if matches!(answer, Answer::IsLost | Answer::Fails(_)) {
        assert_unknown(&block_on(accounts.save_with(options, account)));
    } else {
        drop_midway(accounts.save_with(options, account));
    }
    assert_eq!(account.pending_events().len(), pending);
}

const IN_DOUBT: [Answer; 5] = [
    Answer::IsLost,
    Answer::Fails(StoreErrorKind::OutcomeUnknown),
    Answer::NeverComes,
    Answer::NothingComes,
    Answer::ComesLate,
];

fn each(mut test: impl FnMut(Faulty, Repository<Account>, Answer, Calls)) {
    for answer in IN_DOUBT {
        for calls in CALLS {
            for store in stores() {
                println!("{answer:?}, {calls:?}");
                test(store.clone(), Repository::new(store), answer, calls);
            }
        }
    }
}

#[test]
fn what_was_sent_is_settled_before_what_was_recorded_since() {
    each(|store, accounts, answer, calls| {
        let mut account = opened(&accounts);
        account.deposit(1);
        account.deposit(2);
        send(&accounts, &store, answer, CommitOptions::new(), &mut account);
        account.deposit(3);
        assert_eq!(calls.save(&accounts, &mut account).unwrap(), 4);
        assert_eq!((account.pending_events().len(), account.version()), (0, 4.into()));
        store.deliver();
        assert_eq!(deposits(&accounts, account.id()), [(2, 1), (3, 2), (4, 3)]);
        let sent = &store.commits()[1..];
        assert!(sent.len() == 3 && sent[0] == sent[1] && sent[1] != sent[2], "the same again, then another: {sent:?}");

        account.deposit(4);
        assert_eq!(calls.save(&accounts, &mut account).unwrap(), 5, "and it is as any other");
        assert_eq!(block_on(accounts.get(account.id())).unwrap(), account);
    });
}

#[test]
fn one_that_is_new_is_settled_too() {
    each(|store, accounts, answer, calls| {
        let mut account = Account::open("alice");
        send(&accounts, &store, answer, CommitOptions::new(), &mut account);
        account.deposit(5);
        account.close();
        assert_eq!(calls.save(&accounts, &mut account).unwrap(), 3);
        assert_eq!(block_on(accounts.history(account.id())).unwrap().len(), 3);
    });
}

/// As its events were sent, so they are stored, whatever is said when they are sent again.
#[test]
fn what_was_sent_keeps_its_metadata() {
    each(|store, accounts, answer, calls| {
        let mut account = opened(&accounts);
        let [first, second] = ["first", "second"].map(|actor| Metadata::new().with_actor(actor));
        account.deposit(1);
        send(&accounts, &store, answer, first, &mut account);
        account.deposit(2);
        calls.save_with(&accounts, second, &mut account).unwrap();
        let history = block_on(accounts.history(account.id())).unwrap();
        let actors: Vec<_> = history.iter().map(|recorded| recorded.metadata.actor()).collect();
        assert_eq!(actors, [None, Some("first"), Some("second")]);
    });
}

#[test]
fn what_was_sent_keeps_its_id() {
    each(|store, accounts, answer, calls| {
        let mut account = opened(&accounts);
        let [first, second] = ["request 1", "request 2"].map(CommitId::named);
        account.deposit(1);
        send(&accounts, &store, answer, first, &mut account);
        account.deposit(2);
        assert_eq!(calls.save_with(&accounts, second, &mut account).unwrap(), 3);
        // Each is a repetition from now on.
        for (request, position) in [(first, 2), (second, 3)] {
            let mut again = block_on(accounts.get(account.id())).unwrap();
            again.deposit(9);
            assert_eq!(calls.save_with(&accounts, request, &mut again).unwrap(), position);
            assert_eq!(again.balance(), 3);
        }
        assert_eq!(head(&store), 3);
    });
}

/// 10 deposited where 5 was meant, if the second were stored with the first or beside it.
#[test]
fn the_same_decided_again_under_the_same_id_happens_once() {
    each(|store, accounts, answer, calls| {
        let mut account = opened(&accounts);
        let request = CommitId::named("request");
        account.deposit(5);
        send(&accounts, &store, answer, request, &mut account);
        account.deposit(5);
        assert_eq!(calls.save_with(&accounts, request, &mut account).unwrap(), 2);
        assert_eq!((account.balance(), account.pending_events().len(), head(&store)), (5, 0, 2));
    });
}

#[test]
fn a_conflict_is_a_true_one_and_all_is_kept() {
    for answer in [Answer::NothingComes, Answer::ComesLate, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        for (store, calls) in stores().into_iter().zip(CALLS) {
            let accounts = Repository::<Account>::new(store.clone());
            let mut account = opened(&accounts);
            account.deposit(1);
            send(&accounts, &store, answer, CommitOptions::new(), &mut account);
            account.deposit(2);
            block_on(accounts.update(account.id(), |rival| rival.deposit(100))).unwrap();
            for _ in 0..2 {
                match calls.save(&accounts, &mut account).unwrap_err() {
                    SaveError::Conflict(conflict) => {
                        assert_eq!((conflict.expected, conflict.actual), (1.into(), 2.into()));
                    }
                    error => panic!("{error:?}"),
                }
                assert_eq!((account.pending_events().len(), account.balance()), (2, 3));
                store.deliver();
            }
            assert_eq!(deposits(&accounts, account.id()), [(2, 100)]);
        }
    }
}

#[test]
fn it_stays_in_doubt_until_it_is_answered_for_certain() {
    for kind in KINDS {
        each(|store, accounts, answer, calls| {
            let mut account = opened(&accounts);
            account.deposit(1);
            send(&accounts, &store, answer, CommitOptions::new(), &mut account);
            for more in 2..4 {
                // Also with nothing recorded since.
                store.next(Answer::Fails(kind));
                let unknown = calls.save(&accounts, &mut account);
                let text = format!("{:?}", unknown.as_ref().unwrap_err());
                assert!(text.contains(&format!("{kind:?}, by its script")), "the store's own error is named: {text}");
                assert_unknown(&unknown);
                account.deposit(more);
            }
            assert_eq!(calls.save(&accounts, &mut account).unwrap(), 4);
            assert_eq!(deposits(&accounts, account.id()), [(2, 1), (3, 2), (4, 3)]);
        });
    }
}

#[test]
fn a_failure_that_is_certain_leaves_nothing_in_doubt() {
    for kind in KINDS.into_iter().filter(|kind| *kind != StoreErrorKind::OutcomeUnknown) {
        let (store, accounts) = repository();
        let mut account = opened(&accounts);
        account.deposit(1);
        for _ in 0..2 {
            store.next(Answer::Fails(kind));
            match block_on(accounts.save(&mut account)).unwrap_err() {
                SaveError::Store(error) => assert_eq!(error.kind(), kind),
                error => panic!("{error:?}"),
            }
        }
        account.deposit(2);
        assert_eq!(block_on(accounts.save(&mut account)).unwrap(), 3);
        assert_eq!(store.commits().len(), 4, "all in one commit");
    }
}

/// A clone has in doubt what it has, and each is settled once.
#[test]
fn clones_are_settled_each() {
    each(|store, accounts, answer, calls| {
        let mut account = opened(&accounts);
        account.deposit(1);
        send(&accounts, &store, answer, CommitOptions::new(), &mut account);
        let mut clone = account.clone();
        clone.deposit(2);
        assert_eq!(calls.save(&accounts, &mut account).unwrap(), 2);
        assert_eq!(calls.save(&accounts, &mut clone).unwrap(), 3);
        account.deposit(3);
        assert!(matches!(calls.save(&accounts, &mut account), Err(SaveError::Conflict(_))));
        assert_eq!(deposits(&accounts, account.id()), [(2, 1), (3, 2)]);
    });
}

/// The request is handled by another process while this one is in doubt about its own commit under the id.
#[test]
fn a_request_that_was_handled_elsewhere_is_not_taken_for_ours() {
    for (amount, calls) in [(5, Calls::Async), (5, Calls::Blocking), (6, Calls::Async), (6, Calls::Blocking)] {
        for store in stores() {
            let accounts = Repository::<Account>::new(store.clone());
            let (mut ours, request) = (opened(&accounts), CommitId::named("request"));
            ours.deposit(5);
            send(&accounts, &store, Answer::NothingComes, request, &mut ours);
            let mut theirs = block_on(accounts.get(ours.id())).unwrap();
            theirs.deposit(amount);
            calls.save_with(&accounts, request, &mut theirs).unwrap();

            ours.deposit(1);
            let saved = calls.save(&accounts, &mut ours);
            if amount == 5 {
                assert_eq!(saved.unwrap(), 3, "the very same event in its place");
                assert_eq!(deposits(&accounts, ours.id()), [(2, 5), (3, 1)]);
            } else {
                assert!(matches!(saved, Err(SaveError::Conflict(_))), "{saved:?}");
                assert_eq!((ours.pending_events().len(), head(&store)), (2, 2));
            }
        }
    }
}

#[test]
fn what_can_no_longer_be_recorded_does_not_keep_the_rest_in_doubt() {
    let (store, accounts) = repository();
    let mut account = opened(&accounts);
    account.close();
    send(&accounts, &store, Answer::NothingComes, CommitOptions::new(), &mut account);
    account.deposit(1);
    assert!(matches!(block_on(accounts.save(&mut account)), Err(SaveError::Discarded { .. })));
    assert_eq!((account.pending_events().len(), head(&store)), (1, 2), "what was sent is stored, the rest is kept");
}

/// With a real store, dropped wherever it stands.
#[test]
fn a_dropped_save_with_more_recorded_since_is_no_conflict() {
    let accounts = Repository::<Account>::new(SqliteStore::in_memory().unwrap());
    let mut account = opened(&accounts);
    for round in 0..50 {
        account.deposit(1);
        {
            let mut save = pin!(accounts.save(&mut account));
            for _ in 0..round % 4 {
                let polled = save.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                if polled.is_ready() {
                    break;
                }
                std::thread::yield_now();
            }
        }
        account.deposit(2);
        block_on(accounts.save(&mut account)).unwrap();
    }
    let amounts: Vec<_> = deposits(&accounts, account.id()).into_iter().map(|(_, amount)| amount).collect();
    assert_eq!(amounts, [1, 2].repeat(50));
}
