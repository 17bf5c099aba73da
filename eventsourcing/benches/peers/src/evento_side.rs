//! `evento` with its SQLite feature. Its payloads are bitcode, it has no JSON.

use std::path::Path;
use std::sync::Arc;

use evento::cursor::Args;
use evento::metadata::Event as Stored;
use evento::migrator::{Migrate, Plan};
use evento::{EventFilter, Executor, Projection, ProjectionAggregate, Sqlite, TenantFilter, WriteBuilder};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use uuid::Uuid;

use crate::accounts::{Accounts, is_busy};
use crate::domain::{Event, Folded};

/// Read fastest, of 1,000 and 10,000 and 65,000; a subscription of `evento` takes 300 at a time.
const PAGE: u16 = 10_000;

#[evento::aggregate(name = "Account")]
enum Account {
    Opened { owner: String },
    Deposited { amount_cents: i64 },
    Withdrawn { amount_cents: i64 },
}

#[evento::projection(id = id)]
#[evento::snapshot(none)]
struct State {
    id: String,
    owner: String,
    cents: i64,
}

#[evento::handler]
async fn opened(event: Stored<Opened>, state: &mut State) -> anyhow::Result<()> {
    state.id.clone_from(&event.aggregate_id);
    state.owner.clone_from(&event.data.owner);
    Ok(())
}

#[evento::handler]
async fn deposited(event: Stored<Deposited>, state: &mut State) -> anyhow::Result<()> {
    state.cents += event.data.amount_cents;
    Ok(())
}

#[evento::handler]
async fn withdrawn(event: Stored<Withdrawn>, state: &mut State) -> anyhow::Result<()> {
    state.cents -= event.data.amount_cents;
    Ok(())
}

fn add(write: &mut WriteBuilder, version: u64) {
    match Event::next(version) {
        Event::Opened(opened) => write.event(&Opened { owner: opened.owner }),
        Event::Deposited(moved) => write.event(&Deposited { amount_cents: moved.amount_cents }),
        Event::Withdrawn(moved) => write.event(&Withdrawn { amount_cents: moved.amount_cents }),
    };
}

#[derive(Clone)]
pub(crate) struct Evento {
    executor: Sqlite,
}

impl Evento {
    async fn state(&self, id: Uuid) -> Option<State> {
        let projection = Projection::<_, State>::new::<Account>();
        let projection = projection.handler(opened()).handler(deposited()).handler(withdrawn()).strict();
        projection.load(id.to_string()).execute(&self.executor).await.unwrap()
    }
}

impl Accounts for Evento {
    const NAME: &'static str = "evento";
    /// Versions are `u16`.
    const LONGEST: u64 = 65_535;

    async fn open(path: &Path, full: bool) -> Self {
        let synchronous = if full { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        let mut connection = pool.acquire().await.unwrap();
        let migrations = evento::sql_migrator::new::<sqlx::Sqlite>().unwrap();
        migrations.run(&mut *connection, &Plan::apply_all()).await.unwrap();
        drop(connection);
        Self { executor: pool.into() }
    }

    async fn create(&mut self, id: Uuid, events: u64) {
        let mut write = evento::append(id.to_string());
        (0..events).for_each(|version| add(&mut write, version));
        while let Err(error) = write.commit(&self.executor).await {
            assert!(is_busy(&error), "{error}");
        }
    }

    async fn step(&mut self, id: Uuid) {
        let Some(state) = self.state(id).await else { return self.create(id, 1).await };
        let mut write = state.write().unwrap();
        add(&mut write, state.aggregate_version.into());
        write.commit(&self.executor).await.unwrap();
    }

    async fn load(&self, id: Uuid) -> Folded {
        let state = self.state(id).await.unwrap();
        Folded { owner: state.owner, cents: state.cents, version: state.aggregate_version.into() }
    }

    /// Ordered by the time of the commit.
    async fn replay(&self) -> (u64, i64) {
        let filters: Arc<[EventFilter]> = Arc::new([EventFilter::by_type::<Account>()]);
        let (mut count, mut sum, mut after) = (0, 0, None);
        loop {
            let args = Args::forward(PAGE, after);
            let page =
                self.executor.read(Some(Arc::clone(&filters)), None, TenantFilter::All, args, None).await.unwrap();
            for edge in page.edges {
                count += 1;
                match AccountEvent::try_from(&edge.node).unwrap() {
                    AccountEvent::Opened(_) => {}
                    AccountEvent::Deposited(event) => sum += event.amount_cents,
                    AccountEvent::Withdrawn(event) => sum -= event.amount_cents,
                }
            }
            if !page.page_info.has_next_page {
                return (count, sum);
            }
            after = page.page_info.end_cursor;
        }
    }
}
