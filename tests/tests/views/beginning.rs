//! What is asked right after a runner was started.

use std::time::Duration;

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use eventsourcing::rusqlite;
use pollster::block_on;

use crate::domain::{Transfer, TransferEvent};

#[derive(View, Clone, Debug, PartialEq)]
struct Amount {
    #[view(key)]
    id: Id<Transfer>,
    amount: u64,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl Amount {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        Self { id: at.id(), amount }
    }
}

/// The same in SQL.
struct Amounts;

#[projection(version = 1, ignore(TransferEvent::..))]
impl Amounts {
    #[setup]
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE amounts (amount INTEGER NOT NULL)")
    }

    #[on(TransferEvent::Made)]
    fn made(tx: &SqliteTx<'_>, amount: u64) -> rusqlite::Result<()> {
        tx.execute("INSERT INTO amounts VALUES (?1)", [amount.cast_signed()]).map(drop)
    }
}

#[test]
fn rows_that_do_not_stand_yet_are_asked_for_again_and_can_be_waited_for() -> Result<(), eventsourcing::Error> {
    block_on(async {
        let store = MemoryStore::new();
        let position = Repository::<Transfer>::new(store.clone()).save(&mut Transfer::make(0, 1, 5)).await?;
        let (mut was_late, mut sql_was_late) = (false, false);
        for round in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let views = Views::sqlite(folder.path())?.with::<Amount>().with_sql::<Amounts>();
            let amounts = views.sql::<Amounts>();
            let sum = || {
                amounts.read(|conn| {
                    conn.query_row("SELECT sum(amount) FROM amounts", (), |row| row.get::<_, Option<i64>>(0))
                })
            };
            let without = eventsourcing::Error::from(views.all::<Amount>().await.unwrap_err());
            assert!(!without.is_retryable() && without.to_string().contains("start a runner"), "{without}");
            let running = views.run(store.clone())?;
            let asked = [views.all::<Amount>().await.map(drop), sum().await.map(drop)];
            for (error, was_late) in asked.into_iter().zip([&mut was_late, &mut sql_was_late]) {
                let Err(error) = error else { continue };
                *was_late = true;
                assert!(matches!(error, ViewError::NotBuilt { .. }), "{error}");
                assert!(error.to_string().contains("wait for them by `caught_up` or `wait_for`"), "{error}");
                assert!(eventsourcing::Error::from(error).is_retryable());
            }
            if round % 2 == 0 {
                views.caught_up().await?;
            } else {
                views.wait_for::<Amount>(position, Duration::from_secs(20)).await?;
                views.sql::<Amounts>().wait_for(position, Duration::from_secs(20)).await?;
            }
            assert_eq!(views.all::<Amount>().await?.len(), 1);
            assert_eq!(sum().await?, Some(5));
            running.stop().await;
        }
        assert!(was_late && sql_was_late);
        Ok(())
    })
}
