//! Requests over several kinds of aggregate: done once, and the log of all of them exported and imported.

use eventsourcing::Error;
use eventsourcing::error::{ImportError, ImportLineError};
use eventsourcing::prelude::*;
use eventsourcing::repository::Imported;
use eventsourcing::store::EventStore;

use super::*;

#[derive(Aggregate, Debug)]
struct Payout {
    root: Root<Self>,
}

#[events]
impl Payout {
    #[event(Made)]
    fn make(account: Id<Account>, amount: i64) -> Self {
        Self { root: Root::new() }
    }

    #[event(Noted)]
    fn note(&mut self, text: &str) {}

    #[event(Cancelled, discard)]
    fn cancel(&mut self) {}
}

#[derive(Application)]
struct Bank {
    accounts: Repository<Account>,
    payouts: Repository<Payout>,
}

#[derive(Application)]
struct Payouts {
    payouts: Repository<Payout>,
}

fn request() -> CommitId {
    CommitId::named("request 17")
}

/// Decides on what the first request changed, so that the rule refuses the second.
async fn pay_out(bank: &Bank, request: CommitId, id: Id<Account>) -> Result<(), Error> {
    let paid = bank.retry(|| async {
        let mut account = bank.accounts.get(id).await?;
        account.withdraw(30).map_err(Error::rejected)?;
        let mut payout = Payout::make(id, 30);
        bank.commit_with(request, (&mut account, &mut payout)).await?;
        Ok(())
    });
    match paid.await {
        Err(_) if bank.find_commit(request).await?.is_some() => Ok(()),
        result => result,
    }
}

fn with_thirty(store: impl EventStore) -> (Bank, Id<Account>) {
    let bank = Bank::new(store);
    let mut account = opened(&bank.accounts);
    account.deposit(30);
    block_on(bank.accounts.save(&mut account)).unwrap();
    (bank, account.id())
}

#[test]
fn a_request_that_a_rule_would_refuse_the_second_time_is_done_once() {
    for store in stores() {
        let (bank, id) = with_thirty(store.clone());
        for _ in 0..3 {
            block_on(pay_out(&bank, request(), id)).unwrap();
        }
        assert_eq!((head(&store), block_on(bank.accounts.get(id)).unwrap().balance()), (4, 0));
        assert_eq!(block_on(bank.payouts.ids().next_page()).unwrap().len(), 1);
        let another = block_on(pay_out(&bank, CommitId::named("another"), id)).unwrap_err();
        assert_eq!(another.into_rejected::<Overdrawn>().unwrap(), Overdrawn { balance: 0, amount: 30 });
    }
}

#[test]
fn a_commit_is_found_by_its_id_and_by_no_other() {
    for store in stores() {
        let (bank, id) = with_thirty(store.clone());
        assert_eq!(block_on(bank.find_commit(request())).unwrap(), None);
        block_on(pay_out(&bank, request(), id)).unwrap();
        assert_eq!(block_on(bank.find_commit(request())).unwrap(), Some(Position::new(4)));
        assert_eq!(bank.blocking().find_commit(request()).unwrap(), Some(Position::new(4)));
        assert_eq!(block_on(bank.find_commit(CommitId::new())).unwrap(), None);
        assert_eq!(head(&store), 4, "looking stores nothing");
    }
}

/// Two accounts, of which the second has 30.
fn two(store: impl EventStore) -> (Bank, (Id<Account>, Id<Account>)) {
    let (bank, rich) = with_thirty(store);
    let poor = opened(&bank.accounts).id();
    (bank, (poor, rich))
}

fn transfer(from: &mut Account, to: &mut Account) -> Result<i64, Overdrawn> {
    from.withdraw(30)?;
    to.deposit(30);
    Ok(to.balance())
}

#[test]
fn an_update_of_several_is_done_once_and_returns_the_same_each_time() {
    for store in stores() {
        let (bank, (poor, rich)) = two(store.clone());
        for round in 0..3 {
            let moved = bank.update_with(request(), (rich, poor), |(from, to)| transfer(from, to));
            assert_eq!(block_on(moved).unwrap(), 30, "round {round}, though the rule refuses now");
            block_on(bank.accounts.update(poor, |account| account.deposit(100))).unwrap();
        }
        let moved = bank.blocking().update_with(request(), (rich, poor), |(from, to)| transfer(from, to));
        assert_eq!(moved.unwrap(), 30);
        assert_eq!((head(&store), block_on(bank.accounts.get(poor)).unwrap().balance()), (8, 330));
        let another = bank.update_with(CommitId::named("another"), (rich, poor), |(from, to)| transfer(from, to));
        assert!(matches!(block_on(another), Err(UpdateError::Rejected(Overdrawn { .. }))));
    }
}

#[test]
fn what_a_repetition_only_looks_at_is_as_it_was() {
    for store in stores() {
        let (bank, (poor, rich)) = two(store);
        let give = |(seen, changed): (&mut Account, &mut Account)| {
            changed.deposit(seen.balance());
            Ok::<_, std::convert::Infallible>(changed.balance())
        };
        assert_eq!(block_on(bank.update_with(request(), (rich, poor), give)).unwrap(), 30);
        for _ in 0..3 {
            block_on(bank.update((rich, poor), |(rich, poor)| {
                rich.deposit(1);
                poor.deposit(1);
            }))
            .unwrap();
        }
        assert_eq!(block_on(bank.update_with(request(), (rich, poor), give)).unwrap(), 30);
    }
}

