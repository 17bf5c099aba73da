//! Several aggregates in one commit.

use super::*;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
}

fn bank() -> (Faulty, Bank) {
    let store = Faulty::default();
    (store.clone(), Bank::new(store))
}

#[test]
fn is_one_commit_of_several() {
    let (store, bank) = bank();
    let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
    a.deposit(5);
    assert_eq!(block_on(bank.commit((&mut a, &mut b))).unwrap(), 3);
    assert_eq!((store.commits().len(), a.pending_events().len(), b.pending_events().len()), (1, 0, 0));
    assert_eq!(block_on(bank.accounts.get_many([b.id(), a.id()])).unwrap(), [b.clone(), a.clone()]);

    let mut many: Vec<_> = ["carol", "dave", "eve"].map(Account::open).into();
    assert_eq!(block_on(bank.commit(&mut many)).unwrap(), 6);
    for account in &mut many {
        account.deposit(1);
    }
    assert_eq!(block_on(bank.commit(&mut many[..2])).unwrap(), 8);
    assert_eq!(many[2].pending_events().len(), 1);
    assert_eq!(block_on(bank.commit((&mut many[2..], &mut a))).unwrap(), 9);
    assert_eq!(bank.blocking().commit(&mut b).unwrap(), 3, "with nothing pending, where it stands");
    assert_eq!(store.commits().len(), 4);
    b.deposit(1);
    assert_eq!(bank.blocking().commit((&mut a, &mut b)).unwrap(), 10);
}

#[test]
fn is_all_or_nothing() {
    let (store, bank) = bank();
    let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
    block_on(bank.commit((&mut a, &mut b))).unwrap();
    block_on(bank.accounts.update(b.id(), |b| b.deposit(100))).unwrap();

    a.deposit(1);
    b.deposit(2);
    match block_on(bank.commit((&mut a, &mut b))).unwrap_err() {
        SaveError::Conflict(conflict) => assert_eq!(conflict.stream.id(), b.id().as_uuid()),
        error => panic!("{error:?}"),
    }
    assert_eq!((a.pending_events().len(), b.pending_events().len(), head(&store)), (1, 1, 3));

    // Also when nothing is pending of the one that is stale: the other's decision may rest on it.
    let mut read = block_on(bank.accounts.get_at(b.id(), 1)).unwrap();
    assert!(matches!(block_on(bank.commit((&mut a, &mut read))), Err(SaveError::Conflict(_))));
    let mut current = block_on(bank.accounts.get(b.id())).unwrap();
    assert_eq!(block_on(bank.commit((&mut a, &mut current))).unwrap(), 4);
}

#[test]
fn stores_nothing_twice_when_the_answer_was_lost() {
    for answer in [Answer::IsLost, Answer::NeverComes] {
        let (store, bank) = bank();
        let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
        b.deposit(1);
        store.next(answer);
        if answer == Answer::IsLost {
            block_on(bank.commit((&mut a, &mut b))).unwrap_err();
        } else {
            drop_midway(bank.commit((&mut a, &mut b)));
        }
        assert_eq!((a.pending_events().len(), b.pending_events().len(), head(&store)), (1, 2, 3));
        assert_eq!(block_on(bank.commit((&mut a, &mut b))).unwrap(), 3);
        assert_eq!((a.pending_events().len(), b.pending_events().len(), head(&store)), (0, 0, 3));
        a.deposit(1);
        assert_eq!(block_on(bank.accounts.save(&mut a)).unwrap(), 4);
    }
}

#[test]
fn under_a_given_id_happens_once() {
    let (store, bank) = bank();
    let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
    block_on(bank.commit((&mut a, &mut b))).unwrap();
    let options = CommitOptions::new().id(CommitId::named("transfer 1")).metadata(Metadata::new().with_actor("alice"));
    for _ in 0..2 {
        let mut a = block_on(bank.accounts.get(a.id())).unwrap();
        let mut b = block_on(bank.accounts.get(b.id())).unwrap();
        a.deposit(-5);
        b.deposit(5);
        assert_eq!(block_on(bank.commit_with(options.clone(), (&mut a, &mut b))).unwrap(), 4);
        assert_eq!((a.balance(), b.balance(), a.pending_events().len()), (-5, 5, 0));
    }
    assert_eq!(head(&store), 4);
    let last = block_on(bank.accounts.history(b.id())).unwrap().pop().unwrap();
    assert_eq!(last.metadata.actor(), Some("alice"));
}

#[test]
fn under_a_given_id_gives_each_aggregate_its_own_state_again() {
    let (_, bank) = bank();
    let (mut a, mut b) = (Account::open("alice"), Account::open("bob"));
    let request = CommitId::named("opening");
    block_on(bank.commit_with(request, (&mut a, &mut b))).unwrap();

    // Two that are new are those that were created then, in their places.
    let (mut again_a, mut again_b) = (Account::open("alice"), Account::open("bob"));
    assert_eq!(block_on(bank.commit_with(request, (&mut again_a, &mut again_b))).unwrap(), 2);
    assert_eq!((again_a.id(), again_b.id()), (a.id(), b.id()));

    // One that is known stays who it is, whatever the others are.
    b.deposit(5);
    let mut carol = Account::open("carol");
    assert_eq!(block_on(bank.commit_with(request, (&mut b, &mut carol))).unwrap(), 2);
    assert_eq!((b.id(), b.balance(), carol.id()), (again_b.id(), 0, a.id()));
}

#[test]
fn under_the_id_of_another_commit_leaves_all_as_they_are() {
    let (store, bank) = bank();
    let request = CommitId::named("another");
    block_on(bank.commit_with(request, &mut Account::open("alice"))).unwrap();

    let (mut first, mut second) = (Account::open("bob"), Account::open("carol"));
    let (ids, refused) = ((first.id(), second.id()), block_on(bank.commit_with(request, (&mut first, &mut second))));
    assert!(matches!(refused, Err(SaveError::Reload(LoadError::NotFound { .. }))), "{refused:?}");
    assert_eq!((first.id(), second.id()), ids);
    assert_eq!((first.pending_events().len(), second.pending_events().len(), head(&store)), (1, 1, 1));
}
