//! A store may leave gaps between positions, within a commit too: what is in doubt is found by versions, not by counting positions.

use eventsourcing_tests::Sparse;

use super::*;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

fn amounts(accounts: &Repository<Account>, account: &Account) -> Vec<i64> {
    let history = block_on(accounts.history(account.id())).unwrap();
    let amount = |recorded: Recorded<AccountEvent>| match recorded.event {
        AccountEvent::Deposited { amount } => Some(amount),
        _ => None,
    };
    history.into_iter().filter_map(amount).collect()
}

#[test]
fn a_commit_in_doubt_is_found() {
    for options in [CommitOptions::new(), CommitId::named("request").into()] {
        let store = Faulty::over(Sparse::default());
        let accounts = Repository::<Account>::new(store.clone());
        let mut account = Account::open("alice");
        account.deposit(1);
        account.deposit(2);
        store.next(Answer::IsLost);
        let lost = block_on(accounts.save_with(options, &mut account)).unwrap_err();
        assert!(matches!(lost, SaveError::Store(_)), "{lost:?}");
        account.deposit(3);
        let at = block_on(accounts.save(&mut account)).unwrap();
        assert_eq!((at, account.pending_events().len()), (store.blocking().head().unwrap(), 0));
        assert_eq!(amounts(&accounts, &account), [1, 2, 3], "each is stored once");
    }
}

#[test]
fn a_commit_of_several_in_doubt_is_found() {
    for options in [CommitOptions::new(), CommitId::named("request").into()] {
        let store = Faulty::over(Sparse::default());
        let bank = Bank::new(store.clone());
        let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
        a.deposit(1);
        b.deposit(2);
        b.deposit(3);
        store.next(Answer::IsLost);
        block_on(bank.commit_with(options, (&mut a, &mut b))).unwrap_err();
        a.deposit(4);
        block_on(bank.commit((&mut a, &mut b))).unwrap();
        assert_eq!((a.pending_events().len(), b.pending_events().len()), (0, 0));
        assert_eq!((amounts(&bank.accounts, &a), amounts(&bank.accounts, &b)), (vec![1, 4], vec![2, 3]));
    }
}

/// A reader that waits for that position of the log has seen the aggregate's last event.
#[test]
fn the_position_of_one_of_several_is_not_before_its_last_event() {
    let bank = Bank::new(Sparse::default());
    let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
    a.deposit(1);
    let together = block_on(bank.commit((&mut a, &mut b))).unwrap();
    for account in [&mut a, &mut b] {
        let last = block_on(bank.accounts.last_events(account.id(), 1)).unwrap()[0].position;
        let at = block_on(bank.accounts.save(account)).unwrap();
        assert!((last..=together).contains(&at), "{at} is not from {last} to {together}");
    }
}
