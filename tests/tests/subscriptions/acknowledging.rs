//! What is acknowledged, and what is delivered again.

use eventsourcing::prelude::*;
use pollster::block_on;

use crate::domain::{Customer, in_each, keys, next, open, place, positions, shop};

#[test]
fn batches_come_in_order_until_they_are_acknowledged() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=7);
        let mut orders = open(&shop, "orders", &kept);
        let first = next(&mut orders);
        assert_eq!(positions(&first), [1, 2, 3]);
        assert_eq!(orders.position(), 0);
        block_on(first.ack()).unwrap();
        assert_eq!((orders.position().get(), block_on(orders.lag()).unwrap()), (3, 4));

        // Not acknowledged: the same again, by this handle and by the next.
        let second = next(&mut orders);
        assert_eq!(positions(&second), [4, 5, 6]);
        assert_eq!(keys(&next(&mut orders)), keys(&second));
        // A batch has the lease too.
        drop((first, second, orders));
        let mut orders = open(&shop, "orders", &kept);
        let second = next(&mut orders);
        assert_eq!(positions(&second), [4, 5, 6]);
        block_on(second.ack()).unwrap();
        let third = next(&mut orders);
        assert_eq!(positions(&third), [7]);
        // A second acknowledgement, and that of an earlier batch, change nothing.
        block_on(third.ack()).unwrap();
        block_on(third.ack()).unwrap();
        block_on(second.ack()).unwrap();
        assert_eq!(orders.position(), 7);
        drop((second, third, orders));
        assert_eq!(open(&shop, "orders", &kept).position(), 7);
    });
}

#[test]
fn a_part_of_a_batch_is_acknowledged() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=3);
        let mut orders = open(&shop, "orders", &kept);
        let batch = next(&mut orders);
        block_on(batch.ack_through(&batch.events()[1])).unwrap();
        block_on(batch.ack_through(&batch.events()[0])).unwrap();
        assert_eq!(orders.position(), 2);
        drop((batch, orders));
        let mut orders = open(&shop, "orders", &kept);
        let rest = next(&mut orders);
        assert_eq!(positions(&rest), [3]);
        block_on(rest.ack()).unwrap();
        // One of another batch is done with already, or not of this one.
        place(&shop, 4..=4);
        let last = next(&mut orders);
        block_on(last.ack_through(&rest.events()[0])).unwrap();
        assert_eq!(orders.position(), 3);
    });
}

#[test]
fn nothing_is_passed_while_it_is_not_acknowledged() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, [1]);
        let mut orders = open(&shop, "orders", &kept);
        let batch = next(&mut orders);
        let mut customers: Vec<_> = (0..5_000).map(|_| Customer::register()).collect();
        block_on(shop.commit(&mut customers)).unwrap();
        assert_eq!(positions(&next(&mut orders)), [1]);
        assert_eq!(orders.position(), 0);
        block_on(batch.ack()).unwrap();
        assert!(orders.position() > 0);
    });
}
