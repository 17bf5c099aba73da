//! Commands on any number of aggregates, and on those that may not be there yet.

mod optional;

use std::thread;

use eventsourcing::StreamId;
use eventsourcing::prelude::{Root, events};
use eventsourcing::repository::{Optional, UpdateSet};

use super::*;

#[derive(Aggregate, Debug)]
struct Fund {
    root: Root<Self>,
    sum: i64,
}

#[events]
impl Fund {
    #[event(Raised)]
    fn raise(name: &str) -> Self {
        Self { root: Root::named(name), sum: 0 }
    }

    #[event(Gathered)]
    fn gather(&mut self, amount: i64) {
        self.sum += amount;
    }

    #[event(Dissolved, discard)]
    fn dissolve(&mut self) {}
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
    funds: Repository<Fund>,
}

fn fund() -> Id<Fund> {
    Id::named("roof")
}

/// With three accounts of 10 each, in each store.
fn each(mut test: impl FnMut(&Faulty, &Bank, Vec<Id<Account>>, Calls)) {
    for calls in CALLS {
        for store in stores() {
            println!("{calls:?}");
            let bank = Bank::new(store.clone());
            let mut accounts = ["alice", "bob", "carol"].map(Account::open);
            for account in &mut accounts {
                account.deposit(10);
            }
            block_on(bank.commit(&mut accounts)).unwrap();
            test(&store, &bank, accounts.iter().map(Account::id).collect(), calls);
        }
    }
}

