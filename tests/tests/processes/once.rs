//! A reaction happens once, however often and by whom it is delivered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::application::FromStore as _;
use eventsourcing::error::{ProcessError, RunError, SubscriptionError, ViewError};
use eventsourcing::log::LogEvent;
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use pollster::block_on;

use crate::shop::{Invoice, Order, Payment, PaymentEvent, Shop};

#[test]
fn an_order_is_released_when_it_is_paid() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let mut order = Order::place();
        shop.orders.with_metadata(Metadata::new().with_correlation_id("request 7")).save(&mut order).await?;
        views.caught_up().await?;
        let payment = Id::<Payment>::from(order.id().as_uuid());
        assert_eq!(shop.payments.get(payment).await?.paid, 0);
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        views.caught_up().await?;
        assert_eq!(shop.payments.get(payment).await?.paid, 1);
        assert_eq!(shop.orders.get(order.id()).await?.state, "released");
        let history = shop.payments.history(payment).await?;
        assert!(matches!(history[0].event, PaymentEvent::Awaited { .. }));
        assert_eq!(history[0].metadata.correlation_id(), Some("request 7"));
        assert_eq!(history[0].metadata.causation_id(), Some("1"));
        assert_eq!(history[1].metadata.correlation_id(), history[1].metadata.causation_id());
        running.stop().await;
        // No log of the user's shows a journal.
        let log = shop.log().next_page().await?;
        assert!(log.iter().all(|recorded| matches!(recorded.event, LogEvent::Known(_))) && log.len() == 5);
        Ok(())
    })
}

#[test]
fn all_is_delivered_again_without_a_difference() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        for _ in 0..20 {
            let mut order = Order::place();
            shop.orders.save(&mut order).await?;
            shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        }
        let mut ends = Vec::new();
        // Each set of views in memory has a checkpoint of its own: none at the beginning.
        for _ in 0..2 {
            let views = Views::memory().with_process::<Payment>();
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            running.stop().await;
            ends.push(shop.orders.log().page_size(1_000).next_page().await?.last().map(|recorded| recorded.position));
        }
        assert_eq!(ends[0], ends[1]);
        let (mut ids, mut payments) = (shop.payments.ids(), 0);
        loop {
            let page = ids.next_page().await?;
            if page.is_empty() {
                break;
            }
            for id in page {
                payments += 1;
                assert_eq!(shop.payments.get(id).await?.paid, 1);
            }
        }
        assert_eq!(payments, 20);
        Ok(())
    })
}

#[test]
fn a_checkpoint_that_is_removed_makes_no_difference() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let shop = Shop::new(SqliteStore::open(folder.path().join("shop.db"))?);
        let views = Views::sqlite(folder.path().join("views"))?.with_process::<Payment>();
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        for round in 0..2 {
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            running.stop().await;
            assert!(views.subscriptions().remove("~process/Payment").await?, "in round {round}");
        }
        assert_eq!(shop.payments.get(Id::from(order.id().as_uuid())).await?.paid, 1);
        assert_eq!(shop.orders.history(order.id()).await?.len(), 2);
        Ok(())
    })
}

/// Each has a checkpoint of its own, so that both make every delivery.
#[test]
fn two_runners_on_one_store_react_once() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("shop.db");
        let shops = [Shop::new(SqliteStore::open(&file)?), Shop::new(SqliteStore::open(&file)?)];
        let views = [(); 2].map(|()| Views::memory().with_process::<Payment>());
        let running = [shops[0].run(&views[0])?, shops[1].run(&views[1])?];
        let mut orders = Vec::new();
        for _ in 0..50 {
            let mut order = Order::place();
            shops[0].orders.save(&mut order).await?;
            shops[0].invoices.save(&mut Invoice::pay(order.id())).await?;
            orders.push(order.id());
        }
        for (shop, views) in shops.iter().zip(&views) {
            views.caught_up().await?;
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            for order in &orders {
                assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
                assert_eq!(shop.orders.history(*order).await?.len(), 2);
            }
        }
        for running in running {
            running.stop().await;
        }
        Ok(())
    })
}

