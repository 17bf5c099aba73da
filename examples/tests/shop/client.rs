//! A shop that is open on a port of its own until the test ends, and a client of it.

use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::testing::TestClock;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::shop::{Server, Shop, views};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Who asks, and where.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    address: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) location: String,
    pub(crate) etag: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn id(&self) -> String {
        assert_eq!(self.status, 201, "{self:?}");
        self.json()["id"].as_str().unwrap().to_owned()
    }

    /// Where it is shown.
    pub(crate) fn place(&self) -> &str {
        self.location.split('?').next().unwrap()
    }

    pub(crate) fn position(&self) -> u64 {
        self.location.split_once("?after=").unwrap().1.parse().unwrap()
    }
}

impl Client {
    pub(crate) fn of(address: String) -> Self {
        // Each request has a connection of its own: the server ends one whose body it did not read, which the next would meet.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).max_idle_connections(0);
        Self { agent: config.build().new_agent(), address }
    }

    pub(crate) fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let asked = self.agent.get(format!("{}{path}", self.address));
        let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value));
        answer(asked.call().unwrap())
    }

    pub(crate) fn post_with(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        self.try_post(path, body, headers).unwrap()
    }

    pub(crate) fn try_post(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let asked = self.agent.post(format!("{}{path}", self.address));
        let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value));
        asked.send(body).map(answer)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_json(path, body, &[])
    }

    pub(crate) fn post_json(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        self.post_with(path, &body.to_string(), &[&[("content-type", "application/json")], headers].concat())
    }

    pub(crate) fn product(&self, name: &str, price: u32, stock: u32) -> String {
        self.post("/products", &json!({ "name": name, "price": price, "stock": stock })).id()
    }

    /// Somebody who has so many pieces of a product in the cart.
    pub(crate) fn customer_with(&self, email: &str, product: &str, pieces: u32) -> String {
        let id = self.post("/customers", &json!({ "name": "Ann", "email": email })).id();
        let put = self.post(&format!("/customers/{id}/cart"), &json!({ "product": product, "pieces": pieces }));
        assert_eq!(put.status, 200, "{put:?}");
        id
    }

    pub(crate) fn order(&self, customer: &str) -> Answer {
        self.post(&format!("/customers/{customer}/orders"), &json!({}))
    }

    pub(crate) fn pay(&self, reference: &str, order: &str, cents: u32) {
        let paid = self.post("/payments", &json!({ "reference": reference, "order": order, "cents": cents }));
        assert_eq!(paid.status, 201, "{paid:?}");
    }

    pub(crate) fn status(&self, order: &str) -> String {
        self.get(&format!("/orders/{order}")).json()["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn stock(&self, product: &str) -> u64 {
        self.get(&format!("/products/{product}")).json()["stock"].as_u64().unwrap()
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    };
    let (kind, location, etag) = (header("content-type"), header("location"), header("etag"));
    let status = response.status().as_u16();
    Answer { status, kind, location, etag, text: response.body_mut().read_to_string().unwrap() }
}

/// A shop within this program, whose clock the test moves.
pub(crate) struct Open {
    pub(crate) client: Client,
    pub(crate) clock: TestClock,
    pub(crate) shop: Shop,
    pub(crate) views: Views,
    end: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl Open {
    pub(crate) fn new() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), TestClock::new());
        let store = SqliteStore::open(folder.path().join("shop.db")).unwrap();
        let shop = Shop::new(store.clone());
        let views = views(&folder.path().join("views")).unwrap().clock(clock.clone());
        let server = Server {
            shop: Shop::new(store),
            views: views.clone(),
            payment_within: SignedDuration::from_hours(14 * 24),
        };
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let client = Client::of(format!("http://{}", listener.local_addr().unwrap()));
        let (end, ended) = oneshot::channel();
        let serving = spawn(move || {
            let until = async move { drop(ended.await) };
            runtime.block_on(server.run(listener, until, Duration::from_secs(10))).unwrap();
        });
        Self { client, clock, shop, views, end: Some(end), serving: Some(serving), _folder: folder }
    }

    /// Waits until the process has reacted to all that was done, and lists show it.
    pub(crate) fn settled(&self) {
        self.views.blocking().settled().unwrap();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        drop(self.end.take());
        self.serving.take().unwrap().join().unwrap();
    }
}
