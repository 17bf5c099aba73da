//! Another store than the one that was read, or another history of it.

use std::path::Path;

use eventsourcing::error::SubscriptionError;
use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use tempfile::TempDir;

use crate::domain::{Shop, next, open, place, positions};

fn shop_at(path: &Path) -> Shop {
    Shop::new(SqliteStore::open(path).unwrap())
}

/// Has a subscription read all of a shop.
fn read_all(shop: &Shop, kept: &Subscriptions) {
    let mut orders = block_on(shop.subscribe("orders").open(kept)).unwrap();
    block_on(next(&mut orders).ack()).unwrap();
    block_on(orders.close()).unwrap();
}

fn refusal(shop: &Shop, kept: &Subscriptions) -> String {
    let refused = block_on(shop.subscribe("orders").starting(Start::Now).open(kept)).unwrap_err();
    let text = refused.to_string();
    assert!(matches!(refused, SubscriptionError::OtherHistory { .. }), "{text}");
    assert!(text.contains("`orders`") && text.contains("remove"), "{text}");
    text
}

#[test]
fn another_store_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let kept = Subscriptions::sqlite(folder.path());
    let [one, other] = ["one.db", "other.db"].map(|name| shop_at(&folder.path().join(name)));
    place(&one, 1..=3);
    place(&other, 1..=3);
    read_all(&one, &kept);
    let text = refusal(&other, &kept);
    assert!(text.contains(&one.orders.store().id().to_string()), "{text}");
    assert!(text.contains(&other.orders.store().id().to_string()), "{text}");
    // The way out: the store that it has read, or to begin again.
    assert_eq!(open(&one, "orders", &kept).position(), 3);
    assert!(block_on(kept.remove("orders")).unwrap());
    assert_eq!(positions(&next(&mut open(&other, "orders", &kept))), [1, 2, 3]);
}

#[test]
fn another_store_is_refused_also_before_anything_is_read() {
    let kept = Subscriptions::memory();
    drop(open(&crate::domain::shop(), "orders", &kept));
    refusal(&crate::domain::shop(), &kept);
}

#[test]
fn an_older_copy_is_refused_also_when_it_has_gone_on() {
    let folder = TempDir::new().unwrap();
    let (path, copy) = (folder.path().join("shop.db"), folder.path().join("copy.db"));
    let kept = Subscriptions::sqlite(folder.path());
    let store = SqliteStore::open(&path).unwrap();
    let shop = Shop::new(store.clone());
    place(&shop, 1..=2);
    store.backup(&copy).unwrap();
    place(&shop, 3..=4);
    read_all(&shop, &kept);
    drop(shop);
    store.close().unwrap();
    SqliteStore::restore(&copy, &path).unwrap();
    let text = refusal(&shop_at(&path), &kept);
    assert!(text.contains("ends at position 2"), "{text}");
    let shop = shop_at(&path);
    place(&shop, 13..=16);
    let text = refusal(&shop, &kept);
    assert!(text.contains("another event is at that position"), "{text}");
}
