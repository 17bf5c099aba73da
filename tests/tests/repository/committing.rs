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

    // Whichever place they are given in.
    let (mut again_a, mut again_b) = (Account::open("alice"), Account::open("bob"));
    block_on(bank.commit_with(request, (&mut again_b, &mut again_a))).unwrap();
    assert_eq!((again_a.id(), again_b.id()), (a.id(), b.id()));
}

/// None of them becomes another, and nothing that is pending is dropped.
#[test]
fn under_the_id_of_another_commit_leaves_all_as_they_are() {
    let (store, bank) = bank();
    let request = CommitId::named("another");
    let mut alice = Account::open("alice");
    block_on(bank.commit_with(request, &mut alice)).unwrap();

    // A new one with other events is not the one that was created then.
    let mut bob = Account::open("bob");
    let (id, refused) = (bob.id(), block_on(bank.commit_with(request, &mut bob)).unwrap_err());
    let SaveError::OtherCommit { commit, stream, other, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!((*commit, stream.id(), other.as_ref().unwrap().id()), (request, id.as_uuid(), alice.id().as_uuid()));
    for named in [stream.to_string(), format!("of {}", other.as_ref().unwrap()), request.to_string()] {
        assert!(refused.to_string().contains(&named), "{refused}");
    }
    assert_eq!((bob.id(), bob.pending_events().len(), head(&store)), (id, 1, 1));
    let mut richer = Account::open("alice");
    richer.deposit(1000);
    let refused = block_on(bank.commit_with(request, &mut richer));
    assert!(matches!(refused, Err(SaveError::OtherCommit { .. })), "{refused:?}");
    assert_eq!((richer.balance(), richer.pending_events().len()), (1000, 2));

    // One that is changed now was created then.
    alice.deposit(5);
    let refused = block_on(bank.commit_with(request, &mut alice));
    assert!(matches!(refused, Err(SaveError::OtherCommit { other: None, .. })), "{refused:?}");
    assert_eq!((alice.balance(), alice.pending_events().len()), (5, 1));
    block_on(bank.commit(&mut alice)).unwrap();

    let (mut first, mut second) = (Account::open("bob"), Account::open("carol"));
    let (ids, refused) = ((first.id(), second.id()), block_on(bank.commit_with(request, (&mut first, &mut second))));
    assert!(matches!(refused, Err(SaveError::OtherCommit { .. })), "{refused:?}");
    assert_eq!((first.id(), second.id()), ids);
    assert_eq!((first.pending_events().len(), second.pending_events().len(), head(&store)), (1, 1, 2));
}

/// A commit of two is not repeated by one of them, nor by one of them with another.
#[test]
fn under_the_id_of_a_commit_of_more_or_fewer_is_refused() {
    let (store, bank) = bank();
    let mut accounts = ["alice", "bob", "carol"].map(Account::open);
    block_on(bank.commit(&mut accounts)).unwrap();
    let [mut a, mut b, mut c] = accounts;
    let request = CommitId::named("transfer 1");
    a.deposit(-5);
    b.deposit(5);
    block_on(bank.commit_with(request, (&mut a, &mut b))).unwrap();
    a.deposit(1);
    b.deposit(1);
    c.deposit(1);
    let alone = block_on(bank.accounts.save_with(request, &mut a));
    assert!(matches!(alone, Err(SaveError::OtherCommit { .. })), "{alone:?}");
    for refused in [
        block_on(bank.commit_with(request, (&mut a, &mut c))),
        block_on(bank.commit_with(request, (&mut a, &mut b, &mut c))),
    ] {
        assert!(matches!(refused, Err(SaveError::OtherCommit { .. })), "{refused:?}");
    }
    let updated = block_on(bank.accounts.update_with(request, a.id(), |account| account.deposit(1)));
    assert!(matches!(updated, Err(UpdateError::Save(SaveError::OtherCommit { .. }))), "{updated:?}");
    assert_eq!([&a, &b, &c].map(|account| account.pending_events().len()), [1, 1, 1]);
    assert_eq!(block_on(bank.commit_with(request, (&mut a, &mut b))).unwrap(), 5);
    assert_eq!((a.balance(), b.balance(), head(&store)), (-5, 5, 5));
}

/// Whichever of the two has events, and whichever comes first.
#[test]
fn of_one_aggregate_twice_is_refused_before_anything_is_sent() {
    let (store, bank) = bank();
    let id = opened(&bank.accounts).id();
    let sent = store.commits().len();
    for (first, second) in [(1, 0), (0, 1), (1, 1)] {
        let mut values = [first, second].map(|deposits| {
            let mut account = block_on(bank.accounts.get(id)).unwrap();
            (0..deposits).for_each(|_| account.deposit(1));
            account
        });
        let refused = block_on(bank.commit(&mut values)).unwrap_err();
        assert!(matches!(&refused, SaveError::Duplicate { stream, .. } if stream.id() == id.as_uuid()), "{refused:?}");
        assert!(refused.to_string().contains(&format!("Account/{id} is in one commit twice")), "{refused}");
        assert_eq!(values.map(|account| account.pending_events().len()), [first, second]);
    }
    assert_eq!(store.commits().len(), sent);
    let twice = block_on(bank.accounts.get_many([id, id])).unwrap_err();
    assert!(matches!(&twice, LoadError::Duplicate { stream, .. } if stream.id() == id.as_uuid()), "{twice:?}");
}

#[test]
fn other_fields_of_an_application_begin_as_it_says() {
    #[derive(Application)]
    struct Shop {
        accounts: Repository<Account>,
        #[application(default)]
        opened: Option<u64>,
        #[application(default = Duration::from_secs(7))]
        patience: Duration,
    }

    let shop = Shop::new(MemoryStore::new());
    assert_eq!((shop.opened, shop.patience), (None, Duration::from_secs(7)));
    let mut account = Account::open("alice");
    block_on(shop.commit(&mut account)).unwrap();
    assert!(block_on(shop.accounts.contains(account.id())).unwrap());
    assert_eq!(block_on(shop.log().next_page()).unwrap().len(), 1, "the log is of its repositories alone");
}
