//! A timer that sets itself again: how much of its instance's journal is read each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eventsourcing::Version;
use eventsourcing::error::ReadError;
use eventsourcing::prelude::*;
use eventsourcing::process::{InstanceOf as _, Mode, Process, Reacting, Reaction, Reacts, Source, To};
use eventsourcing::store::{BoxFuture, EventStore, Page, StoredEvent, StreamRead, Visit};
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Order, OrderEvent};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[derive(Aggregate)]
struct Bell {
    root: Root<Self>,
    struck: u64,
}

#[events]
impl Bell {
    #[event(Hung)]
    fn hang(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.instance()), struck: 0 }
    }

    #[event(Struck)]
    fn strike(&mut self) {
        self.struck += 1;
    }
}

#[derive(Application)]
struct Tower {
    orders: Repository<Order>,
    bells: Repository<Bell>,
}

impl Process for Bell {
    type App = Tower;
    const SOURCES: &'static [Source<Self>] = &[Source::of::<Order>()];
    const TIMERS: &'static [&'static str] = &["strike"];

    fn fire<'a>(mut self, _: &'a str, cx: &'a mut Reaction<'_, Tower>) -> Reacting<'a, Self> {
        cx.timer("strike", cx.now() + DAY);
        self.strike();
        Box::pin(async { Ok(self) })
    }
}

impl Reacts<Order> for Bell {
    fn route(at: &At<Order>, event: &OrderEvent, to: &mut dyn FnMut(To<Self>)) {
        let mode = if matches!(event, OrderEvent::Placed) { Mode::Starts } else { Mode::Continues };
        to(To { instance: at.id().instance(), handler: 0, mode });
    }

    fn react<'a>(
        _: u16,
        this: Option<Self>,
        at: &'a At<Order>,
        _: &'a OrderEvent,
        cx: &'a mut Reaction<'_, Tower>,
    ) -> Reacting<'a, Self> {
        if this.is_none() {
            cx.timer("strike", cx.now() + DAY);
        }
        Box::pin(async move {
            Ok(this.map_or_else(
                || Self::hang(at.id()),
                |mut this| {
                    this.strike();
                    this
                },
            ))
        })
    }
}

/// Counts the events of journals that are visited by their streams.
#[derive(Clone, Debug, Default)]
struct Counting {
    inner: MemoryStore,
    visited: Arc<AtomicU64>,
}

impl EventStore for Counting {
    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(async move {
            let is_journal = read.stream.aggregate().ends_with("~process");
            let mut counted = |event: StoredEvent<'_>| {
                self.visited.fetch_add(u64::from(is_journal), Ordering::Relaxed);
                visit(event)
            };
            self.inner.read_stream(read, &mut counted).await
        })
    }

    eventsourcing_tests::forward!(inner: commit read_log list_streams head wait_past id limits snapshots turns);

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

#[test]
fn a_timer_that_fires_reads_as_much_of_a_long_journal_as_of_a_short_one() -> Tested {
    block_on(async {
        let (store, clock) = (Counting::default(), TestClock::new());
        let tower = Tower::new(store.clone());
        let views = Views::memory().with_process::<Bell>().clock(clock.clone());
        let running = tower.run(&views)?;
        let mut order = Order::place();
        tower.orders.save(&mut order).await?;
        views.caught_up().await?;
        for reactions in [0, 10, 500] {
            for _ in 0..reactions {
                order.touch();
            }
            tower.orders.save(&mut order).await?;
            views.caught_up().await?;
            let before = store.visited.load(Ordering::Relaxed);
            clock.advance(DAY);
            views.caught_up().await?;
            let visited = store.visited.load(Ordering::Relaxed) - before;
            assert!((1..=2).contains(&visited), "{visited} events of the journal, after {reactions} reactions");
        }
        assert_eq!(tower.bells.get(order.id().instance()).await?.struck, 513);
        running.stop().await;
        Ok(())
    })
}
