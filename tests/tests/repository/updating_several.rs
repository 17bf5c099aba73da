//! Commands on several aggregates, and whatever ends in a conflict.

use std::error::Error;

use eventsourcing::error::Conflict;
use eventsourcing::prelude::{Root, events};

use super::*;

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
    boxes: Repository<SafeBox>,
}

/// A box in the vault, of which there is one under each number.
#[derive(Aggregate, Debug)]
struct SafeBox {
    root: Root<Self>,
    coins: u32,
}

#[events]
impl SafeBox {
    #[event(Rented)]
    fn rent(number: &str) -> Self {
        Self { root: Root::named(number), coins: 0 }
    }

    #[event(Filled)]
    fn fill(&mut self, coins: u32) {
        self.coins += coins;
    }
}

/// A bank with two accounts of 100 each.
fn bank() -> (Faulty, Bank, [Id<Account>; 2]) {
    let store = Faulty::default();
    let bank = Bank::new(store.clone());
    let mut accounts = ["alice", "bob"].map(Account::open);
    for account in &mut accounts {
        account.deposit(100);
    }
    block_on(bank.commit(&mut accounts)).unwrap();
    let ids = accounts.map(|account| account.id());
    (store, bank, ids)
}

fn transfer(from: &mut Account, to: &mut Account, amount: i64) -> Result<i64, Overdrawn> {
    from.withdraw(amount)?;
    to.deposit(amount);
    Ok(to.balance())
}

fn balances(bank: &Bank, ids: [Id<Account>; 2]) -> [i64; 2] {
    ids.map(|id| block_on(bank.accounts.get(id)).unwrap().balance())
}

#[test]
fn all_are_saved_in_one_commit_or_none() {
    let (store, bank, ids) = bank();
    let [a, b] = ids;
    assert_eq!(block_on(bank.update((a, b), |(from, to)| transfer(from, to, 30))).unwrap(), 130);
    assert_eq!(bank.blocking().update((b, a), |(from, to)| transfer(from, to, 10)).unwrap(), 80);
    assert_eq!((balances(&bank, ids), head(&store), store.commits().len()), ([80, 120], 8, 3));
    let rejected = block_on(bank.update((a, b), |(from, to)| transfer(from, to, 81)));
    assert!(matches!(rejected, Err(UpdateError::Rejected(Overdrawn { balance: 80, amount: 81 }))), "{rejected:?}");
    let missing = block_on(bank.update((a, Id::new()), |(from, to)| transfer(from, to, 1)));
    assert!(matches!(missing, Err(UpdateError::Load(LoadError::NotFound { .. }))), "{missing:?}");
    let twice = block_on(bank.update((a, a), |(from, to)| transfer(from, to, 1)));
    assert!(matches!(twice, Err(UpdateError::Load(LoadError::Duplicate { .. }))), "{twice:?}");
    assert_eq!((balances(&bank, ids), head(&store), store.commits().len()), ([80, 120], 8, 3));
}

/// Also when the command only looked at the one that was changed.
#[test]
fn a_conflict_on_any_of_them_is_decided_again() {
    let (_, bank, ids) = bank();
    for (round, rival) in (0..).zip(ids) {
        let mut runs = 0;
        let moved = bank.update((ids[0], ids[1]), |(looked_at, changed)| {
            runs += 1;
            if runs <= 2 {
                bank.accounts.blocking().update(rival, |rival| rival.deposit(1)).unwrap();
            }
            changed.deposit(looked_at.balance());
        });
        block_on(moved).unwrap();
        assert_eq!((runs, round), (3, round));
    }
    // Two for the second after the first round, which added 102 to it; then 102 again.
    assert_eq!(balances(&bank, ids), [102, 306]);
    let spoilt = block_on(bank.update((ids[0], ids[1]), |(a, _)| {
        bank.accounts.blocking().update(ids[0], |rival| rival.deposit(1)).unwrap();
        a.deposit(1);
    }));
    assert!(matches!(spoilt, Err(UpdateError::Conflict(_))), "{spoilt:?}");
}

#[test]
fn after_an_unknown_outcome_the_same_commit_is_sent_again() {
    for answer in [Answer::IsLost, Answer::Fails(StoreErrorKind::OutcomeUnknown)] {
        let (store, bank, ids) = bank();
        let mut runs = 0;
        store.next(answer);
        block_on(bank.update((ids[0], ids[1]), |(from, to)| {
            runs += 1;
            transfer(from, to, 30)
        }))
        .unwrap();
        assert_eq!((runs, balances(&bank, ids), head(&store)), (1, [70, 130], 6), "{answer:?}");
    }
}

