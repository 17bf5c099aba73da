//! Several aggregates that do not know whether the commit that they were in together is stored.

use std::pin::Pin;

use super::*;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

const IN_DOUBT: [Answer; 4] = [Answer::IsLost, Answer::NeverComes, Answer::NothingComes, Answer::ComesLate];

fn is_stored(answer: Answer) -> bool {
    matches!(answer, Answer::IsLost | Answer::NeverComes)
}

/// Two accounts that are saved, with one event and two in a commit that is in doubt.
fn each(given: Option<CommitId>, mut test: impl FnMut(&Faulty, &Bank, Answer, Account, Account)) {
    for answer in IN_DOUBT {
        for store in stores() {
            println!("{answer:?}");
            let bank = Bank::new(store.clone());
            let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
            block_on(bank.commit((&mut a, &mut b))).unwrap();
            a.deposit(1);
            b.deposit(2);
            b.deposit(3);
            store.next(answer);
            let options = given.map_or_else(CommitOptions::new, CommitOptions::from);
            if answer == Answer::IsLost {
                assert_unknown(&block_on(bank.commit_with(options, (&mut a, &mut b))));
            } else {
                drop_midway(bank.commit_with(options, (&mut a, &mut b)));
            }
            assert_eq!((a.pending_events().len(), b.pending_events().len()), (1, 2));
            test(&store, &bank, answer, a, b);
        }
    }
}

#[test]
fn they_are_settled_together_before_what_was_recorded_since() {
    each(None, |store, bank, _, mut a, mut b| {
        let mut c = Account::open("carol");
        b.deposit(4);
        // In another order, and with one that was not in it.
        assert_eq!(block_on(bank.commit((&mut c, &mut b, &mut a))).unwrap(), 7);
        assert_eq!(deposits(&bank.accounts, a.id()), [(3, 1)]);
        assert_eq!(deposits(&bank.accounts, b.id()), [(4, 2), (5, 3), (7, 4)]);
        assert_eq!(store.commits().len(), 4);
        store.deliver();
        a.deposit(5);
        assert_eq!(bank.blocking().commit((&mut a, &mut b, &mut c)).unwrap(), 8);
        assert_eq!(block_on(bank.accounts.get_many([a.id(), b.id(), c.id()])).unwrap(), [a, b, c]);
    });
}

#[test]
fn in_a_slice_too() {
    each(None, |store, bank, _, a, b| {
        let mut both = vec![b, a];
        assert_eq!(bank.blocking().commit(&mut both).unwrap(), 5);
        assert_eq!((store.commits().len(), head(store)), (3, 5));
        assert_eq!(block_on(bank.accounts.save(&mut both[1])).unwrap(), 3, "each stands where it is stored");
        assert_eq!(block_on(bank.accounts.save(&mut both[0])).unwrap(), 5);
    });
}

#[test]
fn one_alone_goes_on_if_it_is_stored_and_is_not_split_off_if_not() {
    for given in [None, Some(CommitId::named("transfer"))] {
        each(given, |store, bank, answer, mut a, mut b| {
            let (ids, accounts) = ([a.id(), b.id()], &bank.accounts);
            b.deposit(4);
            if !is_stored(answer) {
                for (one, other) in [(&mut a, ids[1]), (&mut b, ids[0])] {
                    let pending = one.pending_events().len();
                    match accounts.blocking().save(one).unwrap_err() {
                        SaveError::Unsettled { stream, missing, .. } => {
                            assert_eq!((stream.id(), missing.id()), (one.id().as_uuid(), other.as_uuid()));
                        }
                        error => panic!("{error:?}"),
                    }
                    assert_eq!((one.pending_events().len(), head(store)), (pending, 2), "nothing is lost or stored");
                }
                store.deliver();
                if answer == Answer::NothingComes {
                    // As the error says: together, or from what is loaded.
                    let mut loaded = block_on(accounts.get(ids[0])).unwrap();
                    loaded.deposit(1);
                    assert!(block_on(accounts.save(&mut loaded)).is_ok());
                    assert!(matches!(block_on(bank.commit((&mut a, &mut b))), Err(SaveError::Conflict(_))));
                    return;
                }
            }
            assert_eq!(block_on(accounts.save(&mut b)).unwrap(), 6);
            assert_eq!(block_on(accounts.save(&mut a)).unwrap(), 3);
            assert_eq!(deposits(accounts, a.id()), [(3, 1)]);
            assert_eq!(deposits(accounts, b.id()), [(4, 2), (5, 3), (6, 4)]);
        });
    }
}