impl Calls {
    fn update<I: UpdateSet, R: CommandOutput>(
        self,
        bank: &Bank,
        options: impl Into<CommitOptions>,
        ids: I,
        command: impl FnMut(I::Lent<'_>) -> R + Send,
    ) -> Result<R::Value, UpdateError<R::Error>>
    where
        R::Value: Send,
        R::Error: Send,
    {
        match self {
            Self::Async => block_on(bank.update_with(options, ids, command)),
            Self::Blocking => bank.blocking().update_with(options, ids, command),
        }
    }
}

/// Takes 4 from each, for the fund.
fn collect(accounts: &mut [Account], fund: &mut Option<Fund>) -> Result<i64, Overdrawn> {
    accounts.iter_mut().try_for_each(|account| account.withdraw(4))?;
    let fund = fund.get_or_insert_with(|| Fund::raise("roof"));
    fund.gather(4 * i64::try_from(accounts.len()).unwrap());
    Ok(fund.sum)
}

fn balances(bank: &Bank, ids: &[Id<Account>]) -> Vec<i64> {
    block_on(bank.accounts.get_many(ids.iter().copied())).unwrap().iter().map(Account::balance).collect()
}

#[test]
fn all_of_them_are_saved_in_one_commit_or_none() {
    each(|store, bank, ids, calls| {
        for sum in [12, 24] {
            let command = |(accounts, fund): (&mut [Account], &mut Option<Fund>)| collect(accounts, fund);
            assert_eq!(
                calls.update(bank, CommitOptions::new(), (ids.clone(), Optional(fund())), command).unwrap(),
                sum
            );
            let written: Vec<StreamId> = store.last_written();
            assert!(ids.iter().all(|id| written.contains(&StreamId::new("Account", id.as_uuid()))), "{written:?}");
            assert!(written.contains(&StreamId::new("Fund", fund().as_uuid())), "{written:?}");
        }
        assert_eq!((balances(bank, &ids), head(store)), (vec![2; 3], 6 + 5 + 4));
        let position = match calls {
            Calls::Async => block_on(bank.position()),
            Calls::Blocking => bank.blocking().position(),
        };
        assert_eq!(position.unwrap(), 15);
        let command = |(accounts, fund): (&mut [Account], &mut Option<Fund>)| collect(accounts, fund);
        let refused = calls.update(bank, CommitOptions::new(), (ids.clone(), Optional(fund())), command);
        assert!(matches!(refused, Err(UpdateError::Rejected(_))), "{refused:?}");
        assert_eq!(head(store), 15);
    });
}

#[test]
fn they_may_be_given_as_any_list_and_alone() {
    each(|store, bank, ids, calls| {
        let [first, second, third]: [Id<Account>; 3] = ids.clone().try_into().unwrap();
        let all = |accounts: &mut [Account]| accounts.iter_mut().for_each(|account| account.deposit(1));
        let options = CommitOptions::new;
        calls.update(bank, options(), ids.clone(), all).unwrap();
        calls.update(bank, options(), &ids, all).unwrap();
        calls.update(bank, options(), &*ids, all).unwrap();
        calls.update(bank, options(), [first, second, third], all).unwrap();
        let three = &[first, second, third];
        calls.update(bank, options(), three, all).unwrap();
        calls.update(bank, options(), first, |account| account.deposit(1)).unwrap();
        calls
            .update(bank, options(), ((second,), [third]), |((second,), third)| {
                second.deposit(1);
                all(third);
            })
            .unwrap();
        calls.update(bank, options(), Vec::<Id<Account>>::new(), all).unwrap();
        assert_eq!((balances(bank, &ids), head(store)), (vec![16; 3], 6 + 18));
    });
}

#[test]
fn one_that_is_there_twice_is_refused() {
    each(|store, bank, ids, calls| {
        let [first, second] = [ids[0], ids[1]];
        let refused = calls.update(bank, CommitOptions::new(), vec![first, second, first], |_| ());
        assert!(matches!(refused, Err(UpdateError::Load(LoadError::Duplicate { .. }))), "{refused:?}");
        let refused = calls.update(bank, CommitOptions::new(), (first, [second, first]), |_| ());
        assert!(matches!(refused, Err(UpdateError::Load(LoadError::Duplicate { .. }))), "{refused:?}");
        let refused = calls.update(bank, CommitOptions::new(), (first, Optional(first)), |_| ());
        assert!(matches!(refused, Err(UpdateError::Load(LoadError::Duplicate { .. }))), "{refused:?}");
        assert_eq!(head(store), 6);
    });
}

#[test]
fn a_conflict_on_any_of_them_is_decided_again() {
    each(|store, bank, ids, calls| {
        let mut runs = 0;
        calls
            .update(bank, CommitOptions::new(), (ids[0], &ids[1..]), |(first, others)| {
                runs += 1;
                if runs == 1 {
                    // The last is only looked at.
                    let mut rival = block_on(bank.accounts.get(ids[2])).unwrap();
                    rival.deposit(90);
                    block_on(bank.accounts.save(&mut rival)).unwrap();
                }
                let amount = others[1].balance();
                first.deposit(amount);
            })
            .unwrap();
        assert_eq!((runs, balances(bank, &ids), head(store)), (2, vec![110, 10, 100], 8));
    });
}

#[test]
fn what_is_put_in_the_place_of_another_is_refused() {
    each(|store, bank, ids, calls| {
        #[track_caller]
        fn assert_other(refused: &Result<(), UpdateError<std::convert::Infallible>>) {
            assert!(matches!(refused, Err(UpdateError::Save(SaveError::OtherAggregate { .. }))), "{refused:?}");
        }
        let options = CommitOptions::new;
        assert_other(&calls.update(bank, options(), &ids, |accounts| accounts.swap(0, 1)));
        let copy = |account: &mut Account| *account = block_on(bank.accounts.get(account.id())).unwrap();
        assert_other(&calls.update(bank, options(), &ids, |accounts| copy(&mut accounts[2])));
        let first = Optional(ids[0]);
        assert_other(&calls.update(bank, options(), first, |account| copy(account.as_mut().unwrap())));
        assert_other(&calls.update(bank, options(), first, |account| *account = None));
        assert_other(&calls.update(bank, options(), first, |account| *account = Some(Account::open("mallory"))));
        let new = Optional(Id::new());
        assert_other(&calls.update(bank, options(), new, |account| *account = Some(Account::open("mallory"))));
        let elsewhere = || Some(block_on(bank.accounts.get(ids[0])).unwrap());
        assert_other(&calls.update(bank, options(), new, |account| *account = elsewhere()));
        assert_eq!(head(store), 6);
    });
}

#[test]
fn a_repetition_stores_nothing_and_returns_the_same() {
    each(|store, bank, ids, calls| {
        let request = CommitId::named("request 17");
        let collect_of = |ids: &[Id<Account>]| {
            calls.update(bank, request, (ids, Optional(fund())), |(accounts, fund)| collect(accounts, fund))
        };
        for _ in 0..3 {
            assert_eq!(collect_of(&ids).unwrap(), 12);
            for id in &ids {
                let balance = block_on(bank.accounts.get(*id)).unwrap().balance();
                block_on(bank.accounts.update(*id, |account| account.withdraw(balance))).unwrap();
            }
        }
        for others in [&ids[..2], &[]] {
            let refused = collect_of(others);
            assert!(matches!(refused, Err(UpdateError::Save(SaveError::OtherCommit { .. }))), "{refused:?}");
        }
        let refused = calls.update(bank, request, (&ids, fund()), |_| ());
        assert!(matches!(refused, Err(UpdateError::Save(SaveError::OtherCommit { .. }))), "it created it: {refused:?}");
        let sum = block_on(bank.funds.get(fund())).unwrap().sum;
        assert_eq!((sum, head(store)), (12, 6 + 5 + 9));
    });
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again() {
    each(|store, bank, ids, calls| {
        store.next(Answer::IsLost);
        let sum = calls
            .update(bank, CommitOptions::new(), (&ids, Optional(fund())), |(accounts, fund)| collect(accounts, fund));
        assert_eq!((sum.unwrap(), head(store)), (12, 11));
        store.next(Answer::Fails(StoreErrorKind::OutcomeUnknown));
        // With nothing but that there is none.
        let none = Optional(Id::<Fund>::new());
        calls.update(bank, CommitOptions::new(), (ids[0], none), |(account, _)| account.deposit(1)).unwrap();
        assert_eq!(head(store), 12);
    });
}

#[test]
fn many_at_once_lose_nothing() {
    each(|_, bank, ids, calls| {
        thread::scope(|threads| {
            for round in 0..8 {
                let mut ids = ids.clone();
                ids.rotate_left(round % 3);
                threads.spawn(move || {
                    for _ in 0..5 {
                        calls
                            .update(bank, CommitOptions::new(), (&ids[..2], Optional(fund())), |(accounts, fund)| {
                                for account in accounts {
                                    account.deposit(1);
                                }
                                fund.get_or_insert_with(|| Fund::raise("roof")).gather(2);
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(block_on(bank.funds.get(fund())).unwrap().sum, 80);
        assert_eq!(balances(bank, &ids).iter().sum::<i64>(), 110);
    });
}
