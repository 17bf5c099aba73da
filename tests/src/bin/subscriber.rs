//! A process of its own for the tests of subscriptions: it reads the one named `orders` of a store.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use eventsourcing::blocking::{Batch, Subscription};
use eventsourcing::error::SubscriptionError;
use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use eventsourcing_tests::received::{Line, Receiver};
use eventsourcing_tests::sqlite::say;
use eventsourcing_tests::tally::Counter;
use rusqlite::Connection;

#[derive(Aggregate)]
struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    fn place(number: u32, note: &str) -> Self {
        let _ = (number, note);
        Self { root: Root::new() }
    }

    #[event(Paid)]
    #[expect(dead_code, reason = "others pay")]
    fn pay(&mut self, number: u32) {
        let _ = number;
    }
}

type Orders = Subscription<OrderEvent, Id<Order>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["ask", store, folder, lease] => ask(store, folder, lease.parse()?),
        ["receive", store, folder, receiver, last] => {
            receive(open(store, folder, 5_000)?, receiver.as_ref(), last.parse()?)
        }
        ["log", store, folder, receiver, lease] => log(store, folder, receiver.as_ref(), lease.parse()?),
        ["place", store, count] => {
            let orders = Repository::<Order>::new(SqliteStore::open(store)?).blocking();
            for number in 0..count.parse()? {
                orders.save(&mut Order::place(number, ""))?;
            }
            Ok(())
        }
        _ => Err(format!("unknown: {arguments:?}").into()),
    }
}

fn open(store: &str, folder: &str, lease: u64) -> Result<Orders, Box<dyn Error>> {
    let orders = Repository::<Order>::new(SqliteStore::open(store)?).blocking();
    let orders = orders.subscribe("orders").batch_size(3).lease(Duration::from_millis(lease));
    Ok(orders.open(&Subscriptions::sqlite(folder))?)
}

/// Does what it is asked to, line by line.
fn ask(store: &str, folder: &str, lease: u64) -> Result<(), Box<dyn Error>> {
    let mut orders = match open(store, folder, lease) {
        Ok(orders) => orders,
        Err(error) => return Ok(say(format_args!("{error:?}: {error}"))?),
    };
    say("open")?;
    let mut batch: Option<Batch<_, _>> = None;
    for line in io::stdin().lines() {
        let done = match line?.as_str() {
            "next" => orders.next().transpose().map(|next| {
                batch = next;
                let positions = batch.iter().flatten().map(|event| event.position.to_string());
                format!("batch {}", positions.collect::<Vec<_>>().join(" "))
            }),
            "ack" => match &batch {
                Some(batch) => batch.ack().map(|()| "acknowledged".to_owned()),
                None => Ok("no batch".to_owned()),
            },
            line => return Err(format!("unknown: {line}").into()),
        };
        say(done.unwrap_or_else(|error| said(&error)))?;
    }
    Ok(())
}

fn said(error: &SubscriptionError) -> String {
    format!("{error:?}: {error}").replace('\n', " ")
}

/// Hands each event to a receiver, which counts what it is sent, and does once what comes under one key.
fn receive(mut orders: Orders, receiver: &Path, last: u64) -> Result<(), Box<dyn Error>> {
    let receiver = Connection::open(receiver)?;
    receiver.busy_timeout(Duration::from_secs(5))?;
    receiver.execute_batch(
        "PRAGMA synchronous = OFF;
         CREATE TABLE IF NOT EXISTS sent (position INTEGER NOT NULL);
         CREATE TABLE IF NOT EXISTS done (key BLOB PRIMARY KEY, position INTEGER NOT NULL);",
    )?;
    while orders.position() < last {
        let batch = orders.next().ok_or("it ends")??;
        for event in &batch {
            let position = i64::try_from(event.position.get())?;
            receiver.execute("INSERT INTO sent VALUES (?1)", [position])?;
            let key = event.key();
            receiver.execute("INSERT OR IGNORE INTO done VALUES (?1, ?2)", (key.as_bytes(), position))?;
        }
        batch.ack()?;
    }
    Ok(())
}

/// Appends to a file what comes of the counters, and what of it was acknowledged, until it is killed; begins again when another has taken its place.
fn log(store: &str, folder: &str, receiver: &Path, lease: u64) -> Result<(), Box<dyn Error>> {
    let counters = Repository::<Counter>::new(SqliteStore::open(store)?).blocking();
    let kept = Subscriptions::sqlite(folder);
    let mut receiver = Receiver::open(receiver)?;
    loop {
        let counts = counters.subscribe("counts").batch_size(7).lease(Duration::from_millis(lease)).open(&kept)?;
        receiver.add(Line::Begun, counts.position().get())?;
        for batch in counts {
            let batch = match batch {
                Ok(batch) => batch,
                Err(SubscriptionError::Fenced { .. }) => break,
                Err(error) => return Err(error.into()),
            };
            for event in &batch {
                receiver.add(Line::Event(event.key()), event.position.get())?;
            }
            match batch.ack() {
                Ok(()) => receiver.add(Line::Acknowledged, batch.position().get())?,
                Err(SubscriptionError::Fenced { .. }) => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
}