#[test]
fn one_alone_stays_in_doubt_while_the_store_does_not_answer() {
    each(None, |store, bank, answer, mut a, mut b| {
        for kind in KINDS {
            store.next(Answer::Fails(kind));
            assert_unknown(&block_on(bank.accounts.save(&mut b)));
        }
        assert_eq!(block_on(bank.accounts.save(&mut b)).is_ok(), is_stored(answer));
        assert_eq!(block_on(bank.commit((&mut a, &mut b))).unwrap(), if is_stored(answer) { 3 } else { 5 });
        assert_eq!((deposits(&bank.accounts, a.id()).len(), deposits(&bank.accounts, b.id()).len()), (1, 2));
    });
}

#[test]
fn a_conflict_of_one_is_one_of_all_and_all_is_kept() {
    each(None, |store, bank, answer, mut a, mut b| {
        block_on(bank.accounts.update(b.id(), |b| b.deposit(100))).unwrap();
        a.deposit(4);
        let committed = block_on(bank.commit((&mut a, &mut b)));
        assert!(matches!(committed, Err(SaveError::Conflict(_))), "{committed:?}");
        let pending = (a.pending_events().len(), b.pending_events().len(), head(store));
        if is_stored(answer) {
            assert_eq!(pending, (1, 0, 6), "what was found to be stored is not sent again with the rest");
            assert_eq!(block_on(bank.accounts.save(&mut a)).unwrap(), 7);
        } else {
            assert_eq!(pending, (2, 2, 3));
            store.deliver();
            assert_eq!(block_on(bank.accounts.save(&mut a)).unwrap(), 5, "and each is free again");
        }
    });
}

/// The request is handled again with one of them as it was, and another loaded again.
#[test]
fn under_the_same_given_id_it_does_not_matter_who_is_here() {
    let request = CommitId::named("transfer");
    each(Some(request), |store, bank, answer, mut a, b| {
        let mut loaded = block_on(bank.accounts.get(b.id())).unwrap();
        loaded.deposit(2);
        let last = block_on(bank.commit_with(request, (&mut a, &mut loaded))).unwrap();
        assert_eq!(last, if is_stored(answer) { 5 } else { 4 }, "that of the first, or of this as the first");
        store.deliver();
        assert_eq!((head(store), a.pending_events().len(), loaded.pending_events().len()), (last.get(), 0, 0));
        assert_eq!(block_on(bank.accounts.get_many([a.id(), b.id()])).unwrap(), [a, loaded]);
    });
}

/// One without events was in the commit for its version, which belongs to it.
#[test]
fn a_version_that_was_checked_is_checked_again() {
    for answer in IN_DOUBT {
        for store in stores() {
            let bank = Bank::new(store.clone());
            let (mut a, mut checked) = (Account::open("alice"), Account::open("carol"));
            block_on(bank.commit((&mut checked, &mut a))).unwrap();
            a.deposit(1);
            store.next(answer);
            if answer == Answer::IsLost {
                assert_unknown(&block_on(bank.commit((&mut checked, &mut a))));
            } else {
                drop_midway(bank.commit((&mut checked, &mut a)));
            }
            block_on(bank.accounts.update(checked.id(), |carol| carol.deposit(100))).unwrap();
            a.deposit(2);
            // Whether it is here or not.
            let saved = block_on(bank.accounts.save(&mut a));
            if is_stored(answer) {
                assert_eq!(saved.unwrap(), 5);
            } else {
                match saved.unwrap_err() {
                    SaveError::Conflict(conflict) => assert_eq!(conflict.stream.id(), checked.id().as_uuid()),
                    error => panic!("{error:?}"),
                }
                assert_eq!((a.pending_events().len(), head(&store)), (2, 3));
            }
        }
    }
}