#[test]
fn a_repetition_returns_what_it_did_after_one_of_them_was_discarded() {
    for store in stores() {
        let (bank, id) = with_thirty(store);
        let mut payout = Payout::make(id, 30);
        block_on(bank.payouts.save(&mut payout)).unwrap();
        let ids = (id, payout.id());
        let note = |(account, payout): (&mut Account, &mut Payout)| {
            payout.note("paid");
            account.withdraw(30).map(|()| account.balance())
        };
        assert_eq!(block_on(bank.update_with(request(), ids, note)).unwrap(), 0);
        block_on(bank.payouts.update(payout.id(), Payout::cancel)).unwrap();
        assert_eq!(block_on(bank.update_with(request(), ids, note)).unwrap(), 0);
        let another = block_on(bank.update_with(CommitId::new(), ids, note));
        assert!(matches!(another, Err(UpdateError::Load(LoadError::NotFound { .. }))), "{another:?}");
    }
}

#[test]
fn an_id_of_a_commit_of_others_is_refused() {
    for store in stores() {
        let (bank, (poor, rich)) = two(store.clone());
        block_on(bank.update_with(request(), (rich, poor), |(from, to)| transfer(from, to))).unwrap();
        let other = opened(&bank.accounts).id();
        let moved = block_on(bank.update_with(request(), (poor, other), |(from, to)| transfer(from, to)));
        match moved {
            Err(UpdateError::Save(SaveError::OtherCommit { commit, other: Some(other), .. })) => {
                assert_eq!((commit, other.id()), (request(), rich.as_uuid()));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(head(&store), 6, "it stored nothing");
    }
}

#[test]
fn a_repetition_with_other_ids_is_refused() {
    for store in stores() {
        let (bank, (poor, rich)) = two(store.clone());
        let other = opened(&bank.accounts).id();
        let three = |(from, to, other): (&mut Account, &mut Account, &mut Account)| {
            other.deposit(1);
            transfer(from, to)
        };
        let looks = |(from, to, _): (&mut Account, &mut Account, &mut Account)| transfer(from, to);
        block_on(bank.update_with(request(), (rich, poor), |(from, to)| transfer(from, to))).unwrap();
        let refused = [
            // One more, and another in place of one.
            block_on(bank.update_with(request(), (rich, poor, other), three)),
            block_on(bank.update_with(request(), (other, rich, poor), |(other, from, to)| three((from, to, other)))),
            block_on(bank.update_with(request(), (rich, other), |(from, to)| transfer(from, to))),
            // One fewer.
            block_on(bank.accounts.update_with(request(), rich, |rich| rich.withdraw(30).map(|()| 30))),
        ];
        for refused in refused {
            match refused {
                Err(UpdateError::Save(SaveError::OtherCommit { commit, other: Some(_), .. })) => {
                    assert_eq!(commit, request());
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((head(&store), block_on(bank.accounts.get(other)).unwrap().balance()), (6, 0));
        // The same in another order, and one more that is only looked at.
        assert_eq!(block_on(bank.update_with(request(), (poor, rich), |(to, from)| transfer(from, to))).unwrap(), 30);
        assert_eq!(block_on(bank.update_with(request(), (rich, poor, other), looks)).unwrap(), 30);
    }
}

#[test]
fn what_recorded_nothing_leaves_no_trace_of_its_id_and_metadata_goes_with_each_event() {
    for store in stores() {
        let (bank, (poor, rich)) = two(store);
        block_on(bank.update_with(request(), (rich, poor), |_| ())).unwrap();
        assert_eq!(block_on(bank.find_commit(request())).unwrap(), None);
        let options = CommitOptions::new().id(request()).metadata(Metadata::new().with_actor("alice"));
        block_on(bank.update_with(options, (rich, poor), |(from, to)| transfer(from, to))).unwrap();
        for id in [rich, poor] {
            let last = block_on(bank.accounts.last_events(id, 1)).unwrap();
            assert_eq!(last[0].metadata.actor(), Some("alice"));
        }
    }
}

fn export(bank: &Bank) -> Vec<u8> {
    let mut lines = Vec::new();
    bank.blocking().log().export(&mut lines).unwrap();
    lines
}

#[test]
fn the_log_of_an_application_is_imported_in_its_order() {
    let (old, id) = with_thirty(MemoryStore::new());
    block_on(pay_out(&old, request(), id)).unwrap();
    block_on(old.accounts.update(id, |account| account.deposit(1))).unwrap();
    let lines = export(&old);
    for store in stores() {
        let new = Bank::new(store.clone());
        let counts = |imported: Imported| (imported.stored, imported.found);
        assert_eq!(counts(block_on(new.import(&mut &*lines)).unwrap()), (5, 0));
        assert_eq!(counts(new.blocking().import(&mut &*lines).unwrap()), (0, 5), "again, it stores nothing");
        assert_eq!(export(&new).escape_ascii().to_string(), lines.escape_ascii().to_string());
        let page = block_on(new.log().next_page()).unwrap();
        assert_eq!(page, block_on(old.log().next_page()).unwrap());
        assert_eq!(block_on(new.accounts.get(id)).unwrap().balance(), 1);
    }
}

#[test]
fn what_is_of_no_aggregate_of_the_application_is_refused() {
    let (old, _) = with_thirty(MemoryStore::new());
    let new = Payouts::new(MemoryStore::new());
    match block_on(new.import(&mut &*export(&old))) {
        Err(ImportError::Line { line: 1, source: ImportLineError::Aggregate { expected, found, .. }, .. }) => {
            assert_eq!((expected, &*found), (&["Payout"][..], "Account"));
        }
        other => panic!("{other:?}"),
    }
}
