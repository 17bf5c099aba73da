//! How long processes are waited for.

use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use eventsourcing::error::{ProcessError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::testing::TestClock;
use eventsourcing_tests::Faulty;
use pollster::block_on;

use crate::shop::{DAY, Does, Invoice, Order, OrderEvent, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A process that never ends what it has begun.
#[derive(Aggregate)]
pub(crate) struct Endless {
    root: Root<Self>,
}

#[events]
impl Endless {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(Id::from(order.as_uuid())) }
    }
}

#[derive(Application)]
pub(crate) struct Waits {
    pub(crate) orders: Repository<Order>,
    #[expect(dead_code, reason = "no one reads what never ends")]
    endless: Repository<Endless>,
}

#[process(app = Waits, ignore(OrderEvent::..))]
impl Endless {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>) -> Self {
        pending::<()>().await;
        Self::begin(at.id())
    }
}

async fn paid() -> Result<Arc<Shop>, Box<dyn std::error::Error>> {
    let shop = Arc::new(Shop::new(MemoryStore::new()));
    let mut order = Order::place();
    shop.orders.save(&mut order).await?;
    shop.invoices.save(&mut Invoice::pay(order.id())).await?;
    Ok(shop)
}

#[test]
fn all_processes_together_are_waited_for_no_longer_than_the_time() -> Tested {
    const TIME: Duration = Duration::from_secs(1);
    let shop = block_on(paid())?;
    shop.outside.next.lock().unwrap().push_back(Does::Blocks);
    let views = Views::memory().stop_within(Duration::ZERO);
    let views = views.with_process_of::<Payment>(Arc::clone(&shop)).with_process::<Endless>();
    let gate = shop.outside.gate.lock().unwrap();
    let running = shop.run(&views)?;
    let begun = Instant::now();
    let waited = thread::scope(|scope| {
        let waited = scope.spawn(|| block_on(views.caught_up_within(TIME)));
        thread::sleep(TIME * 4 / 5);
        drop(gate);
        waited.join().unwrap()
    });
    let took = begun.elapsed();
    let Err(ViewError::Process(ProcessError::TimedOut { process, .. })) = waited else { panic!("{waited:?}") };
    assert_eq!(process, "Endless");
    assert!(took < TIME * 3 / 2, "{took:?}");
    drop(running);
    Ok(())
}

#[test]
fn a_time_may_be_as_long_as_there_is() -> Tested {
    block_on(async {
        let shop = paid().await?;
        let views = Views::memory().reaction_deadline(Duration::MAX).stop_within(Duration::MAX);
        let views = views.with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&views)?;
        views.caught_up_within(Duration::MAX).await?;
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 1);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn who_waits_after_a_restart_waits_for_the_timers_that_fell_due_meanwhile() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        for round in 0..50 {
            let (shop, clock) = (Shop::new(MemoryStore::new()), TestClock::new());
            let views =
                if round % 5 == 0 { Views::sqlite(folder.path().join(round.to_string()))? } else { Views::memory() };
            let views = views.with_process::<Payment>().clock(clock.clone());
            let running = shop.run(&views)?;
            let mut order = Order::place();
            shop.orders.save(&mut order).await?;
            views.caught_up().await?;
            running.stop().await;
            clock.advance(15 * DAY);
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled", "{round}");
            running.stop().await;
        }
        Ok(())
    })
}

#[test]
fn who_waits_over_another_store_is_told_that_the_process_does_not_run_there() -> Tested {
    block_on(async {
        let views = Views::memory().with_process::<Payment>();
        for is_first in [true, false] {
            let shop = Shop::new(MemoryStore::new());
            let mut order = Order::place();
            shop.orders.save(&mut order).await?;
            let running = shop.run(&views)?;
            let waited = views.caught_up().await;
            let is_there = shop.payments.contains(Id::from(order.id().as_uuid())).await?;
            assert_eq!((waited.is_ok(), is_there), (is_first, is_first), "{waited:?}");
            running.stop().await;
        }
        Ok(())
    })
}

/// As long as it stands by it knows of no timers; once it runs, it waits for those that it has still to read.
#[test]
fn who_waits_for_one_that_has_taken_over_waits_until_it_knows_the_timers() -> Tested {
    block_on(async {
        let (folder, store, clock) = (tempfile::tempdir()?, Faulty::default(), TestClock::new());
        let shop = Shop::new(store.clone());
        let open = || Views::sqlite(folder.path());
        let [first, second] = [open()?, open()?].map(|views| views.with_process::<Payment>().clock(clock.clone()));
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let running = shop.run(&first)?;
        first.caught_up().await?;
        let other = shop.run(&second)?;
        second.caught_up().await?;
        assert!(matches!(second.processes()[0].state, ProcessState::Standby));
        store.fail_reads(true);
        running.stop().await;
        clock.set(SystemTime::now() + 15 * DAY);
        while matches!(second.processes()[0].state, ProcessState::Standby) {
            thread::sleep(Duration::from_millis(1));
        }
        let waited = second.caught_up_within(Duration::from_millis(300)).await;
        assert!(matches!(waited, Err(ViewError::Process(ProcessError::TimedOut { .. }))), "{waited:?}");
        store.fail_reads(false);
        second.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled");
        other.stop().await;
        Ok(())
    })
}

/// No more is read while much waits: the end of the log is known all the same.
#[test]
fn a_process_that_is_behind_says_how_far() -> Tested {
    let waits = Waits::new(MemoryStore::new());
    let mut orders: Vec<_> = (0..3_000).map(|_| Order::place()).collect();
    let last = block_on(waits.commit(&mut orders))?;
    let views = Views::memory().with_process::<Endless>().stop_within(Duration::ZERO);
    let running = waits.run(&views)?;
    let begun = Instant::now();
    while views.processes()[0].in_flight < 16 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", views.processes());
        thread::sleep(Duration::from_millis(5));
    }
    let status = views.processes().remove(0);
    assert_eq!((status.checkpoint, status.head), (Position::new(0), last), "{status:?}");
    running.stop_blocking();
    Ok(())
}
