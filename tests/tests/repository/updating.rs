//! `update`: a conflict is decided again, what is in doubt is sent again, and nothing else is tried twice.

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
fn overtaken(times: u32, deadline: Option<Duration>) -> (Result<(), UpdateError<std::convert::Infallible>>, u32, i64) {
    let (_, accounts) = repository();
    let mut account = Account::open("alice");
    block_on(accounts.save(&mut account)).unwrap();
    let id = account.id();
    let trying = deadline.map_or_else(|| accounts.clone(), |deadline| accounts.deadline(deadline));
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
fn gives_up_when_the_time_is_spent() {
    for (deadline, least) in [(Duration::ZERO, 1), (Duration::from_millis(300), 2)] {
        let (result, runs, balance) = overtaken(u32::MAX, Some(deadline));
        let Err(UpdateError::Conflict(conflict)) = &result else { panic!("{result:?}") };
        assert_eq!((conflict.expected.get(), conflict.actual.get()), (u64::from(runs), u64::from(runs) + 1));
        assert!(runs >= least && (runs == 1) == (least == 1), "{runs} runs in {deadline:?}");
        assert_eq!(balance, i64::from(runs) * 100);
        let said = result.unwrap_err().to_string();
        assert!(said.contains("until the deadline") && said.contains("set a longer `deadline`"), "{said}");
    }
    let (result, runs, _) = overtaken(2, Some(Duration::MAX));
    result.unwrap();
    assert_eq!(runs, 3);
}

#[test]
fn tries_again_on_nothing_else() {
    for kind in KINDS.into_iter().filter(|kind| *kind != StoreErrorKind::OutcomeUnknown) {
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

/// 10 deposited where 5 was meant, if the caller had to call it again.
#[test]
fn sends_the_same_again_when_the_outcome_is_unknown() {
    for answer in [Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        for (store, calls) in stores().into_iter().flat_map(|store| CALLS.map(|calls| (store.clone(), calls))) {
            let accounts = Repository::<Account>::new(store.clone());
            let id = opened(&accounts).id();
            let before = (head(&store), store.commits().len());
            store.next(answer);
            store.next(Answer::Fails(StoreErrorKind::Unavailable));
            store.next(Answer::Fails(StoreErrorKind::OutcomeUnknown));
            let mut runs = 0;
            let balance = calls.update_with(&accounts, CommitOptions::new(), id, |account| {
                runs += 1;
                account.deposit(5);
                Ok::<_, ()>(account.balance())
            });
            assert_eq!((balance.unwrap(), runs), (5, 1), "{answer:?}, {calls:?}");
            let sent = &store.commits()[before.1..];
            assert!(sent.len() == 4 && sent.iter().all(|id| *id == sent[0]), "{sent:?}");
            assert_eq!((head(&store), block_on(accounts.get(id)).unwrap().balance()), (before.0 + 1, 5));
        }
    }
}

#[test]
fn says_so_when_the_outcome_stays_unknown() {
    let deadlines = [Duration::ZERO, Duration::from_millis(50)];
    for (calls, deadline) in CALLS.into_iter().flat_map(|calls| deadlines.map(|deadline| (calls, deadline))) {
        let (store, accounts) = repository();
        let id = opened(&accounts).id();
        (0..10_000).for_each(|_| store.next(Answer::Fails(StoreErrorKind::OutcomeUnknown)));
        let mut runs = 0;
        let accounts = accounts.deadline(deadline);
        let result = calls.update_with(&accounts, CommitOptions::new(), id, |account| {
            runs += 1;
            account.deposit(5);
        });
        match result {
            Err(UpdateError::Save(error)) => assert_unknown::<()>(&Err(error)),
            other => panic!("{other:?}"),
        }
        assert_eq!((runs, head(&store)), (1, 1));
        let sent = &store.commits()[1..];
        assert_eq!(sent.len() > 1, !deadline.is_zero(), "{} tries in {deadline:?}", sent.len());
        assert!(sent.iter().all(|id| *id == sent[0]), "{sent:?}");
    }
}

#[test]
fn decides_again_when_the_outcome_was_unknown_and_is_a_conflict() {
    let inner = MemoryStore::new();
    let (store, elsewhere) = (Faulty::over(inner.clone()), Repository::<Account>::new(inner));
    let (accounts, id) = (Repository::<Account>::new(store.clone()), opened(&elsewhere).id());
    store.next(Answer::Fails(StoreErrorKind::OutcomeUnknown));
    let mut runs = 0;
    let balance = block_on(accounts.update(id, |account| {
        runs += 1;
        if runs == 1 {
            elsewhere.blocking().update(id, |rival| rival.deposit(100)).unwrap();
        }
        account.deposit(5);
        Ok::<_, ()>(account.balance())
    }));
    assert_eq!((balance.unwrap(), runs, store.commits().len()), (105, 2, 3));
}

/// A command's error need not be `Send` for its future to be.
#[test]
fn can_be_spawned_whatever_the_error() {
    fn is_send(_: impl Send) {}
    let (_, accounts) = repository();
    let command = |_: &mut Account| Err::<(), _>(std::rc::Rc::new("not to be sent"));
    is_send(accounts.update(Id::new(), command));
}
