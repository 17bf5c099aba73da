//! `cqrs-es` on `sqlite-es`.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore};
use cqrs_es::{Aggregate, DomainEvent, EventStore};
use serde::{Deserialize, Serialize};
use sqlite_es::{SqliteCqrs, SqliteEventRepository, sqlite_cqrs};
use sqlx_08::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx_08::{Executor, SqlitePool};
use uuid::Uuid;

use crate::accounts::{Accounts, is_busy};
use crate::domain::{Event, Folded};

/// The table in the migration of `sqlite-es`.
const TABLE: &str = "CREATE TABLE events (
    aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence integer CHECK (sequence >= 0) NOT NULL,
    event_type text NOT NULL, event_version text NOT NULL, payload text NOT NULL, metadata text NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
) STRICT";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum AccountEvent {
    Opened { owner: String },
    Deposited { amount_cents: i64 },
    Withdrawn { amount_cents: i64 },
}

impl DomainEvent for AccountEvent {
    fn event_type(&self) -> String {
        let name = match self {
            Self::Opened { .. } => "Opened",
            Self::Deposited { .. } => "Deposited",
            Self::Withdrawn { .. } => "Withdrawn",
        };
        name.to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl From<Event> for AccountEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Opened(opened) => Self::Opened { owner: opened.owner },
            Event::Deposited(moved) => Self::Deposited { amount_cents: moved.amount_cents },
            Event::Withdrawn(moved) => Self::Withdrawn { amount_cents: moved.amount_cents },
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Account {
    owner: String,
    cents: i64,
    version: u64,
}

/// The next so many events of the account.
struct Go(u64);

impl Aggregate for Account {
    const TYPE: &'static str = "Account";
    type Command = Go;
    type Event = AccountEvent;
    type Error = Infallible;
    type Services = ();

    async fn handle(&mut self, command: Go, (): &(), sink: &EventSink<Self>) -> Result<(), Infallible> {
        for _ in 0..command.0 {
            sink.write(Event::next(self.version).into(), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::Opened { owner } => self.owner = owner,
            AccountEvent::Deposited { amount_cents } => self.cents += amount_cents,
            AccountEvent::Withdrawn { amount_cents } => self.cents -= amount_cents,
        }
        self.version += 1;
    }
}

#[derive(Clone)]
pub(crate) struct CqrsEs {
    pool: SqlitePool,
    cqrs: Arc<SqliteCqrs<Account>>,
    store: Arc<PersistedEventStore<SqliteEventRepository, Account>>,
}

impl Accounts for CqrsEs {
    const NAME: &'static str = "cqrs-es";

    /// As `default_sqlite_pool` does it, apart from `synchronous`.
    async fn open(path: &Path, full: bool) -> Self {
        let synchronous = if full { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        pool.execute(TABLE).await.unwrap();
        let store = PersistedEventStore::new_event_store(SqliteEventRepository::new(pool.clone()));
        Self { cqrs: Arc::new(sqlite_cqrs(pool.clone(), Vec::new(), ())), store: Arc::new(store), pool }
    }

    async fn create(&mut self, id: Uuid, events: u64) {
        while let Err(error) = self.cqrs.execute(&id.to_string(), Go(events)).await {
            assert!(is_busy(&error), "{error}");
        }
    }

    async fn step(&mut self, id: Uuid) {
        self.cqrs.execute(&id.to_string(), Go(1)).await.unwrap();
    }

    async fn load(&self, id: Uuid) -> Folded {
        let account = self.store.load_aggregate(&id.to_string()).await.unwrap().aggregate;
        Folded { owner: account.owner, cents: account.cents, version: account.version }
    }

    /// Ordered by the sequence within each account: there is no position in the whole log.
    async fn replay(&self) -> (u64, i64) {
        let repository = SqliteEventRepository::new(self.pool.clone());
        let mut log = repository.stream_all_events::<Account>().await.unwrap();
        let mut all = Account::default();
        while let Some(event) = log.next::<Account>(&[]).await {
            all.apply(event.unwrap().payload);
        }
        (all.version, all.cents)
    }
}
