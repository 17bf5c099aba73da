//! Where a process begins that is added to a store with events.

use std::sync::Arc;
use std::time::Duration;

use eventsourcing::Position;
use eventsourcing::error::{ProcessStop, RunError, SubscriptionError};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::store::{EventStore as _, StreamRead};
use eventsourcing::{StreamId, Version};
use pollster::block_on;
use uuid::Uuid;

use crate::shop::{Invoice, Order, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn views(start: Start) -> Views {
    Views::memory().with_process::<Payment>().process_starting::<Payment>(start)
}

async fn place(shop: &Shop) -> Result<(Id<Order>, Position), eventsourcing::Error> {
    let mut order = Order::place();
    let position = shop.orders.save(&mut order).await?;
    Ok((order.id(), position))
}

async fn is_known(shop: &Shop, order: Id<Order>) -> Result<bool, eventsourcing::Error> {
    Ok(shop.payments.contains(Id::from(order.as_uuid())).await?)
}

/// How often it was said where it begins.
async fn said(store: &MemoryStore) -> Result<Version, Box<dyn std::error::Error>> {
    let mut last = Version::new(0);
    let mut visit = |stored: eventsourcing::store::StoredEvent<'_>| {
        last = stored.version;
        std::ops::ControlFlow::Continue(())
    };
    store.read_stream(StreamRead::new(StreamId::new("Payment~process", Uuid::max())), &mut visit).await?;
    Ok(last)
}

#[test]
fn one_that_begins_now_leaves_what_was_before_and_stays_so() -> Tested {
    block_on(async {
        let store = MemoryStore::new();
        let shop = Shop::new(store.clone());
        let (old, position) = place(&shop).await?;
        let first = views(Start::Now);
        let running = shop.run(&first)?;
        first.caught_up().await?;
        assert_eq!(first.processes()[0].start, position);
        let (new, _) = place(&shop).await?;
        shop.invoices.save(&mut Invoice::pay(old)).await?;
        shop.invoices.save(&mut Invoice::pay(new)).await?;
        first.caught_up().await?;
        running.stop().await;
        // Without a checkpoint, whatever is said now.
        for start in [Start::Now, Start::Beginning, Start::After(Position::new(1))] {
            let again = views(start);
            let running = shop.run(&again)?;
            again.caught_up().await?;
            assert_eq!(again.processes()[0].start, position, "{start:?}");
            assert!(again.parked_instances::<Payment>().await?.is_empty(), "{start:?}");
            running.stop().await;
        }
        assert!(!is_known(&shop, old).await?);
        assert_eq!(shop.payments.get(Id::from(new.as_uuid())).await?.paid, 1);
        assert_eq!(said(&store).await?, 1);
        Ok(())
    })
}

#[test]
fn one_that_begins_after_a_position_has_what_comes_after_it() -> Tested {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let ((old, position), (new, last)) = (place(&shop).await?, place(&shop).await?);
        let views = views(Start::After(position));
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert_eq!((is_known(&shop, old).await?, is_known(&shop, new).await?), (false, true));
        running.stop().await;
        let other = Shop::new(MemoryStore::new());
        place(&other).await?;
        let views = self::views(Start::After(last));
        let running = other.run(&views)?;
        views.caught_up_within(Duration::from_secs(20)).await.unwrap_err();
        let ProcessState::Stopped { why, .. } = views.processes().remove(0).state else { panic!("it stops") };
        assert!(
            matches!(&*why, ProcessStop::Checkpoint(SubscriptionError::StartAhead { .. })),
            "there is no such position: {why:?}"
        );
        running.stop().await;
        Ok(())
    })
}

#[test]
fn one_that_has_begun_is_not_moved() -> Tested {
    block_on(async {
        let store = MemoryStore::new();
        let shop = Shop::new(store.clone());
        let from_beginning = Views::memory().with_process::<Payment>();
        let (first, _) = place(&shop).await?;
        let running = shop.run(&from_beginning)?;
        from_beginning.caught_up().await?;
        running.stop().await;
        let (missed, _) = place(&shop).await?;
        let views = views(Start::Now);
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        assert!(is_known(&shop, first).await? && is_known(&shop, missed).await?);
        assert_eq!((views.processes()[0].start, said(&store).await?), (Position::new(0), Version::new(0)));
        Ok(())
    })
}

#[test]
fn of_several_runners_one_says_where_it_begins() -> Tested {
    block_on(async {
        for _ in 0..20 {
            let store = MemoryStore::new();
            let shop = Shop::new(store.clone());
            place(&shop).await?;
            let each = [views(Start::Now), views(Start::Now), views(Start::Now)];
            let running = each.iter().map(|views| shop.run(views)).collect::<Result<Vec<_>, _>>()?;
            place(&shop).await?;
            for views in &each {
                views.caught_up().await?;
                assert_eq!(views.processes()[0].start, each[0].processes()[0].start);
            }
            for running in running {
                running.stop().await;
            }
            assert_eq!(said(&store).await?, 1);
        }
        Ok(())
    })
}

#[test]
fn an_application_over_another_store_is_refused() -> Tested {
    block_on(async {
        let [shop, other] = [(); 2].map(|()| Arc::new(Shop::new(MemoryStore::new())));
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let refused = other.run(&views);
        assert!(matches!(refused, Err(RunError::OtherStore { process: "Payment", .. })), "{refused:?}");
        let refused = views.drive(Arc::clone(other.orders.store())).await;
        assert!(matches!(refused, Err(RunError::OtherStore { process: "Payment", .. })), "{refused:?}");
        // The views are as they were.
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        Ok(())
    })
}
