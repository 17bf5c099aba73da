//! A `type` for each thing that a projection names, beside the name itself.

use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use eventsourcing::view::SqliteTx;

mod bank {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open() -> Self {
            Self { root: Root::new() }
        }

        #[event(Deposited)]
        pub fn deposit(&mut self, cents: i64) {
            let _ = cents;
        }

        #[event(Closed)]
        pub fn close(&mut self) {}
    }
}

use bank::{Account, AccountEvent};

type Konto = Account;
type KontoId = Id<Konto>;
type Happening = AccountEvent;
type Shown = Balance;

#[derive(View, Clone, Debug, PartialEq)]
struct Balance {
    #[view(key)]
    id: KontoId,
    cents: i64,
}

#[projection(version = 1)]
impl Shown {
    #[on(AccountEvent::Opened)]
    fn opened(at: &At<Account>) -> Self {
        Self { id: at.id(), cents: 0 }
    }

    #[on(bank::AccountEvent::Deposited)]
    fn deposited(&mut self, at: &At<Account>, cents: i64) {
        assert_eq!(at.event_name(), "Deposited");
        self.cents += cents;
    }

    #[on(Happening::Closed)]
    fn closed(self, at: &At<Account>) -> Option<Shown> {
        assert_eq!(at.id(), self.id);
        None
    }
}

struct Ledger;
type Book = Ledger;

#[projection(version = 1, ignore(AccountEvent::Closed))]
impl Book {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE entries (cents INTEGER)")
    }

    #[on(AccountEvent::Opened)]
    fn opened(tx: &SqliteTx<'_>, at: &At<Konto>) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO entries VALUES (0)", ())?;
        assert_eq!(at.stream().aggregate(), "Account");
        Ok(())
    }

    #[on(Happening::Deposited)]
    fn deposited(tx: &SqliteTx<'_>, at: &At<Konto>, cents: i64) -> rusqlite::Result<()> {
        let _ = at;
        tx.execute("INSERT INTO entries VALUES (?1)", [cents]).map(drop)
    }
}

fn main() {
    let store = MemoryStore::new();
    let views = Views::memory().with::<Balance>();
    let _in_sql = Views::memory().with::<Shown>().with_sql::<Ledger>().with_sql::<Book>();
    let running = views.run(store.clone()).unwrap();
    let accounts = Repository::<Account>::new(store).blocking();
    let [mut account, mut closed] = [Account::open(), Account::open()];
    account.deposit(5);
    closed.close();
    accounts.save(&mut account).unwrap();
    accounts.save(&mut closed).unwrap();
    let blocking = views.blocking();
    blocking.caught_up().unwrap();
    assert_eq!(blocking.get::<Shown>(account.id()).unwrap(), Some(Balance { id: account.id(), cents: 5 }));
    assert_eq!(blocking.get::<Balance>(closed.id()).unwrap(), None);
    running.stop_blocking();
}
