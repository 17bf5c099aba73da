//! The keys by which a receiver does once what it is sent twice.

use std::collections::BTreeSet;

use eventsourcing::StreamId;
use eventsourcing::prelude::*;
use eventsourcing::store::Commit;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use tempfile::TempDir;

use crate::domain::{Basket, BasketEvent, Shop, in_each, keys, next, open, place};

#[test]
fn keys_are_of_the_event_and_of_the_name() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(folder.path().join("shop.db")).unwrap();
    let shop = Shop::new(store);
    place(&shop, 1..=5);
    let all = |name: &str, kept: &Subscriptions| {
        let mut orders = block_on(shop.subscribe(name).open(kept)).unwrap();
        keys(&next(&mut orders))
    };
    let mailer = all("mailer", &Subscriptions::memory());
    assert_eq!(all("mailer", &Subscriptions::sqlite(folder.path())), mailer, "wherever it is kept");
    let texts = all("texts", &Subscriptions::memory());
    let distinct: BTreeSet<_> = mailer.iter().chain(&texts).collect();
    assert_eq!(distinct.len(), 10);
    // Another store has other keys for events at the same positions.
    let other = crate::domain::shop();
    place(&other, 1..=5);
    let mut orders = open(&other, "mailer", &Subscriptions::memory());
    assert!(keys(&next(&mut orders)).iter().all(|key| !distinct.contains(key)));
}

#[test]
fn events_that_were_one_have_a_key_each() {
    in_each(|kept| {
        let store = MemoryStore::new();
        let mut commit = Commit::new();
        let stream = StreamId::new("Basket", Id::<Basket>::new().as_uuid());
        let append = commit.append(stream, 0).unwrap();
        let append = append.event("Filled", 1, br#"{"items":["a","b","c"]}"#).unwrap();
        append.event("Filled", 2, br#"{"item":"d"}"#).unwrap();
        store.blocking().commit(commit).unwrap();
        let baskets = Repository::<Basket>::new(store);
        let mut filled = block_on(baskets.subscribe("filled").batch_size(1).open(&kept)).unwrap();
        let batch = next(&mut filled);
        let items: Vec<_> = batch.iter().map(|event| event.event.clone()).collect();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|item| BasketEvent::Filled { item: item.to_owned() });
        assert_eq!(items, [a, b, c], "all of a position, however small the batch");
        let first: BTreeSet<_> = keys(&batch).into_iter().collect();
        assert_eq!(first.len(), 3);
        // They are done with together.
        block_on(batch.ack_through(&batch.events()[1])).unwrap();
        assert_eq!(filled.position(), 0);
        block_on(batch.ack_through(&batch.events()[2])).unwrap();
        assert_eq!(filled.position(), 1);
        let batch = next(&mut filled);
        assert_eq!(batch.events()[0].event, d);
        assert!(!first.contains(&keys(&batch)[0]));
    });
}