/// One of them finds the instance that the other has just begun.
#[test]
fn two_runners_that_stop_on_a_fault_meet_none() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("shop.db");
        let shops = [Shop::new(SqliteStore::open(&file)?), Shop::new(SqliteStore::open(&file)?)];
        let views = [(); 2].map(|()| Views::memory().with_process::<Payment>().stop_process_on_fault::<Payment>());
        let running = [shops[0].run(&views[0])?, shops[1].run(&views[1])?];
        for _ in 0..300 {
            shops[0].orders.save(&mut Order::place()).await?;
        }
        for views in &views {
            views.caught_up_within(Duration::from_secs(60)).await?;
        }
        for running in running {
            running.stop().await;
        }
        Ok(())
    })
}

/// The process and others update the same orders all the time.
#[test]
fn conflicts_run_a_reaction_again() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let shop = Arc::new(Shop::new(SqliteStore::in_memory()?));
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let id = order.id();
        let others = [(); 3].map(|()| {
            let shop = Arc::clone(&shop);
            thread::spawn(move || {
                for _ in 0..300 {
                    block_on(shop.orders.update(id, Order::touch)).unwrap();
                }
            })
        });
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        for _ in 0..20 {
            shop.invoices.save(&mut Invoice::pay(id)).await?;
        }
        views.caught_up().await?;
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(shop.payments.get(Id::from(id.as_uuid())).await?.paid, 20);
        let releases = shop.orders.history(id).await?;
        assert_eq!(releases.len(), 1 + 900 + 20);
        running.stop().await;
        Ok(())
    })
}

/// Others update the order without a pause: each try would be too late, but for the turns.
#[test]
fn a_reaction_is_not_starved_by_updates() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let shop = Arc::new(Shop::new(SqliteStore::open(folder.path().join("shop.db"))?));
    block_on(async {
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        let (id, is_done) = (order.id(), Arc::new(AtomicBool::new(false)));
        let others = [(); 16].map(|()| {
            let (shop, is_done) = (Arc::clone(&shop), Arc::clone(&is_done));
            thread::spawn(move || {
                while !is_done.load(Ordering::Relaxed) {
                    block_on(shop.orders.update(id, Order::touch)).unwrap();
                }
            })
        });
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        for _ in 0..5 {
            shop.invoices.save(&mut Invoice::pay(id)).await?;
        }
        let caught_up = views.caught_up_within(Duration::from_secs(20)).await;
        is_done.store(true, Ordering::Relaxed);
        for other in others {
            other.join().unwrap();
        }
        caught_up?;
        assert_eq!(shop.payments.get(Id::from(id.as_uuid())).await?.paid, 5);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn processes_have_one_runner_in_a_program() -> Result<(), Box<dyn std::error::Error>> {
    let (shop, views) = (Shop::new(MemoryStore::new()), Views::memory().with_process::<Payment>());
    assert!(matches!(views.blocking().caught_up(), Err(ViewError::Process(ProcessError::Stopped { .. }))));
    let running = shop.run(&views)?;
    assert!(matches!(shop.run(&views), Err(RunError::AlreadyRunning)));
    running.stop_blocking();
    assert!(matches!(views.blocking().caught_up(), Err(ViewError::Process(ProcessError::Stopped { .. }))));
    let running = shop.run(&views)?;
    assert!(views.blocking().retry_instance::<Payment>(Id::<Payment>::new())?, "it is not parked");
    running.stop_blocking();
    let opened = block_on(shop.subscribe("~process/Payment").open(&views));
    assert!(matches!(opened, Err(SubscriptionError::Name { .. })));
    Ok(())
}

/// As a future, that is polled beside others.
#[test]
fn processes_are_driven_by_a_future() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    runtime.block_on(async {
        let (shop, views) = (Shop::new(MemoryStore::new()), Views::memory().with_process::<Payment>());
        let driven = tokio::spawn({
            let (views, store) = (views.clone(), Arc::clone(shop.store()));
            async move { views.drive(store).await }
        });
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        while matches!(views.processes()[0].state, ProcessState::Stopped { .. }) {
            tokio::task::yield_now().await;
        }
        views.caught_up().await?;
        assert!(shop.payments.contains(Id::from(order.id().as_uuid())).await?);
        driven.abort();
        drop(driven.await);
        assert!(matches!(views.processes()[0].state, ProcessState::Stopped { .. }));
        Ok(())
    })
}
