//! The pages that fix the shape of the interface, compiled and run as they show it.
#![allow(missing_docs, dead_code, clippy::struct_field_names, reason = "it is code of users")]

/// The whole idea on one page.
mod one_page {
    use eventsourcing::prelude::*;

    /// A bank account.
    #[derive(Aggregate, Clone, Debug, PartialEq)]
    pub struct Account {
        root: Root<Self>, // identity, version, events not yet saved
        owner: String,
        balance: i64, // cents
    }

    #[derive(Debug, PartialEq, thiserror::Error)]
    #[error("{amount} is more than the balance of {balance}")]
    pub struct Overdrawn {
        balance: i64,
        amount: i64,
    }

    #[events]
    impl Account {
        /// Opens an account.
        #[event(Opened)]
        pub fn open(owner: &str) -> Self {
            Self { root: Root::new(), owner: owner.to_owned(), balance: 0 }
        }

        /// Adds to the balance.
        #[event(Deposited)]
        pub fn deposit(&mut self, amount: i64) {
            self.balance += amount;
        }

        /// A command: it decides, and records what it decided.
        pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
            if amount > self.balance {
                return Err(Overdrawn { balance: self.balance, amount });
            }
            self.withdrawn(amount);
            Ok(())
        }

        #[event(Withdrawn)]
        fn withdrawn(&mut self, amount: i64) {
            self.balance -= amount;
        }

        pub fn balance(&self) -> i64 {
            self.balance
        }
    }

    /// An application: its repositories, over one store.
    #[derive(Application)]
    pub struct Bank {
        pub accounts: Repository<Account>,
    }

    #[tokio::test]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let bank = Bank::new(SqliteStore::open(folder.path().join("bank.db"))?);

        let mut account = Account::open("alice"); // create
        account.deposit(100);
        bank.accounts.save(&mut account).await?;

        let id = account.id(); // Id<Account>
        assert!(bank.accounts.contains(id).await?);
        bank.accounts.update(id, |account| account.withdraw(30)).await?; // load, decide, save; retried on conflict
        assert_eq!(bank.accounts.get(id).await?.balance(), 70);
        Ok(())
    }
}

/// Views, subscriptions and unique values.
mod read_side {
    use eventsourcing::log::LogEvent;
    use eventsourcing::prelude::*;
    use eventsourcing::rusqlite;
    use serde::{Deserialize, Serialize};

    #[derive(Aggregate)]
    pub struct Account {
        root: Root<Self>,
    }

    #[events]
    impl Account {
        #[event(Opened)]
        pub fn open(owner: &str) -> Self {
            let _ = owner;
            Self { root: Root::new() }
        }

        #[event(Deposited)]
        pub fn deposit(&mut self, amount: i64) {
            let _ = amount;
        }

        #[event(Withdrawn)]
        pub fn withdraw(&mut self, amount: i64) {
            let _ = amount;
        }

        #[event(Renamed)]
        pub fn rename(&mut self, owner: &str) {
            let _ = owner;
        }

        #[event(Closed)]
        pub fn close(&mut self) {}
    }

    #[derive(Aggregate)]
    pub struct Transfer {
        root: Root<Self>,
    }

    #[events]
    impl Transfer {
        #[event(Made)]
        pub fn make(from: Id<Account>, to: Id<Account>, amount: i64, at: u32) -> Self {
            let _ = (from, to, amount, at);
            Self { root: Root::new() }
        }
    }

    #[derive(Aggregate)]
    pub struct Customer {
        root: Root<Self>,
        #[aggregate(unique)]
        email: String, // or Option<String>: None claims nothing
    }

    #[events]
    impl Customer {
        #[event(Joined)]
        pub fn join(email: &str) -> Self {
            Self { root: Root::new(), email: email.to_owned() }
        }
    }

    #[derive(Application)]
    pub struct Bank {
        pub accounts: Repository<Account>,
        pub transfers: Repository<Transfer>,
        pub customers: Repository<Customer>,
    }

