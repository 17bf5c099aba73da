//! A shop that is told to stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::prelude::*;
use serde_json::json;

use crate::client::Client;
use crate::shop::Shop;

/// The program itself, in a process of its own that ends with the test.
struct Program(Child);

impl Program {
    fn stop(&mut self, signal: &str) {
        assert!(Command::new("kill").arg(signal).arg(self.0.id().to_string()).status().unwrap().success());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.0.try_wait().unwrap() {
                return assert!(status.success(), "{status}");
            }
            thread::sleep(Duration::from_millis(10));
        }
        assert!(self.0.try_wait().unwrap().is_some(), "it goes on");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.0.try_wait().unwrap().is_none() {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }
}

fn start(db: &Path) -> (Program, BufReader<ChildStdout>, Client) {
    // Beside the folder of this test's own program: `cargo test` builds examples, too.
    let program = std::env::current_exe().unwrap();
    let program = program.ancestors().nth(2).unwrap().join("examples").join("shop");
    let arguments = ["serve", "--port", "0", "--payment-within", "1s", "--stop-within", "1s", "--db"];
    let mut child = Command::new(program).args(arguments).arg(db).stdout(Stdio::piped()).spawn().unwrap();
    let (mut out, mut line) = (BufReader::new(child.stdout.take().unwrap()), String::new());
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("the shop is open at ").unwrap().to_owned();
    (Program(child), out, Client::of(address))
}

#[test]
fn it_answers_what_came_before_and_keeps_what_it_has_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("shop.db");
    let (mut program, mut out, client) = start(&db);
    let answered = Arc::new(AtomicUsize::new(0));
    let registering = |thread: u32| {
        let (client, answered) = (client.clone(), Arc::clone(&answered));
        thread::spawn(move || {
            let mut acknowledged = Vec::new();
            for number in 0.. {
                let customer = json!({ "name": "Ann", "email": format!("c{number}@{thread}.example.org") }).to_string();
                let Ok(answer) = client.try_post("/customers", &customer, &[("content-type", "application/json")])
                else {
                    break;
                };
                acknowledged.push(answer.id());
                answered.fetch_add(1, Ordering::Relaxed);
            }
            acknowledged
        })
    };
    let registering: Vec<_> = (0..8).map(registering).collect();
    let begun = Instant::now();
    while answered.load(Ordering::Relaxed) < 100 {
        assert!(begun.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(1));
    }
    program.stop("-TERM");
    let mut said = String::new();
    out.read_to_string(&mut said).unwrap();
    assert_eq!(said, "the shop is closed\n");

    let shop = Shop::new(SqliteStore::open(&db).unwrap());
    let acknowledged: Vec<_> = registering.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert!(acknowledged.len() >= 100, "{}", acknowledged.len());
    for customer in acknowledged {
        assert!(shop.customers.blocking().contains(customer.parse().unwrap()).unwrap());
    }
}

#[test]
fn it_does_not_wait_for_a_request_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, _out, shop) = start(&folder.path().join("shop.db"));
    let mut slow = TcpStream::connect(shop.host()).unwrap();
    slow.write_all(b"POST /products HTTP/1.1\r\nhost: shop\r\ncontent-length: 9\r\n\r\n{").unwrap();
    // It has begun to read it when it answers one that came later.
    assert_eq!(shop.get("/products").status, 200);
    let begun = Instant::now();
    program.stop("-TERM");
    assert!((Duration::from_millis(900)..Duration::from_secs(9)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[test]
fn the_time_for_a_payment_is_that_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, _out, shop) = start(&folder.path().join("shop.db"));
    let tea = shop.product("Tea", 450, 1);
    let order = shop.order(&shop.customer_with("ann@example.org", &tea, 1)).id();
    assert_eq!((shop.status(&order), shop.stock(&tea)), ("Placed".to_owned(), 0));
    let begun = Instant::now();
    while shop.status(&order) != "Cancelled" {
        assert!(begun.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(shop.stock(&tea), 1);
    program.stop("-INT");
}
