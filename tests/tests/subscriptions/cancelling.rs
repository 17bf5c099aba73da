//! Futures that are dropped before they are done.

use std::thread;
use std::time::Duration;

use eventsourcing::prelude::*;
use pollster::block_on;
use tempfile::TempDir;

use crate::domain::{DEADLINE, Shop, in_each, is_pending, next, open, place, positions, shop};

#[test]
fn a_dropped_next_loses_no_event() {
    in_each(|kept| {
        let shop = shop();
        let mut orders = open(&shop, "orders", &kept);
        for number in 1..=5 {
            assert!(is_pending(&mut Box::pin(orders.next())));
            place(&shop, [number]);
            let batch = next(&mut orders);
            assert_eq!(positions(&batch), [u64::from(number)]);
            block_on(batch.ack()).unwrap();
        }
    });
}

#[test]
fn what_is_acknowledged_while_a_batch_is_read_is_not_delivered_again() {
    in_each(|kept| {
        let folder = TempDir::new().unwrap();
        let shop = Shop::new(SqliteStore::open(folder.path().join("shop.db")).unwrap());
        let mut orders = open(&shop, "orders", &kept);
        for number in 1..=20 {
            place(&shop, [number]);
            let batch = next(&mut orders);
            assert_eq!(positions(&batch), [u64::from(number)]);
            // A thread of the store reads the same again, or has read it.
            let _ = is_pending(&mut Box::pin(orders.next()));
            block_on(batch.ack()).unwrap();
        }
    });
}

#[test]
fn a_dropped_ack_has_kept_the_checkpoint_or_not() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=30);
        let mut orders = open(&shop, "orders", &kept);
        let mut seen = Vec::new();
        let mut polled = 0;
        while orders.position() < 30 {
            let batch = next(&mut orders);
            seen.extend(positions(&batch));
            polled += 1;
            match polled % 3 {
                0 => drop(batch.ack()),
                1 => drop(is_pending(&mut Box::pin(batch.ack()))),
                _ => block_on(batch.ack()).unwrap(),
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (1..=30).collect::<Vec<_>>());
    });
}

#[test]
fn a_dropped_open_has_no_lease() {
    in_each(|kept| {
        let shop = shop();
        for _ in 0..20 {
            // Dropped at once, while the file is being asked.
            let _ = is_pending(&mut Box::pin(shop.subscribe("orders").open(&kept)));
        }
        let began = std::time::Instant::now();
        let opened = loop {
            // The last of them is given back by the thread of the file.
            match block_on(shop.subscribe("orders").try_open(&kept)) {
                Ok(opened) => break opened,
                Err(error) => assert!(began.elapsed() < DEADLINE, "{error}"),
            }
            thread::sleep(Duration::from_millis(1));
        };
        let mut waiting = Box::pin(shop.subscribe("orders").open(&kept));
        assert!(is_pending(&mut waiting));
        drop(waiting);
        drop(opened);
        let _ = block_on(shop.subscribe("orders").open(&kept)).unwrap();
    });
}
