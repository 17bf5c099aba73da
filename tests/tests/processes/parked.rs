//! Deliveries that fail.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use eventsourcing::error::{ProcessError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Does, Invoice, Order, OrderEvent, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A shop whose service does this when it is called, and an order that was paid.
async fn paid(does: &[Does], views: &Views) -> Result<(Arc<Shop>, Id<Order>), Box<dyn std::error::Error>> {
    let shop = Arc::new(Shop::new(MemoryStore::new()));
    shop.outside.next.lock().unwrap().extend(does);
    let _ = views.clone().with_process_of::<Payment>(Arc::clone(&shop));
    let mut order = Order::place();
    shop.orders.save(&mut order).await?;
    shop.invoices.save(&mut Invoice::pay(order.id())).await?;
    Ok((shop, order.id()))
}

#[test]
fn an_instance_that_fails_is_parked_with_what_waits_for_it_and_retried() -> Tested {
    for (does, says) in [
        (Does::Fails, "the service is down"),
        (Does::Panics, "the handler panicked: the service was not expected to answer so"),
        (Does::Hangs, "the handler did not end in 30ms"),
    ] {
        block_on(async {
            let views = Views::memory().reaction_deadline(Duration::from_millis(30));
            let (shop, order) = paid(&[does, Does::Fails], &views).await?;
            let running = shop.run(&views)?;
            views.caught_up().await?;
            shop.invoices.save(&mut Invoice::pay(order)).await?;
            // Others go on.
            let mut other = Order::place();
            shop.orders.save(&mut other).await?;
            views.caught_up().await?;
            let parked = views.parked_instances::<Payment>().await?;
            assert_eq!((parked.len(), &*parked[0].error, parked[0].waiting), (1, says, 2));
            assert_eq!(parked[0].instance.as_uuid(), order.as_uuid());
            assert_eq!(views.processes()[0].parked, 1);
            assert_eq!(shop.payments.get(Id::from(other.id().as_uuid())).await?.paid, 0);

            assert!(!views.retry_instance::<Payment>(order).await?, "it fails again");
            assert!(views.retry_instance::<Payment>(order).await?);
            assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 2);
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            let keys = shop.outside.keys.lock().unwrap().clone();
            assert!(keys.len() == 4 && keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
            running.stop().await;
            Tested::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn what_is_parked_is_known_to_another_runner_and_can_be_dropped() -> Tested {
    block_on(async {
        let views = Views::memory();
        let (shop, order) = paid(&[Does::Fails], &views).await?;
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        // A runner without a checkpoint: the journal says what it is to know.
        let others = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&others)?;
        others.caught_up().await?;
        assert_eq!(others.parked_instances::<Payment>().await?[0].waiting, 1);
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 1, "it is not made again");
        others.drop_instance::<Payment>(order).await?;
        assert!(others.parked_instances::<Payment>().await?.is_empty());
        assert_eq!(others.processes()[0].parked, 0);
        shop.invoices.save(&mut Invoice::pay(order)).await?;
        others.caught_up().await?;
        assert!(others.parked_instances::<Payment>().await?.is_empty());
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_process_can_stop_instead_and_goes_on_there() -> Tested {
    block_on(async {
        let views = Views::memory().stop_process_on_fault::<Payment>();
        let (shop, order) = paid(&[Does::Fails], &views).await?;
        let running = shop.run(&views)?;
        assert!(views.caught_up().await.is_err());
        assert!(matches!(views.processes()[0].state, ProcessState::Stopped { .. }));
        assert!(views.parked_instances::<Payment>().await?.is_empty());
        running.stop().await;
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
        let keys = shop.outside.keys.lock().unwrap().clone();
        assert!(keys.len() == 2 && keys[0] == keys[1], "the same key: {keys:?}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_process_that_is_not_there_is_not_gone_on_with() -> Tested {
    block_on(async {
        let views = Views::memory();
        let shop = Arc::new(Shop::new(MemoryStore::new()));
        let views = views.with_process_of::<Payment>(Arc::clone(&shop));
        shop.invoices.save(&mut Invoice::pay(Id::new())).await?;
        let running = shop.run(&views)?;
        views.caught_up().await?;
        let parked = views.parked_instances::<Payment>().await?;
        assert!(parked[0].error.contains("is not there"), "{}", parked[0].error);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_process_that_is_there_is_not_begun_again() -> Tested {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let mut order = Order::place();
        shop.payments.save(&mut Payment::await_money(order.id())).await?;
        shop.orders.save(&mut order).await?;
        let running = shop.run(&views)?;
        views.caught_up().await?;
        let parked = views.parked_instances::<Payment>().await?;
        assert!(parked[0].error.contains("is there already"), "{}", parked[0].error);
        running.stop().await;
        Ok(())
    })
}

/// An order as it is shown.
#[derive(View, Clone, Debug, PartialEq)]
struct Shown {
    #[view(key)]
    id: Id<Order>,
}

#[projection(version = 1, ignore(OrderEvent::Touched, OrderEvent::Released, OrderEvent::Cancelled))]
impl Shown {
    #[on(OrderEvent::Placed)]
    fn placed(at: &At<Order>) -> Self {
        Self { id: at.id() }
    }
}

#[test]
#[expect(clippy::await_holding_lock, reason = "the handler is to wait for it")]
fn a_handler_that_blocks_its_thread_does_not_stop_the_views() -> Tested {
    block_on(async {
        let views = Views::memory().with::<Shown>();
        let (shop, order) = paid(&[Does::Blocks], &views).await?;
        let gate = shop.outside.gate.lock().unwrap();
        let running = shop.run(&views)?;
        while shop.outside.keys.lock().unwrap().is_empty() {
            thread::yield_now();
        }
        let mut other = Order::place();
        let position = shop.orders.save(&mut other).await?;
        views.wait_for::<Shown>(position, Duration::from_secs(20)).await?;
        assert_eq!(views.get::<Shown>(other.id()).await?, Some(Shown { id: other.id() }));
        drop(gate);
        views.caught_up().await?;
        assert_eq!(shop.orders.get(order).await?.state, "released");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn much_that_waits_is_made_in_order() -> Tested {
    block_on(async {
        let views = Views::memory();
        let (shop, order) = paid(&[Does::Fails], &views).await?;
        for _ in 0..500 {
            shop.invoices.save(&mut Invoice::pay(order)).await?;
        }
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert_eq!(views.parked_instances::<Payment>().await?[0].waiting, 501);
        assert!(views.retry_instance::<Payment>(order).await?);
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 501);
        let keys = shop.outside.keys.lock().unwrap().clone();
        let causes: Vec<u64> = keys.iter().map(|key| key.split('/').nth(2).unwrap().parse().unwrap()).collect();
        assert!(causes.len() == 502 && causes.is_sorted(), "{causes:?}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_timer_that_falls_due_behind_what_is_parked_is_cancelled_by_that() -> Tested {
    for retries in [true, false] {
        block_on(async {
            let clock = TestClock::new();
            let views = Views::memory().clock(clock.clone());
            let (shop, order) = paid(&[Does::Fails], &views).await?;
            let running = shop.run(&views)?;
            views.caught_up().await?;
            clock.advance(15 * DAY);
            views.caught_up().await?;
            assert_eq!(views.parked_instances::<Payment>().await?[0].waiting, 2);
            assert_eq!(shop.orders.get(order).await?.state, "placed");
            if retries {
                assert!(views.retry_instance::<Payment>(order).await?);
                assert_eq!(shop.orders.get(order).await?.state, "released");
            } else {
                views.drop_instance::<Payment>(order).await?;
                assert_eq!(shop.orders.get(order).await?.state, "placed");
            }
            views.caught_up().await?;
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            assert_eq!(shop.orders.history(order).await?.len(), 1 + usize::from(retries));
            running.stop().await;
            Tested::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_wait_ends_in_its_time() -> Tested {
    block_on(async {
        let views = Views::memory().reaction_deadline(Duration::from_millis(500));
        let (shop, _) = paid(&[Does::Hangs], &views).await?;
        let running = shop.run(&views)?;
        let waited = views.caught_up_within(Duration::from_millis(50)).await;
        assert!(matches!(waited, Err(ViewError::Process(ProcessError::TimedOut { .. }))), "{waited:?}");
        // What has begun is finished before it stops: another runner finds what became of it.
        running.stop().await;
        let others = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&others)?;
        others.caught_up().await?;
        assert_eq!(others.parked_instances::<Payment>().await?.len(), 1);
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 1);
        running.stop().await;
        Ok(())
    })
}
