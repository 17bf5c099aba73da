//! What becomes of mails whose sending fails, in the example that sends them.
#![allow(dead_code, reason = "the example uses what these tests do not")]

#[path = "../mailer.rs"]
mod mailer;

use eventsourcing::prelude::*;

use self::mailer::{Customer, Server, Shop, welcome};

#[tokio::test]
async fn a_mail_whose_sending_fails_is_sent_again_with_its_key_and_delivered_once() {
    let (shop, views) = (Shop::new(MemoryStore::new()), Views::memory());
    for name in ["Ann", "Bob"] {
        shop.customers.save(&mut Customer::join(name, "mail")).await.unwrap();
    }
    let server = Server::default();
    let mut failed = 0;
    // Each try is of a program that has started again.
    loop {
        let mut mails = shop.subscribe("welcome").of::<Customer>().until_end().open(&views).await.unwrap();
        if welcome(&mut mails, &server).await.is_ok() {
            break;
        }
        failed += 1;
    }
    let calls = server.calls();
    assert_eq!((failed, calls.len()), (3, 5));
    assert!(calls[..3].iter().all(|key| *key == calls[0]) && calls[3] == calls[4] && calls[0] != calls[3]);
    assert_eq!(server.delivered(), ["mail: Welcome, Ann!", "mail: Welcome, Bob!"]);
}
