//! Where a subscription begins, and which names it may have.

use eventsourcing::error::SubscriptionError;
use eventsourcing::prelude::*;
use pollster::block_on;

use crate::domain::{Order, Stranger, in_each, next, place, positions, shop};

#[test]
fn the_start_counts_when_the_name_is_first_seen() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=4);
        let open =
            |name: &str, start| block_on(shop.subscribe(name).of::<Order>().starting(start).open(&kept)).unwrap();
        let mut all = open("all", Start::Beginning);
        let mut after = open("after", Start::After(2.into()));
        let mut now = open("now", Start::Now);
        place(&shop, [5]);
        assert_eq!(positions(&next(&mut all)), [1, 2, 3, 4, 5]);
        assert_eq!(positions(&next(&mut after)), [3, 4, 5]);
        assert_eq!(positions(&next(&mut now)), [5]);
        // Nothing was acknowledged, and still they begin where they began.
        drop((all, after, now));
        assert_eq!(positions(&next(&mut open("now", Start::Beginning))), [5]);
        assert_eq!(positions(&next(&mut open("after", Start::Now))), [3, 4, 5]);
        assert_eq!(positions(&next(&mut open("all", Start::After(4.into())))), [1, 2, 3, 4, 5]);
    });
}

#[test]
fn a_start_behind_the_end_of_the_log_is_refused_and_leaves_the_name_new() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=3);
        for position in [4, 5, u64::MAX] {
            let opened = block_on(shop.subscribe("late").starting(Start::After(position.into())).open(&kept));
            let Err(SubscriptionError::StartAhead { position: asked, head, .. }) = opened else {
                unreachable!("{opened:?}")
            };
            assert_eq!((asked.get(), head.get()), (position, 3));
        }
        let mut late = block_on(shop.subscribe("late").starting(Start::After(2.into())).open(&kept)).unwrap();
        assert_eq!(positions(&next(&mut late)), [3]);
    });
}

#[test]
fn names_are_texts_that_can_be_read() {
    in_each(|kept| {
        let shop = shop();
        let long = "x".repeat(256);
        for name in ["", "a\0b", "a\nb", "\u{7f}", &long] {
            let refused = block_on(shop.subscribe(name).open(&kept)).unwrap_err();
            assert!(matches!(&refused, SubscriptionError::Name { name: given, .. } if given == name), "{refused}");
        }
        for name in ["a", "'; DROP TABLE subscriptions; --", "../x", "ß 漢", &long[1..]] {
            let opened = block_on(shop.subscribe(name).open(&kept)).unwrap();
            assert_eq!(opened.name(), name);
            block_on(opened.close()).unwrap();
        }
        assert_eq!(block_on(kept.list()).unwrap().len(), 5);
    });
}

#[test]
fn only_aggregates_of_the_application_can_be_named() {
    in_each(|kept| {
        let refused = block_on(shop().subscribe("strangers").of::<Stranger>().open(&kept)).unwrap_err();
        let text = refused.to_string();
        assert!(matches!(refused, SubscriptionError::NotPart { aggregate: "Stranger", .. }), "{text}");
        assert!(text.contains("Order, Customer"), "{text}");
        assert!(block_on(kept.list()).unwrap().is_empty());
    });
}

#[test]
fn they_are_listed_and_removed_by_name() {
    in_each(|kept| {
        let shop = shop();
        place(&shop, 1..=3);
        let open = |name: &str| block_on(shop.subscribe(name).batch_size(2).open(&kept)).unwrap();
        let (mut mails, texts) = (open("mails"), open("texts"));
        block_on(next(&mut mails).ack()).unwrap();
        block_on(texts.close()).unwrap();
        let head = shop.orders.blocking().store().head().unwrap();
        let listed = kept.blocking().list().unwrap();
        let shown: Vec<_> =
            listed.iter().map(|one| (&*one.name, one.checkpoint.get(), one.lag(head), one.is_held)).collect();
        assert_eq!(shown, [("mails", 2, 1, true), ("texts", 0, 3, false)]);
        assert!(listed.iter().all(|one| one.store == Some(shop.orders.store().id())));

        assert!(matches!(block_on(kept.remove("mails")), Err(SubscriptionError::Held { name, .. }) if name == "mails"));
        block_on(mails.close()).unwrap();
        assert!(kept.blocking().remove("mails").unwrap());
        assert!(!block_on(kept.remove("mails")).unwrap());
        // A new one, which begins where it is asked to.
        assert_eq!(positions(&next(&mut open("mails"))), [1, 2]);
    });
}
