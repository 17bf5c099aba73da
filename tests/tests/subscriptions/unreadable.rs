//! Events that this program does not know, or cannot read.

use std::error::Error as _;

use eventsourcing::StreamId;
use eventsourcing::error::SubscriptionError;
use eventsourcing::log::LogEvent;
use eventsourcing::prelude::*;
use eventsourcing::store::Commit;
use pollster::block_on;

use crate::domain::{Order, OrderEvent, Shop, in_each, next, open, place, positions, shop};

/// Stores an event of an order that the shop has not made.
fn store_raw(shop: &Shop, name: &'static str, payload: &[u8]) {
    let mut commit = Commit::new();
    let stream = StreamId::new("Order", Id::<Order>::new().as_uuid());
    commit.append(stream, 0).unwrap().event(name, 1, payload).unwrap();
    shop.orders.blocking().store().commit(commit).unwrap();
}

fn unreadable(error: SubscriptionError) -> (u64, String) {
    let text = error.to_string();
    // Printed with its causes, it says each thing once.
    let causes: Vec<_> =
        std::iter::successors(error.source(), |cause| (**cause).source()).map(ToString::to_string).collect();
    assert!(causes.len() >= 2 && causes.iter().all(|cause| !text.contains(cause)), "{text}: {causes:?}");
    let SubscriptionError::Unreadable { position, source, .. } = error else { unreachable!("{text}") };
    (position.get(), format!("{text}: {}: {}", source, source.source().unwrap()))
}

#[test]
fn it_stands_before_an_event_that_it_does_not_know_until_that_is_skipped() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, [1]);
        store_raw(&shop, "Wrapped", b"{}");
        place(&shop, [3]);
        store_raw(&shop, "Paid", b"{\"number\": \"four\"}");
        let mut orders = open(&shop, "orders", &kept);
        // What comes before it is delivered first.
        let batch = next(&mut orders);
        assert_eq!(positions(&batch), [1]);
        assert!(
            matches!(block_on(orders.skip(2)), Err(SubscriptionError::NotSkipped { .. })),
            "not before that is done"
        );
        block_on(batch.ack()).unwrap();
        drop(batch);
        for _ in 0..2 {
            let (position, text) = unreadable(block_on(orders.next()).unwrap_err());
            assert_eq!(position, 2);
            assert!(text.contains("Wrapped") && text.contains("skip(2)") && text.contains("`orders`"), "{text}");
        }
        assert_eq!(orders.position(), 1, "it stays");
        for other in [1, 3, 4, 99] {
            let refused = block_on(orders.skip(other)).unwrap_err();
            assert!(
                matches!(&refused, SubscriptionError::NotSkipped { position, .. } if *position == other),
                "{refused}"
            );
        }
        block_on(orders.skip(2)).unwrap();
        let batch = next(&mut orders);
        assert_eq!(positions(&batch), [3]);
        block_on(batch.ack()).unwrap();
        drop(batch);
        // Also one of a known name whose fields are others; and after opening it again.
        drop(orders);
        let mut orders = open(&shop, "orders", &kept);
        assert_eq!(unreadable(block_on(orders.next()).unwrap_err()).0, 4);
        block_on(orders.skip(4)).unwrap();
        let listed = block_on(kept.list()).unwrap().remove(0);
        assert_eq!(listed.checkpoint, 4);
        let skipped: Vec<_> = listed.skipped.iter().map(|skipped| skipped.position.get()).collect();
        assert_eq!(skipped, [2, 4]);
        assert!(listed.skipped[0].error.contains("Wrapped"), "{}", listed.skipped[0].error);
    });
}

#[test]
fn events_of_a_newer_release_are_left_out_or_delivered_as_they_are() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, [1]);
        store_raw(&shop, "Wrapped", b"{\"paper\":1}");
        place(&shop, [3]);
        let opened = shop.subscribe("skipping").of::<Order>().skip_unknown().open(&kept);
        assert_eq!(positions(&next(&mut block_on(opened).unwrap())), [1, 3]);
        let opened = shop.subscribe("keeping").of::<Order>().keep_unknown().open(&kept);
        let mut orders = block_on(opened).unwrap();
        let batch = next(&mut orders);
        assert_eq!(positions(&batch), [1, 2, 3]);
        assert!(matches!(batch.events()[0].event, LogEvent::Known(OrderEvent::Placed { number: 1, .. })));
        let LogEvent::Unknown(raw) = &batch.events()[1].event else { unreachable!() };
        assert_eq!((&*raw.name, &*raw.payload), ("Wrapped", &b"{\"paper\":1}"[..]));
        block_on(batch.ack()).unwrap();
        drop(batch);

        // One that is no event of a newer release is an error all the same.
        store_raw(&shop, "Paid", b"[]");
        assert_eq!(unreadable(block_on(orders.next()).unwrap_err()).0, 4);
    });
}
