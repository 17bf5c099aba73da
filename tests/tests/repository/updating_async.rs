//! Commands that wait for something.

use super::*;

/// What a command asks over the network.
struct Rates;

impl Rates {
    async fn double(&self, amount: i64) -> Result<i64, Overdrawn> {
        tokio::task::yield_now().await;
        if amount > 1000 { Err(Overdrawn { balance: 1000, amount }) } else { Ok(amount * 2) }
    }
}

/// With a service that is borrowed from the task, the future is `Send`.
#[tokio::test]
async fn runs_in_a_task_of_its_own_with_a_borrowed_service() {
    let (_, accounts) = repository();
    let id = opened(&accounts).id();
    let task = tokio::spawn({
        let accounts = accounts.clone();
        async move {
            let rates = Rates;
            let deposit = async |mut account: Account| {
                let amount = rates.double(5).await?;
                account.deposit(amount);
                Ok::<_, Overdrawn>((account, amount))
            };
            accounts.update_async(id, deposit).await.unwrap()
        }
    });
    assert_eq!(task.await.unwrap(), 10);
    let task = tokio::spawn(async move {
        let rates = &Rates;
        let deposit = |mut account: Account| async move {
            account.deposit(rates.double(1).await?);
            Ok::<_, Overdrawn>((account, ()))
        };
        accounts.update_async(id, deposit).await.unwrap();
        accounts.get(id).await.unwrap().balance()
    });
    assert_eq!(task.await.unwrap(), 12);
}

#[test]
fn a_conflict_while_it_waits_is_decided_again() {
    for store in stores() {
        let accounts = Repository::<Account>::new(store);
        let id = opened(&accounts).id();
        let mut runs = 0;
        let deposit = |mut account: Account| {
            runs += 1;
            let (run, accounts) = (runs, &accounts);
            async move {
                if run <= 2 {
                    accounts.update(id, |rival| rival.deposit(100)).await.unwrap();
                }
                account.deposit(5);
                let balance = account.balance();
                Ok::<_, Overdrawn>((account, balance))
            }
        };
        assert_eq!(block_on(accounts.update_async(id, deposit)).unwrap(), 205);
        assert_eq!((runs, deposits(&accounts, id)), (3, vec![(2, 100), (3, 100), (4, 5)]));
    }
}

#[test]
fn gives_up_at_the_deadline_and_returns_a_rejection_as_it_is() {
    let (store, accounts) = repository();
    let id = opened(&accounts).id();
    let mut runs = 0_i64;
    let spoilt = block_on(accounts.deadline(Duration::from_millis(200)).update_async(id, |mut account| {
        runs += 1;
        let accounts = &accounts;
        async move {
            accounts.update(id, |rival| rival.deposit(1)).await.unwrap();
            account.deposit(100);
            Ok::<_, Overdrawn>((account, ()))
        }
    }));
    assert!(matches!(spoilt, Err(UpdateError::Conflict(_))), "{spoilt:?}");
    assert!(runs > 1, "it was tried again");
    assert_eq!((block_on(accounts.get(id)).unwrap().balance(), head(&store)), (runs, 1 + runs.cast_unsigned()));
    let rejected = block_on(accounts.update_async(id, async |mut account: Account| {
        account.deposit(Rates.double(1001).await?);
        Ok((account, ()))
    }));
    assert!(matches!(rejected, Err(UpdateError::Rejected(Overdrawn { amount: 1001, .. }))), "{rejected:?}");
    assert_eq!(head(&store), 1 + runs.cast_unsigned());
}

#[test]
fn after_an_unknown_outcome_sends_the_same_again() {
    for answer in [Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        let (store, accounts) = repository();
        let (id, mut runs) = (opened(&accounts).id(), 0);
        store.next(answer);
        block_on(accounts.update_async(id, |mut account| {
            runs += 1;
            account.deposit(5);
            std::future::ready(Ok::<_, Overdrawn>((account, ())))
        }))
        .unwrap();
        assert_eq!((runs, head(&store), store.commits().len()), (1, 2, 3), "{answer:?}");
    }
}

#[test]
fn returns_the_aggregate_that_it_was_given() {
    let (store, accounts) = repository();
    let (id, other) = (opened(&accounts).id(), Account::open("bob"));
    let exchanged = block_on(accounts.update_async(id, async |_| Ok::<_, Overdrawn>((other.clone(), ()))));
    let Err(UpdateError::Save(error @ SaveError::OtherAggregate { .. })) = exchanged else { panic!("{exchanged:?}") };
    assert!(error.to_string().contains(&format!("given Account/{id} and left Account/{}", other.id())), "{error}");
    assert_eq!(head(&store), 1);
}
