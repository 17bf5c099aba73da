//! A side that is measured: a program that serves a shop, and what is in it.

use std::fs::read_to_string;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Extent;
use super::connection::{Connection, Failed};
use super::measured::{Turn, Work};

/// How many orders a customer has before the first round.
const ORDERS: usize = 3;
const IN_CART: usize = 3;

pub(super) struct Side {
    pub(super) name: &'static str,
    load: Extent,
    address: SocketAddr,
    program: Child,
    _folder: TempDir,
    products: Vec<String>,
    customers: Vec<String>,
    orders: Vec<String>,
}

/// What a connection is to send: the path, and what is posted.
enum Asked {
    Page(String),
    Post(String, Value, StatusCode),
}

impl Side {
    /// Starts this program again, as a server with an empty folder.
    pub(super) async fn start(name: &'static str, command: &str, load: &Extent) -> Result<Self, Failed> {
        let folder = tempfile::tempdir_in(".")?;
        let mut program = Command::new(std::env::current_exe()?)
            .args([command, "--port", "0", "--db"])
            .arg(folder.path().join("shop.db"))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(program.stdout.take().ok_or("it has no output")?).read_line(&mut line).await?;
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse()?;
        let (products, customers, orders) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { name, load: load.clone(), address, program, _folder: folder, products, customers, orders })
    }

    /// Has the shop filled with products, customers and orders.
    pub(super) async fn fill(&mut self) -> Result<(), Failed> {
        let created = StatusCode::CREATED;
        let product = |number| json!({ "name": format!("Product {number}"), "price": 450, "stock": 1_000_000 });
        let offers =
            (0..self.load.products).map(|number| Asked::Post("/products".to_owned(), product(number), created));
        self.products = ids(&self.send(offers.collect()).await?.answers);
        let customer = |number| json!({ "name": "Ann", "email": format!("ann{number}@example.org") });
        let registered =
            (0..self.load.customers).map(|number| Asked::Post("/customers".to_owned(), customer(number), created));
        self.customers = ids(&self.send(registered.collect()).await?.answers);
        for _ in 0..ORDERS {
            self.turn(Work::Place).await?;
        }
        Ok(())
    }

    /// Does the work of a turn: what it needs is done before, and what it has led to is waited for after it.
    pub(super) async fn turn(&mut self, work: Work) -> Result<Turn, Failed> {
        let reads = self.load.reads;
        let asked: Vec<_> = match work {
            Work::Products => (0..reads).map(|_| Asked::Page("/products".to_owned())).collect(),
            Work::Order => (0..reads).map(|_| Asked::Page(format!("/orders/{}", any(&self.orders)))).collect(),
            Work::OrdersOf => {
                (0..reads).map(|_| Asked::Page(format!("/customers/{}/orders", any(&self.customers)))).collect()
            }
            Work::Place => {
                self.fill_carts().await?;
                let place =
                    |customer| Asked::Post(format!("/customers/{customer}/orders"), json!({}), StatusCode::CREATED);
                self.customers.iter().map(place).collect()
            }
        };
        let (requests, cpu) = (asked.len(), self.cpu());
        let sent = self.send(asked).await?;
        self.quiet().await;
        if matches!(work, Work::Place) {
            self.orders.extend(ids(&sent.answers));
        }
        let cpu = self.cpu().saturating_sub(cpu);
        Ok(Turn { requests, time: sent.time, latencies: sent.latencies, cpu })
    }

    async fn fill_carts(&self) -> Result<(), Failed> {
        let mut asked = Vec::new();
        for customer in &self.customers {
            for _ in 0..IN_CART {
                let put = json!({ "product": any(&self.products), "pieces": 1 });
                asked.push(Asked::Post(format!("/customers/{customer}/cart"), put, StatusCode::OK));
            }
        }
        self.send(asked).await?;
        self.quiet().await;
        Ok(())
    }

    /// Sends all of these by connections that each take the next one that is left.
    async fn send(&self, asked: Vec<Asked>) -> Result<Sent, Failed> {
        let (asked, next) = (Arc::new(asked), Arc::new(AtomicUsize::new(0)));
        let mut connections = Vec::new();
        for _ in 0..self.load.connections {
            connections.push(Connection::open(self.address).await?);
        }
        let (begun, mut sending) = (Instant::now(), JoinSet::new());
        for mut connection in connections {
            let (asked, next) = (Arc::clone(&asked), Arc::clone(&next));
            sending.spawn(async move {
                let mut sent = Sent::default();
                while let Some(asked) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    match asked {
                        Asked::Page(path) => drop(connection.page(path).await?),
                        Asked::Post(path, body, wanted) => {
                            sent.answers.push(connection.post(path, body, *wanted).await?);
                        }
                    }
                    sent.latencies.push(begun.elapsed());
                }
                Ok::<_, Failed>(sent)
            });
        }
        let mut all = Sent::default();
        while let Some(sent) = sending.join_next().await {
            let sent = sent??;
            all.answers.extend(sent.answers);
            all.latencies.extend(sent.latencies);
        }
        all.time = begun.elapsed();
        Ok(all)
    }

    /// How long the program has computed, as Linux says.
    fn cpu(&self) -> Duration {
        let stat = self.program.id().and_then(|id| read_to_string(format!("/proc/{id}/stat")).ok()).unwrap_or_default();
        // After the name, which ends in `) `: user and system time are the 12th and 13th field, in hundredths of a second.
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Waits until the program does nothing any more: its views and processes have come to the end.
    async fn quiet(&self) {
        let mut before = self.cpu();
        loop {
            sleep(Duration::from_millis(200)).await;
            let now = self.cpu();
            if now.saturating_sub(before) < Duration::from_millis(20) {
                return;
            }
            before = now;
        }
    }
}

#[derive(Default)]
struct Sent {
    time: Duration,
    latencies: Vec<Duration>,
    answers: Vec<Value>,
}

fn ids(answers: &[Value]) -> Vec<String> {
    answers.iter().filter_map(|answer| answer["id"].as_str()).map(ToOwned::to_owned).collect()
}

fn any(ids: &[String]) -> &str {
    fastrand::choice(ids).map_or("", String::as_str)
}
