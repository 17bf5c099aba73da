//! What one request has led to.

use eventsourcing::log::Trace;
use eventsourcing::prelude::*;
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Invoice, Order, Payment, Shop, ShopEvent};

#[test]
fn a_request_is_traced_through_processes_and_timers() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let (shop, clock) = (Shop::new(MemoryStore::new()), TestClock::new());
        let views = Views::memory().with_process::<Payment>().clock(clock.clone());
        let running = shop.run(&views)?;
        let request = |id: &str| Metadata::new().with_correlation_id(id).with_actor("alice");
        let (mut unpaid, mut paid, mut other) = (Order::place(), Order::place(), Order::place());
        shop.orders.with_metadata(request("request 7")).save(&mut unpaid).await?;
        views.caught_up().await?;
        // The same commit: what each has led to is under it.
        shop.commit_with(request("request 8"), (&mut paid, &mut other)).await?;
        views.caught_up().await?;
        shop.invoices.with_metadata(request("request \"9\"")).save(&mut Invoice::pay(paid.id())).await?;
        views.caught_up().await?;
        clock.advance(15 * DAY);
        views.caught_up().await?;
        running.stop().await;

        let lines = |text: String| {
            text.lines()
                .map(|line| line.split(' ').filter(|word| word.parse::<u64>().is_err()).collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
        };
        let (order, payment) = (unpaid.id(), Id::<Payment>::from(unpaid.id().as_uuid()));
        let seven = shop.trace("request 7").await?;
        let expected = [
            format!("Order/{order} Placed by alice"),
            format!("  Payment/{payment} Awaited by process Payment"),
            format!("    Order/{order} Cancelled by process Payment"),
        ];
        assert_eq!(lines(seven.to_string()), expected, "{seven}");
        assert_eq!(seven, shop.blocking().trace("request 7")?);

        let eight = shop.trace("request 8").await?;
        assert_eq!(shape(&eight)[0], (0, 2), "{eight}");
        assert_eq!(shape(&eight).iter().filter(|(depth, _)| *depth == 1).count(), 2, "{eight}");
        let nine = shop.trace("request \"9\"").await?;
        assert_eq!(shape(&nine)[1], (1, 2), "{nine}");
        assert_eq!(shape(&nine).iter().filter(|(depth, _)| *depth == 0).count(), 1, "{nine}");
        assert!(shop.trace("request 1").await?.steps.is_empty());
        Ok(())
    })
}

/// How deep each commit stands, and how many events it has.
fn shape(trace: &Trace<ShopEvent>) -> Vec<(usize, usize)> {
    trace.steps.iter().map(|step| (step.depth, step.events.len())).collect()
}

#[test]
fn what_has_no_correlation_is_traced_by_its_position() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let mut order = Order::place();
        let position = shop.orders.save(&mut order).await?;
        views.caught_up().await?;
        running.stop().await;
        let trace = shop.trace(&position.to_string()).await?;
        let names: Vec<_> = trace.steps.iter().map(|step| (step.depth, step.events[0].event.name())).collect();
        assert_eq!(names[..2], [(0, "Placed"), (1, "Awaited")], "{trace}");
        Ok(())
    })
}

/// With what a reaction says beside it, it would be more than the metadata of a commit holds.
#[test]
fn an_id_of_a_request_that_is_too_long_is_not_carried_on() -> Result<(), Box<dyn std::error::Error>> {
    block_on(async {
        let shop = Shop::new(MemoryStore::new());
        let views = Views::memory().with_process::<Payment>();
        let running = shop.run(&views)?;
        let (mut long, mut other) = (Order::place(), Order::place());
        let request = Metadata::new().with_correlation_id("7".repeat(65_500));
        let asked = shop.orders.with_metadata(request).save(&mut long).await?;
        shop.orders.save(&mut other).await?;
        views.caught_up().await?;
        assert!(shop.payments.contains(Id::from(other.id().as_uuid())).await?);
        let awaited = &shop.payments.history(Id::from(long.id().as_uuid())).await?[0];
        assert_eq!(awaited.metadata.correlation_id(), Some(&*asked.to_string()));
        running.stop().await;
        Ok(())
    })
}