#[test]
fn several_commits_in_doubt_are_settled_one_after_the_other() {
    for store in stores() {
        let bank = Bank::new(store.clone());
        let (mut a, mut b, mut c) = (Account::open("alice"), Account::open("bob"), Account::open("carol"));
        for (account, answer) in
            [(&mut a, Answer::NothingComes), (&mut b, Answer::NeverComes), (&mut c, Answer::ComesLate)]
        {
            store.next(answer);
            drop_midway(bank.accounts.save(account));
        }
        c.deposit(5);
        assert_eq!(block_on(bank.commit((&mut a, &mut b, &mut c))).unwrap(), 4);
        assert_eq!(block_on(bank.accounts.get_many([a.id(), b.id(), c.id()])).unwrap(), [a, b, c]);
    }
}

/// Whether an error is one that a single writer may meet: it is in doubt, or has itself changed an aggregate that another's decision rested on,
/// which was in its commit without events. In what it writes to, it has no conflict.
fn is_expected(error: &SaveError, store: &Faulty) -> bool {
    match error {
        SaveError::Unsettled { .. } => true,
        SaveError::Store(error) => error.kind() == StoreErrorKind::OutcomeUnknown,
        SaveError::Conflict(conflict) => !store.last_written().contains(&conflict.stream),
        _ => false,
    }
}

/// Whatever becomes of its commits, all that one writer records is stored once, in its order.
#[test]
fn what_one_writer_records_is_stored_once_in_its_order() {
    for seed in 0..300 {
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let store = stores()[usize::from(seed % 8 == 0)].clone();
        let bank = Bank::new(store.clone());
        let mut accounts = [0; 3].map(|_| Account::open("alice"));
        let mut recorded: [Vec<i64>; 3] = Default::default();
        for amount in 1..40 {
            let number = random.usize(..3);
            accounts[number].deposit(amount);
            recorded[number].push(amount);
            if random.u8(..4) == 0 {
                store.deliver();
            }
            let given = CommitId::named(&amount.to_string());
            let options = if random.bool() { given.into() } else { CommitOptions::new() };
            let mut some: Vec<&mut Account> = accounts.iter_mut().filter(|_| random.bool()).collect();
            random.shuffle(&mut some);
            let commit: Pin<Box<dyn Future<Output = _>>> = match some.as_mut_slice() {
                [] => continue,
                [one] => Box::pin(bank.accounts.save_with(options, one)),
                [one, two] => Box::pin(bank.commit_with(options, (&mut **one, &mut **two))),
                [one, two, three, ..] => Box::pin(bank.commit_with(options, (&mut **one, &mut **two, &mut **three))),
            };
            // It is the first commit that is answered so: the one that settles, or what follows.
            let answer = random.choice(IN_DOUBT).filter(|_| random.bool());
            if let Some(answer) = answer {
                store.next(answer);
            }
            let is_dropped = answer.is_some_and(|answer| answer != Answer::IsLost);
            let sent = store.commits().len();
            let done = poll_until(commit, || is_dropped && store.commits().len() > sent);
            store.forget_answers();
            if let Some(Err(error)) = done {
                assert!(is_expected(&error, &store), "{error:?}");
            }
        }
        store.deliver();
        while let Err(error) = bank.blocking().commit(&mut accounts) {
            assert!(is_expected(&error, &store), "{error:?}");
        }
        store.deliver();
        for (account, recorded) in accounts.iter().zip(recorded) {
            let stored: Vec<_> = deposits(&bank.accounts, account.id()).into_iter().map(|(_, amount)| amount).collect();
            assert_eq!(stored, recorded);
            assert_eq!(block_on(bank.accounts.get(account.id())).unwrap(), *account);
        }
    }
}

/// Polls a future until it is done, or is to be dropped.
fn poll_until<T>(mut future: Pin<Box<dyn Future<Output = T> + '_>>, is_over: impl Fn() -> bool) -> Option<T> {
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(done);
        }
        if is_over() {
            return None;
        }
        std::thread::yield_now();
    }
}
