//! One reader at a time, within a process.

use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::error::SubscriptionError;
use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use tempfile::TempDir;

use crate::domain::{DEADLINE, Order, in_each, is_pending, next, open, place, positions, shop};

#[test]
fn one_who_opens_waits_for_the_other_to_end() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=3);
        let mut first = open(&shop, "orders", &kept);
        let batch = next(&mut first);
        let refused = block_on(shop.subscribe("orders").try_open(&kept)).unwrap_err();
        assert!(matches!(refused, SubscriptionError::Held { .. }), "{refused}");
        let mut waiting = Box::pin(shop.subscribe("orders").of::<Order>().open(&kept));
        for _ in 0..20 {
            assert!(is_pending(&mut waiting));
            thread::sleep(Duration::from_millis(5));
        }
        // The batch has the lease too, so that it can still be acknowledged.
        drop(first);
        assert!(is_pending(&mut waiting));
        block_on(batch.ack()).unwrap();
        drop(batch);
        let second = block_on(waiting).unwrap();
        assert_eq!(second.position(), 3);
    });
}

#[test]
fn what_was_closed_is_refused() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=3);
        let mut first = open(&shop, "orders", &kept);
        let batch = next(&mut first);
        block_on(first.close()).unwrap();
        let refused = block_on(batch.ack()).unwrap_err();
        assert!(matches!(refused, SubscriptionError::Fenced { .. }), "{refused}");
        let mut second = open(&shop, "orders", &kept);
        assert!(matches!(block_on(batch.ack()), Err(SubscriptionError::Fenced { .. })), "also while another has it");
        assert_eq!(positions(&next(&mut second)), [1, 2, 3]);
    });
}

#[test]
fn a_reader_that_takes_longer_than_its_lease_keeps_it() {
    let folder = TempDir::new().unwrap();
    let (kept, others) = (Subscriptions::sqlite(folder.path()), Subscriptions::sqlite(folder.path()));
    let shop = shop();
    place(&shop, 1..=3);
    let lease = Duration::from_millis(100);
    let mut first = block_on(shop.subscribe("orders").lease(lease).open(&kept)).unwrap();
    let batch = next(&mut first);
    let mut waiting = Box::pin(shop.subscribe("orders").lease(lease).open(&others));
    for _ in 0..100 {
        assert!(is_pending(&mut waiting));
        thread::sleep(lease / 10);
    }
    block_on(batch.ack()).unwrap();
}

#[test]
fn one_of_many_has_it() {
    let folder = TempDir::new().unwrap();
    let shop = shop();
    place(&shop, 1..=40);
    let seen = thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let kept = Subscriptions::sqlite(folder.path());
                let shop = &shop;
                scope.spawn(move || {
                    let mut seen = Vec::new();
                    // Each takes a batch, and gives the subscription away.
                    loop {
                        let opened = shop.subscribe("orders").batch_size(2).until_end().open(&kept);
                        let mut orders = block_on(opened).unwrap();
                        let Some(batch) = block_on(orders.next()).unwrap() else { return seen };
                        seen.extend(positions(&batch));
                        block_on(batch.ack()).unwrap();
                    }
                })
            })
            .collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=40).collect::<Vec<_>>(), "each once, as none was killed");
    // The last is given back by a thread.
    let leases = || {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        files.filter(|name| name.to_string_lossy().contains("-lease-")).count()
    };
    let began = Instant::now();
    while leases() > 0 {
        assert!(began.elapsed() < DEADLINE, "a lease is left");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn views_keep_subscriptions_where_they_keep_their_rows() {
    let folder = TempDir::new().unwrap();
    let shop = shop();
    place(&shop, 1..=3);
    let views = Views::sqlite(folder.path().join("views")).unwrap();
    let mut orders = block_on(shop.subscribe("orders").open(&views)).unwrap();
    let other = Views::sqlite(folder.path().join("views")).unwrap();
    assert!(matches!(block_on(shop.subscribe("orders").try_open(&other)), Err(SubscriptionError::Held { .. })));
    block_on(next(&mut orders).ack()).unwrap();
    block_on(orders.close()).unwrap();
    assert_eq!(block_on(shop.subscribe("orders").try_open(&other)).unwrap().position(), 3);
    assert_eq!(views.subscriptions().blocking().list().unwrap()[0].name, "orders");
    assert!(folder.path().join("views/subscriptions.db").exists());

    // In memory, as long as the set lives.
    let views = Views::memory();
    block_on(next(&mut block_on(shop.subscribe("orders").open(&views)).unwrap()).ack()).unwrap();
    assert_eq!(block_on(shop.subscribe("orders").open(&views.clone())).unwrap().position(), 3);
    assert_eq!(block_on(shop.subscribe("orders").open(&Views::memory())).unwrap().position(), 0);
}

#[test]
fn a_lease_whose_end_could_not_be_kept_is_followed_at_once() {
    let folder = TempDir::new().unwrap();
    let kept = Subscriptions::sqlite(folder.path());
    let shop = shop();
    let hour = Duration::from_secs(3_600);
    let first = block_on(shop.subscribe("orders").lease(hour).open(&kept)).unwrap();
    let other = rusqlite::Connection::open(folder.path().join("subscriptions.db")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON subscriptions BEGIN SELECT RAISE(ABORT, 'refused'); END";
    other.execute_batch(refuse).unwrap();
    let closed = block_on(first.close());
    assert!(matches!(closed, Err(SubscriptionError::Kept(_))), "{closed:?}");
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    let others = Subscriptions::sqlite(folder.path());
    drop(block_on(shop.subscribe("orders").try_open(&others)).unwrap());
}

/// What a copy that was made while a reader had the subscription does not have is its locked file.
#[test]
fn what_a_copy_says_to_be_held_is_so_for_as_long_as_its_lease() {
    let folder = TempDir::new().unwrap();
    let shop = shop();
    place(&shop, 1..=3);
    let lease = Duration::from_millis(200);
    let kept = Subscriptions::sqlite(folder.path());
    let reader = block_on(shop.subscribe("orders").lease(lease).open(&kept)).unwrap();
    let copy = || {
        let copy = TempDir::new().unwrap();
        for file in ["subscriptions.db", "subscriptions.db-wal"] {
            std::fs::copy(folder.path().join(file), copy.path().join(file)).unwrap();
        }
        let kept = Subscriptions::sqlite(copy.path());
        (copy, kept)
    };
    let began = Instant::now();
    let (_opened, opened) = copy();
    drop(block_on(shop.subscribe("orders").try_open(&opened)).unwrap());
    let (_removed, removed) = copy();
    assert!(block_on(removed.remove("orders")).unwrap());
    assert!(began.elapsed() > 2 * lease);

    // A reader that lives is seen by its signs of life, also without that file.
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let is_lease = |path: &std::path::PathBuf| path.to_string_lossy().contains("-lease-");
    files.filter(is_lease).for_each(|path| std::fs::remove_file(path).unwrap());
    let refused = block_on(shop.subscribe("orders").try_open(&kept)).unwrap_err();
    assert!(matches!(refused, SubscriptionError::Held { .. }), "{refused}");
    assert!(matches!(block_on(kept.remove("orders")), Err(SubscriptionError::Held { .. })));
    block_on(reader.close()).unwrap();
}
