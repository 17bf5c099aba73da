//! Timers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use eventsourcing::Position;
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Invoice, Order, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_timer_fires_when_it_is_due_and_not_before() -> Tested {
    block_on(async {
        let (shop, clock) = (Shop::new(MemoryStore::new()), TestClock::new());
        let views = Views::memory().with_process::<Payment>().clock(clock.clone());
        let running = shop.run(&views)?;
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        views.caught_up().await?;
        assert_eq!(views.processes()[0].timers, 1);
        clock.advance(13 * DAY);
        views.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "placed");
        clock.set(SystemTime::now() - 30 * DAY - Duration::from_secs(60));
        clock.advance(44 * DAY);
        views.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "placed");
        clock.advance(Duration::from_secs(120));
        views.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled");
        assert_eq!(views.processes()[0].timers, 0);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_timer_is_moved_and_cancelled() -> Tested {
    block_on(async {
        let (shop, clock) = (Shop::new(MemoryStore::new()), TestClock::new());
        let views = Views::memory().with_process::<Payment>().clock(clock.clone());
        let running = shop.run(&views)?;
        let (mut moved, mut paid) = (Order::place(), Order::place());
        shop.commit((&mut moved, &mut paid)).await?;
        shop.invoices.save(&mut Invoice::remind(moved.id())).await?;
        shop.invoices.save(&mut Invoice::pay(paid.id())).await?;
        views.caught_up().await?;
        clock.advance(15 * DAY);
        views.caught_up().await?;
        assert_eq!(shop.orders.get(moved.id()).await?.state, "placed");
        clock.advance(15 * DAY);
        views.caught_up().await?;
        assert_eq!(shop.orders.get(moved.id()).await?.state, "cancelled");
        assert_eq!(shop.orders.get(paid.id()).await?.state, "released");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn timers_that_were_set_before_the_checkpoint_are_known_after_a_restart() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let (shop, clock) = (Shop::new(SqliteStore::open(folder.path().join("shop.db"))?), TestClock::new());
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        for _ in 0..2 {
            let views = Views::sqlite(folder.path().join("views"))?.with_process::<Payment>().clock(clock.clone());
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert_eq!(views.processes()[0].timers, 1);
            running.stop().await;
        }
        clock.advance(15 * DAY);
        let views = Views::sqlite(folder.path().join("views"))?.with_process::<Payment>().clock(clock.clone());
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled");
        running.stop().await;
        Ok(())
    })
}

/// It knows of a timer from before, which the other fires.
#[test]
fn one_that_stands_by_waits_for_no_timer_that_it_once_had() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let (shop, clock) = (Shop::new(SqliteStore::open(folder.path().join("shop.db"))?), TestClock::new());
        let open = || Views::sqlite(folder.path().join("views"));
        let [first, second] = [open()?, open()?].map(|views| views.with_process::<Payment>().clock(clock.clone()));
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let running = shop.run(&first)?;
        first.caught_up().await?;
        running.stop().await;
        let other = shop.run(&second)?;
        second.caught_up().await?;
        let running = [other, shop.run(&first)?];
        clock.advance(15 * DAY);
        second.caught_up().await?;
        assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled");
        assert!(matches!(first.processes()[0].state, ProcessState::Standby));
        first.caught_up_within(Duration::from_secs(60)).await?;
        assert_eq!((first.processes()[0].timers, first.processes()[0].next_due), (0, None));
        for running in running {
            running.stop().await;
        }
        Ok(())
    })
}

#[test]
fn what_fell_due_while_nobody_ran_fires_at_the_start_once_in_order() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("shop.db");
        let shop = Shop::new(SqliteStore::open(&file)?);
        let clock = TestClock::new();
        let mut orders: Vec<_> = (0..10).map(|_| Order::place()).collect();
        for order in &mut orders {
            shop.orders.save(order).await?;
        }
        let views = Views::memory().with_process::<Payment>().clock(clock.clone());
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        clock.advance(15 * DAY);
        // Two runners, one instance at a time: in order, and once.
        let others = [Shop::new(SqliteStore::open(&file)?), Shop::new(SqliteStore::open(&file)?)];
        let views =
            [(); 2].map(|()| Views::memory().with_process::<Payment>().clock(clock.clone()).reactions_at_once(1));
        let running = [others[0].run(&views[0])?, others[1].run(&views[1])?];
        for views in &views {
            views.caught_up().await?;
        }
        let mut cancelled = Vec::new();
        for order in &orders {
            let history = shop.orders.history(order.id()).await?;
            assert_eq!(history.len(), 2);
            cancelled.push(history[1].position);
        }
        assert!(cancelled.is_sorted(), "{cancelled:?}");
        for running in running {
            running.stop().await;
        }
        Ok(())
    })
}

/// The order was paid in time; nobody ran until long after.
#[test]
fn what_happened_before_a_timer_fell_due_is_reacted_to_before_it() -> Tested {
    block_on(async {
        for is_running in [false, true] {
            let (shop, clock) = (Shop::new(MemoryStore::new()), TestClock::new());
            let views = Views::memory().with_process::<Payment>().clock(clock.clone());
            let mut running = Some(shop.run(&views)?);
            let mut orders: Vec<_> = (0..100).map(|_| Order::place()).collect();
            for order in &mut orders {
                shop.orders.save(order).await?;
            }
            views.caught_up().await?;
            if !is_running && let Some(running) = running.take() {
                running.stop().await;
            }
            for order in &orders {
                shop.invoices.save(&mut Invoice::pay(order.id())).await?;
            }
            clock.advance(15 * DAY);
            let running = match running {
                Some(running) => running,
                None => shop.run(&views)?,
            };
            views.caught_up().await?;
            for order in &orders {
                assert_eq!(shop.orders.get(order.id()).await?.state, "released", "{is_running}");
                assert_eq!(shop.orders.history(order.id()).await?.len(), 2, "{is_running}");
            }
            running.stop().await;
        }
        Ok(())
    })
}

/// More is stored all the time than the process has read.
#[test]
fn a_timer_fires_also_where_the_process_never_catches_up() -> Tested {
    block_on(async {
        let (shop, clock) = (Arc::new(Shop::new(MemoryStore::new())), TestClock::new());
        let views = Views::memory().with_process::<Payment>().clock(clock.clone());
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let running = shop.run(&views)?;
        views.caught_up().await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let writer = thread::spawn({
            let (shop, is_over) = (Arc::clone(&shop), Arc::clone(&is_over));
            move || {
                while !is_over.load(Ordering::SeqCst) {
                    let mut orders: Vec<_> = (0..50).map(|_| Order::place()).collect();
                    block_on(shop.commit(&mut orders)).unwrap();
                    thread::sleep(Duration::from_millis(4));
                }
            }
        });
        while views.processes()[0].head <= Position::new(3_000) {
            thread::sleep(Duration::from_millis(1));
        }
        clock.advance(15 * DAY);
        let begun = Instant::now();
        while shop.orders.get(order.id()).await?.state == "placed" && begun.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(10));
        }
        is_over.store(true, Ordering::SeqCst);
        writer.join().unwrap();
        assert_eq!(shop.orders.get(order.id()).await?.state, "cancelled");
        running.stop().await;
        Ok(())
    })
}