    /// What the teller sees.
    #[derive(View, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Balance {
        #[view(key)]
        id: Id<Account>,
        #[view(index)]
        owner: String,
        balance: i64,
    }

    #[projection(version = 1, ignore(AccountEvent::Renamed))]
    impl Balance {
        /// No `self`: the row is new (it replaces an existing row).
        #[on(AccountEvent::Opened)]
        fn opened(at: &At<Account>, owner: &str) -> Self {
            Self { id: at.id(), owner: owner.to_owned(), balance: 0 }
        }

        /// `&mut self`: the row whose key is the event's aggregate.
        #[on(AccountEvent::Deposited)]
        fn deposited(&mut self, amount: i64) {
            self.balance += amount;
        }

        #[on(AccountEvent::Withdrawn)]
        fn withdrawn(&mut self, amount: i64) {
            self.balance -= amount;
        }

        /// `self`: the row as it is to be, or none.
        #[on(AccountEvent::Closed)]
        fn closed(self) -> Option<Self> {
            None
        }
    }

    /// By day, of a field that is called as the argument is: a row that is made or changed.
    #[derive(View, Clone, Debug, PartialEq)]
    pub struct Turnover {
        #[view(key)]
        account: Id<Account>,
        #[view(key)]
        day: u32,
        amount: i64,
    }

    #[projection(version = 1)]
    impl Turnover {
        #[on(TransferEvent::Made, key = (from, when))]
        fn paid(this: Option<Self>, at: &At<Transfer>, from: Id<Account>, amount: i64, #[field(at)] when: u32) -> Self {
            assert!(at.version() == 1 && at.position() > 1 && at.metadata().is_empty());
            let before = this.map_or(0, |row| row.amount);
            Self { account: from, day: when, amount: before - amount }
        }

        #[on(TransferEvent::Made, key = (to, when))]
        fn got(this: Option<Self>, to: Id<Account>, amount: i64, #[field(at)] when: u32) -> Self {
            Self { account: to, day: when, amount: this.map_or(0, |row| row.amount) + amount }
        }
    }

    pub struct Ledger;

    #[projection(version = 1)]
    impl Ledger {
        #[setup]
        fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
            tx.execute_batch("CREATE TABLE entries (account BLOB, transfer BLOB, amount INTEGER)")
        }

        #[on(TransferEvent::Made, key = from)]
        fn made(tx: &SqliteTx<'_>, at: &At<Transfer>, from: Id<Account>, amount: i64) -> rusqlite::Result<()> {
            tx.execute("INSERT INTO entries VALUES (?1, ?2, ?3)", (from, at.id(), amount)).map(drop)
        }
    }

    #[tokio::test]
    async fn views() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let views = Views::sqlite(folder.path().join("bank-views"))?.with::<Balance>();
        let views = views.with::<Turnover>().with_sql::<Ledger>();
        let bank = Bank::new(SqliteStore::open(folder.path().join("bank.db"))?);
        // A runner that cannot start says so here; that it was stopped, `status` and who waits for it say.
        let running = bank.run(views.clone())?;

        let mut account = Account::open("alice");
        account.deposit(1_000);
        bank.accounts.save(&mut account).await?;
        let mut transfer = Transfer::make(account.id(), Id::new(), 5, 7);
        bank.transfers.save(&mut transfer).await?;
        views.caught_up().await?;
        let balance = views.get::<Balance>(account.id()).await?; // Option<Balance>
        let page = views.all::<Balance>().by(Balance::OWNER, "alice").limit(50).await?;
        assert_eq!(balance.as_slice(), page);
        let query = "balance > ?1 ORDER BY balance DESC LIMIT 10";
        assert_eq!(views.query::<Balance>(query, (100,)).await?, page);
        assert_eq!(views.get::<Turnover>((account.id(), 7)).await?.map(|row| row.amount), Some(-5));
        let entries = |conn: &rusqlite::Connection| {
            conn.query_row("SELECT sum(amount) FROM entries", (), |row| row.get::<_, i64>(0))
        };
        assert_eq!(views.sql::<Ledger>().read(entries).await?, 5);
        for view in views.status() {
            assert_eq!((view.version, view.parked, view.lag_in_events()), (1, 0, 0), "{view:?}");
        }
        running.stop().await;
        Ok(())
    }

    #[tokio::test]
    async fn subscriptions() -> Result<(), Box<dyn std::error::Error>> {
        let (bank, views) = (Bank::new(MemoryStore::new()), Views::memory());
        let mails = bank.subscribe("mailer").of::<Account>().starting(Start::Now);
        let mut mails = mails.open(&views).await?; // it waits for another reader of the name
        let mut account = Account::open("alice");
        bank.accounts.save(&mut account).await?;
        if let Some(batch) = mails.next().await? {
            for event in &batch {
                assert!(event.id() == account.id() && matches!(&event.event, AccountEvent::Opened { .. }));
                assert!(event.position == 1 && event.metadata.is_empty() && event.key() != uuid::Uuid::nil());
            }
            batch.ack().await?;
        }
        let event = bank.log().follow().next().await.expect("an event")?;
        let LogEvent::Known(BankEvent::Accounts(id, AccountEvent::Opened { .. })) = event.event else {
            panic!("{event:?}")
        };
        assert_eq!(id, account.id());
        is_stream(&bank.accounts.log().follow());
        is_stream(&mails);
        Ok(())
    }

    fn is_stream(_: &impl futures_core::Stream) {}

    #[tokio::test]
    async fn unique_values() -> Result<(), Box<dyn std::error::Error>> {
        let customers = Repository::<Customer>::new(MemoryStore::new());
        let [mut first, mut second] = [(); 2].map(|()| Customer::join("alice@example.org"));
        customers.save(&mut first).await?;
        let Err(SaveError::Taken { field: "email", by, .. }) = customers.save(&mut second).await else { panic!() };
        assert_eq!(by, first.id().as_uuid());
        let alice = customers.find_by(Customer::EMAIL, "alice@example.org").await?; // Option<Customer>
        assert_eq!(alice.map(|alice| (alice.id(), alice.email)), Some((first.id(), first.email)));
        assert!(customers.claim_all().await?.duplicates.is_empty());
        Ok(())
    }
}
