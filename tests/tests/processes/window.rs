//! How much of the log is read before it is reacted to.

use std::future::pending;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use eventsourcing::error::{ReadError, StoreError, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::store::{BoxFuture, EventStore, LogRead, Page, StoredEvent, StreamRead, Visit};
use eventsourcing::{Position, Version};
use pollster::block_on;

use crate::shop::{Order, Payment, Shop};
use crate::stop::wait_until;

/// A store that fails in the middle of each page of the log, and has no answer to what is read of streams.
#[derive(Debug, Default)]
struct HalfPages {
    store: MemoryStore,
    /// The last position of the log that was visited.
    visited: AtomicU64,
}

impl EventStore for HalfPages {
    fn read_stream<'a>(
        &'a self,
        _: StreamRead,
        _: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(pending())
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(async move {
            let mut left = read.limit / 2;
            let mut visit_half = |stored: StoredEvent<'_>| {
                left = left.saturating_sub(1);
                self.visited.fetch_max(stored.position.get(), Ordering::AcqRel);
                if left == 0 { ControlFlow::Break(()) } else { visit(stored) }
            };
            let page = self.store.read_log(read, &mut visit_half).await?;
            if left > 0 {
                return Ok(page);
            }
            Err(StoreError::new(StoreErrorKind::Unavailable, "half a page").into())
        })
    }

    eventsourcing_tests::forward!(store: commit list_streams head wait_past id limits snapshots turns);

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

#[test]
fn a_store_that_fails_does_not_have_more_of_the_log_read_than_there_is_room_for()
-> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let store = Arc::new(HalfPages::default());
        let shop = Shop::new(Arc::clone(&store) as Arc<dyn EventStore>);
        for _ in 0..6_000 {
            shop.orders.save(&mut Order::place()).await?;
        }
        let views = Views::memory().with_process::<Payment>().stop_within(Duration::ZERO);
        let running = shop.run(&views)?;
        let visited = || store.visited.load(Ordering::Acquire);
        wait_until(|| visited() >= 1_024 && matches!(views.processes()[0].state, ProcessState::Retrying { .. }));
        std::thread::sleep(Duration::from_millis(500));
        assert!(visited() < 3 * 1_024, "{}", visited());
        running.stop().await;
        Ok(())
    })
}
