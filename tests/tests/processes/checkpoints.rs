//! A checkpoint that cannot be kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eventsourcing::Position;
use eventsourcing::error::{ProcessStop, ReadError, StoreError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::store::{BoxFuture, EventStore, LogRead, Page, Visit};
use pollster::block_on;

use crate::shop::{Order, Payment, Shop};
use crate::stop::wait_until;

/// A store that fails, while `fails` is set, to read the one event of the log that a checkpoint is made of.
#[derive(Debug, Default)]
struct WithoutCheckpoints {
    store: MemoryStore,
    fails: AtomicBool,
}

impl EventStore for WithoutCheckpoints {
    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        if read.limit == 1 && self.fails.load(Ordering::Acquire) {
            let error = StoreError::new(StoreErrorKind::Unavailable, "no checkpoint");
            return Box::pin(async { Err(error.into()) });
        }
        self.store.read_log(read, visit)
    }

    eventsourcing_tests::forward!(store: commit read_stream list_streams head wait_past id limits snapshots turns);

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

#[test]
fn a_checkpoint_that_is_kept_again_is_no_failure_any_more() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let store = Arc::new(WithoutCheckpoints::default());
        store.fails.store(true, Ordering::Release);
        let shop = Shop::new(Arc::clone(&store) as Arc<dyn EventStore>);
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        shop.orders.save(&mut Order::place()).await?;
        let state = || views.processes()[0].state.clone();
        wait_until(
            || matches!(state(), ProcessState::Retrying { why, .. } if matches!(*why, ProcessStop::Checkpoint(_))),
        );
        store.fails.store(false, Ordering::Release);
        wait_until(|| matches!(state(), ProcessState::Live));
        running.stop().await;
        Ok(())
    })
}
