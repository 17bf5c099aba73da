//! Mails to new customers, by a durable subscription: each is sent at least once, and its key lets the mail server deliver it once.
//!
//! `cargo run --example mailer` shows what becomes of a server that is down for a while, and of a program that ends between sending a mail and
//! acknowledging it.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscription;
use uuid::Uuid;

/// A customer of a shop.
#[derive(Aggregate)]
pub(crate) struct Customer {
    root: Root<Self>,
}

#[events]
impl Customer {
    #[event(Joined)]
    pub(crate) fn join(name: &str, mail: &str) -> Self {
        let _ = (name, mail);
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub(crate) struct Shop {
    pub(crate) customers: Repository<Customer>,
}

/// What sends mails. A mail with a key that was sent before is not delivered again: mail services take such an idempotency key.
pub(crate) trait Mail {
    async fn send(&self, key: Uuid, to: &str, text: &str) -> io::Result<()>;
}

/// Sends a mail for each customer who has joined, until there are no more such events. What it acknowledges is never sent again; what it has sent
/// and not acknowledged, because it failed or ended before, is sent again with the same key.
pub(crate) async fn welcome(
    mails: &mut Subscription<CustomerEvent, Id<Customer>>,
    server: &impl Mail,
) -> Result<(), Box<dyn std::error::Error>> {
    while let Some(batch) = mails.next().await? {
        for event in &batch {
            let CustomerEvent::Joined { name, mail } = &event.event;
            server.send(event.key(), mail, &format!("Welcome, {name}!")).await?;
            batch.ack_through(event).await?;
        }
    }
    Ok(())
}

/// A mail server that is down for two calls, and whose answer to the fourth is lost.
#[derive(Default)]
pub(crate) struct Server {
    calls: Mutex<Vec<Uuid>>,
    delivered: Mutex<HashMap<Uuid, String>>,
}

impl Server {
    /// The keys of all calls, in their order.
    pub(crate) fn calls(&self) -> Vec<Uuid> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The texts that were delivered.
    pub(crate) fn delivered(&self) -> Vec<String> {
        let mut texts: Vec<_> =
            self.delivered.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        texts.sort();
        texts
    }
}

impl Mail for Server {
    async fn send(&self, key: Uuid, to: &str, text: &str) -> io::Result<()> {
        let call = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(key);
            calls.len()
        };
        if call <= 2 {
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "the server is down"));
        }
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.entry(key).or_insert_with(|| format!("{to}: {text}"));
        if call == 4 {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the answer is lost"));
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let shop = Shop::new(SqliteStore::open(folder.path().join("shop.db"))?);
    let views = Views::sqlite(folder.path().join("shop.views"))?;
    for (name, mail) in [("Ann", "ann@example.org"), ("Bob", "bob@example.org"), ("Cid", "cid@example.org")] {
        shop.customers.save(&mut Customer::join(name, mail)).await?;
    }
    let server = Server::default();
    let mails = shop.subscribe("welcome").of::<Customer>().until_end();
    let mut mails = mails.open(&views).await?;
    while let Err(error) = welcome(&mut mails, &server).await {
        println!("{error}: sent again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("{} calls, and these mails:", server.calls().len());
    for text in server.delivered() {
        println!("  {text}");
    }
    Ok(())
}
