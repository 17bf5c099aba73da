//! What is delivered, how much at a time, and until when.

use std::pin::Pin;

use std::thread;

use eventsourcing::StreamId;
use eventsourcing::prelude::*;
use futures_core::Stream;
use pollster::block_on;
use tempfile::TempDir;

use crate::domain::{
    Customer, CustomerEvent, Order, OrderEvent, ShopEvent, in_each, next, open, place, positions, shop,
};

#[test]
fn what_is_stored_later_wakes_the_reader() {
    in_each(|kept| {
        let shop = shop();
        let mut orders = open(&shop, "orders", &kept);
        thread::scope(|scope| {
            scope.spawn(|| place(&shop, [1]));
            let batch = next(&mut orders);
            assert_eq!(batch.events()[0].event, OrderEvent::Placed { number: 1, note: String::new() });
        });
    });
}

#[test]
fn a_batch_ends_at_its_bytes() {
    in_each(|kept| {
        let shop = shop();
        for number in 0..6 {
            let mut order = Order::place(number, &"x".repeat(1_000));
            shop.orders.blocking().save(&mut order).unwrap();
        }
        let opened = shop.subscribe("orders").of::<Order>().batch_bytes(2_500).open(&kept);
        let mut orders = block_on(opened).unwrap();
        let batch = next(&mut orders);
        assert_eq!(positions(&batch), [1, 2, 3], "the third passes the bound");
        block_on(batch.ack()).unwrap();
        assert_eq!(positions(&next(&mut orders)), [4, 5, 6]);
        drop((batch, orders));
        // One event at least, however large.
        let opened = shop.subscribe("orders").of::<Order>().batch_bytes(1).open(&kept);
        assert_eq!(positions(&next(&mut block_on(opened).unwrap())), [4]);
    });
}

#[test]
fn events_of_others_are_passed_and_not_read_again() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, [1]);
        let opened = shop.subscribe("orders").of::<Order>().until_end().open(&kept);
        let mut orders = block_on(opened).unwrap();
        let batch = next(&mut orders);
        assert_eq!(positions(&batch), [1]);
        block_on(batch.ack()).unwrap();
        drop(batch);
        let mut customers: Vec<_> = (0..5_000).map(|_| Customer::register()).collect();
        block_on(shop.commit(&mut customers)).unwrap();
        assert!(block_on(orders.next()).unwrap().is_none());
        drop(orders);
        let position = block_on(kept.list()).unwrap()[0].checkpoint;
        assert_eq!(position, 5_001, "kept without an acknowledgement, as nothing of it was delivered");
    });
}

#[test]
fn an_application_delivers_the_events_of_all_its_aggregates() {
    in_each(|kept| {
        let shop = shop();
        let (mut order, mut customer) = (Order::place(5, "gift"), Customer::register());
        block_on(shop.commit((&mut order, &mut customer))).unwrap();
        let mut all = block_on(shop.subscribe("all").open(&kept)).unwrap();
        let batch = next(&mut all);
        let events: Vec<_> = batch.iter().map(|event| event.event.clone()).collect();
        let placed = OrderEvent::Placed { number: 5, note: "gift".to_owned() };
        let (of_order, of_customer) =
            (ShopEvent::Orders(order.id(), placed), ShopEvent::Customers(customer.id(), CustomerEvent::Registered));
        assert_eq!(events, [of_order, of_customer]);
        assert_eq!(batch.events()[1].id(), StreamId::new("Customer", customer.id().as_uuid()));
        drop((batch, all));

        let metadata = Metadata::new().with_actor("alice");
        shop.orders.with_metadata(metadata.clone()).blocking().save(&mut Order::place(6, "")).unwrap();
        let mut orders = block_on(shop.orders.subscribe("mine").starting(Start::After(2.into())).open(&kept)).unwrap();
        let batch = next(&mut orders);
        let event = &batch.events()[0];
        assert_eq!((event.position.get(), event.version.get(), &event.metadata), (3, 1, &metadata));
    });
}

#[test]
fn it_is_a_stream_and_an_iterator() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=2);
        let mut orders = open(&shop, "orders", &kept);
        let polled = std::future::poll_fn(|context| Pin::new(&mut orders).poll_next(context));
        let batch = block_on(polled).unwrap().unwrap();
        assert_eq!(positions(&batch), [1, 2]);
        block_on(batch.ack()).unwrap();
        drop((batch, orders));
        place(&shop, 3..=5);
        let orders = shop.orders.blocking().subscribe("orders").batch_size(2).until_end().open(&kept).unwrap();
        let mut seen = Vec::new();
        for batch in orders {
            let batch = batch.unwrap();
            seen.extend(batch.iter().map(|event| event.position.get()));
            batch.ack().unwrap();
        }
        assert_eq!(seen, [3, 4, 5]);
    });
}

#[test]
fn a_reader_that_is_slow_or_gone_disturbs_neither_writers_nor_readers() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 0..10);
        // It holds its first batch all the time.
        let mut slow = open(&shop, "slow", &kept);
        let held = next(&mut slow);
        let mut gone = open(&shop, "gone", &kept);
        drop(next(&mut gone));
        std::mem::forget(gone);
        let mut fast = open(&shop, "fast", &kept);
        let total = 10 + 4 * 100;
        let mut seen = Vec::new();
        thread::scope(|scope| {
            for writer in 1..=4 {
                let shop = &shop;
                scope.spawn(move || place(shop, (0..100).map(|number| writer * 1_000 + number)));
            }
            while seen.len() < total {
                let batch = next(&mut fast);
                seen.extend(positions(&batch));
                block_on(batch.ack()).unwrap();
            }
        });
        assert_eq!(seen, (1..=total as u64).collect::<Vec<_>>());
        let mut later = Vec::new();
        block_on(held.ack()).unwrap();
        while slow.position() < total as u64 {
            let batch = next(&mut slow);
            assert!(batch.len() <= 3, "as much as it asks for, however far it is behind");
            later.extend(positions(&batch));
            block_on(batch.ack()).unwrap();
        }
        assert_eq!(later, (4..=total as u64).collect::<Vec<_>>());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_read_in_a_task() {
    let folder = TempDir::new().unwrap();
    let views = Views::sqlite(folder.path()).unwrap();
    let shop = shop();
    place(&shop, 1..=3);
    let opened = shop.subscribe("orders").of::<Order>().open(&views);
    let task = tokio::spawn(async move {
        let mut orders = opened.await?;
        let lag = orders.lag().await?;
        let batch = orders.next().await?.expect("it waits");
        batch.ack().await?;
        orders.close().await?;
        Ok::<_, eventsourcing::Error>((lag, batch.len()))
    });
    assert_eq!(task.await.unwrap().unwrap(), (3, 3));
}