/// How a program wraps the errors of this crate.
#[derive(Debug, thiserror::Error)]
enum Shop {
    #[error(transparent)]
    Transparent(#[from] SaveError),
    #[error("the order was not placed")]
    Named(#[source] SaveError),
    #[error("the order was not changed")]
    Updated(#[from] UpdateError<Overdrawn>),
    #[error("something else")]
    Other,
}

/// What ends so often in a conflict, wrapped in that, before it ends well; and how often it ran.
fn retried<E: eventsourcing::repository::ErrorChain<M> + std::fmt::Debug, M>(
    bank: &Bank,
    id: Id<Account>,
    wrap: impl Fn(SaveError) -> E,
) -> (Result<i64, E>, u32) {
    let (mut runs, wrap) = (0, &wrap);
    let result = block_on(bank.retry(|| {
        runs += 1;
        let run = runs;
        async move {
            let mut account = bank.accounts.get(id).await.unwrap();
            if run <= 2 {
                bank.accounts.update(id, |rival| rival.deposit(1)).await.unwrap();
            }
            account.deposit(5);
            bank.accounts.save(&mut account).await.map_err(wrap)?;
            Ok(account.balance())
        }
    }));
    (result, runs)
}

#[test]
fn a_conflict_is_tried_again_however_it_is_wrapped() {
    fn assert_retried<E: std::fmt::Debug>((result, runs): (Result<i64, E>, u32)) {
        assert_eq!((result.unwrap(), runs), (107, 3));
    }
    let fresh = || {
        let (_, bank, [id, _]) = bank();
        (bank, id)
    };
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, |error| error));
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, Shop::from));
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, Shop::Named));
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, |error| -> Box<dyn Error + Send + Sync> { Shop::Named(error).into() }));
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, |error| -> Box<dyn Error> { error.into() }));
    let (bank, id) = fresh();
    assert_retried(retried(&bank, id, |error| match error {
        SaveError::Conflict(conflict) => Shop::Updated(UpdateError::Conflict(conflict)),
        _ => Shop::Other,
    }));
    let mut runs = 0;
    let twin = bank.blocking().retry(|| {
        runs += 1;
        if runs < 3 {
            Err(Conflict::new(eventsourcing::StreamId::new("Account", id.as_uuid()), 1.into(), 2.into()))
        } else {
            Ok(runs)
        }
    });
    assert_eq!(twin.unwrap(), 3);
}

#[test]
fn what_is_no_conflict_is_not_tried_again() {
    let (_, bank, [id, _]) = bank();
    let (result, runs) = retried(&bank, id, |_| Shop::Other);
    assert!(matches!(result, Err(Shop::Other)), "{result:?}");
    assert_eq!(runs, 1);
    let mut runs = 0;
    let spent = bank.blocking().retry(|| {
        runs += 1;
        Err::<(), _>(Conflict::new(eventsourcing::StreamId::new("Account", id.as_uuid()), 1.into(), 2.into()))
    });
    assert!(spent.is_err());
    assert!(runs > 32, "it was tried again for 10 s, {runs} times");
}

#[test]
fn an_operation_that_creates_without_looking_is_tried_again_once() {
    let (_, bank, _) = bank();
    block_on(bank.boxes.save(&mut SafeBox::rent("7"))).unwrap();
    let mut runs = 0;
    let refused = block_on(bank.retry(|| {
        runs += 1;
        let bank = &bank;
        async move { bank.boxes.save(&mut SafeBox::rent("7")).await }
    }));
    assert!(matches!(&refused, Err(SaveError::Conflict(conflict)) if conflict.is_on_creating()), "{refused:?}");
    assert_eq!(runs, 2);
    let mut seen = block_on(bank.boxes.get(Id::named("7"))).unwrap();
    block_on(bank.boxes.update(seen.id(), |rival| rival.fill(1))).unwrap();
    seen.fill(1);
    let refused = block_on(bank.boxes.save(&mut seen));
    assert!(matches!(&refused, Err(SaveError::Conflict(conflict)) if !conflict.is_on_creating()), "{refused:?}");
}

/// Each time it finds none, and another is first.
#[test]
fn an_operation_that_creates_where_it_finds_none_is_tried_again() {
    let (_, bank, _) = bank();
    let mut runs = 0;
    let coins = block_on(bank.retry(|| {
        runs += 1;
        let (run, bank) = (runs, &bank);
        async move {
            let mut boxes = Vec::new();
            for number in ["7", "8"] {
                let found = bank.boxes.find(Id::named(number)).await.unwrap();
                boxes.push(found.unwrap_or_else(|| SafeBox::rent(number)));
            }
            if let Some(number) = ["7", "8"].get(run - 1) {
                bank.boxes.save(&mut SafeBox::rent(number)).await.unwrap();
            }
            for safe_box in &mut boxes {
                safe_box.fill(5);
            }
            bank.commit(&mut boxes[..]).await?;
            Ok::<_, SaveError>(boxes[1].coins)
        }
    }));
    assert_eq!((coins.unwrap(), runs), (5, 3));
}

#[tokio::test]
async fn both_run_in_a_task_of_their_own() {
    let (_, bank, [a, b]) = bank();
    let task = tokio::spawn(async move {
        let borrowed = &bank;
        bank.update((a, b), |(from, to)| transfer(from, to, 1)).await.unwrap();
        let twice = borrowed.retry(|| async {
            let mut accounts = borrowed.accounts.get_many([a, b]).await?;
            accounts[0].deposit(1);
            borrowed.commit(&mut accounts).await?;
            Ok::<_, Box<dyn Error + Send + Sync>>(accounts[0].balance())
        });
        twice.await.unwrap()
    });
    assert_eq!(task.await.unwrap(), 100);
}
