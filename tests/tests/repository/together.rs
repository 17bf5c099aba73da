//! Requests over several kinds of aggregate: done once, and the log of all of them exported and imported.

use eventsourcing::prelude::*;
use eventsourcing::store::EventStore;
use eventsourcing::{Error, ImportError, Imported, LineError};

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
        Err(ImportError::Line { line: 1, source: LineError::Aggregate { expected, found, .. }, .. }) => {
            assert_eq!((expected, &*found), (&["Payout"][..], "Account"));
        }
        other => panic!("{other:?}"),
    }
}
