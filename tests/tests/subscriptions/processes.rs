//! Readers in processes of their own, which are killed and stopped.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::subscription::Subscriptions;
use pollster::block_on;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::domain::{DEADLINE, Order, Shop, next, place, positions};

struct Place {
    folder: TempDir,
}

impl Place {
    fn with_orders(count: u32) -> Self {
        let place_of = Self { folder: TempDir::new().unwrap() };
        place(&place_of.shop(), 0..count);
        place_of
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    fn views(&self) -> PathBuf {
        self.folder.path().join("views")
    }

    fn receiver(&self) -> PathBuf {
        self.folder.path().join("receiver.db")
    }

    fn shop(&self) -> Shop {
        Shop::new(SqliteStore::open(self.store()).unwrap())
    }

    fn reader(&self, lease: u64) -> Reader {
        let mut reader = self.waiting(lease);
        assert_eq!(reader.answer(), "open");
        reader
    }

    /// A reader that may have to wait for another.
    fn waiting(&self, lease: u64) -> Reader {
        let mut process = command("ask", &self.store(), &self.views());
        let mut process = process.arg(lease.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (asks, lines) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()).lines());
        let (sender, says) = channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Reader { process, asks, says }
    }
}

fn command(task: &str, store: &Path, views: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subscriber"));
    command.arg(task).arg(store).arg(views);
    command
}

/// A process that reads the subscription, and is killed when this is dropped.
struct Reader {
    process: Child,
    asks: ChildStdin,
    says: Receiver<String>,
}

impl Reader {
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.asks, "{line}").unwrap();
        self.answer()
    }

    fn answer(&mut self) -> String {
        self.says.recv_timeout(DEADLINE).unwrap()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.process.id().to_string()).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_reader_that_is_killed_is_followed_at_once_by_the_next() {
    let place = Place::with_orders(7);
    // The lease is of no importance: a lock says that the process has ended.
    let hour = 3_600_000;
    let mut first = place.reader(hour);
    assert_eq!(first.ask("next"), "batch 1 2 3");
    let mut second = place.waiting(hour);
    drop(first);
    assert_eq!(second.answer(), "open");
    // Killed between next and ack: again. Between ack and next: not again.
    assert_eq!(second.ask("next"), "batch 1 2 3");
    assert_eq!(second.ask("ack"), "acknowledged");
    drop(second);
    let mut third = place.reader(hour);
    assert_eq!(third.ask("next"), "batch 4 5 6");
    drop(third);
    let kept = Subscriptions::sqlite(place.views());
    let listed = block_on(kept.list()).unwrap().remove(0);
    assert_eq!((listed.checkpoint.get(), listed.is_held), (3, false));
    let mut orders = block_on(place.shop().subscribe("orders").of::<Order>().try_open(&kept)).unwrap();
    assert_eq!(positions(&next(&mut orders)), [4, 5, 6, 7]);
}

#[test]
fn one_that_is_stopped_past_its_lease_is_fenced() {
    let place = Place::with_orders(7);
    let mut first = place.reader(200);
    assert_eq!(first.ask("next"), "batch 1 2 3");
    first.signal("-STOP");
    // It lives, so that only its silence tells.
    let mut second = place.reader(200);
    assert_eq!(second.ask("next"), "batch 1 2 3");
    assert_eq!(second.ask("ack"), "acknowledged");
    first.signal("-CONT");
    let refused = first.ask("ack");
    assert!(refused.starts_with("Fenced") && refused.contains("`orders`"), "{refused}");
    assert!(first.ask("next").starts_with("Fenced"));
    assert_eq!(second.ask("next"), "batch 4 5 6");
    assert_eq!(second.ask("ack"), "acknowledged");
    // What the first has left does not look like an end of the second.
    drop(first);
    let kept = Subscriptions::sqlite(place.views());
    assert!(block_on(place.shop().subscribe("orders").try_open(&kept)).is_err());
}

#[test]
fn one_that_is_stopped_shorter_than_its_lease_goes_on() {
    let place = Place::with_orders(3);
    let mut first = place.reader(3_600_000);
    assert_eq!(first.ask("next"), "batch 1 2 3");
    first.signal("-STOP");
    let mut second = place.waiting(200);
    thread::sleep(Duration::from_secs(1));
    first.signal("-CONT");
    assert_eq!(first.ask("ack"), "acknowledged");
    drop(first);
    assert_eq!(second.answer(), "open");
}

#[test]
fn each_event_is_sent_though_its_sender_is_killed_again_and_again() {
    const ORDERS: u32 = 300;
    let place = Place::with_orders(ORDERS / 2);
    let mut writer = Command::new(env!("CARGO_BIN_EXE_subscriber"));
    let mut writer = writer.arg("place").arg(place.store()).arg((ORDERS / 2).to_string()).spawn().unwrap();
    let mut rng = fastrand::Rng::new();
    println!("seed {}", rng.get_seed());
    let last = ORDERS.to_string();
    let receive =
        || command("receive", &place.store(), &place.views()).arg(place.receiver()).arg(&last).spawn().unwrap();
    let mut kills = 0;
    while kills < 20 {
        let mut both = [receive(), receive()];
        thread::sleep(Duration::from_millis(rng.u64(5..120)));
        rng.shuffle(&mut both);
        for process in &mut both {
            process.kill().unwrap();
            process.wait().unwrap();
            kills += 1;
        }
    }
    assert!(writer.wait().unwrap().success());
    assert!(receive().wait().unwrap().success());
    let receiver = Connection::open(place.receiver()).unwrap();
    let count = |query: &str| receiver.query_row(query, (), |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM done"), ORDERS, "one key for each");
    assert_eq!(count("SELECT count(DISTINCT position) FROM done"), ORDERS);
    assert_eq!(count("SELECT count(DISTINCT position) FROM sent"), ORDERS, "none is skipped");
    println!("{} were sent again", count("SELECT count(*) FROM sent") - ORDERS);
}
