//! What is wrong with a request, said in one way.

use eventsourcing::prelude::*;
use serde_json::{Value, json};

use crate::client::{Answer, Open};
use crate::shop;

fn assert_problem(answer: &Answer, status: u16, kind: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, answer.kind.as_str()), (status, "application/problem+json"), "{answer:?}");
    assert_eq!((&problem["status"], &problem["type"]), (&json!(status), &json!(kind)), "{answer:?}");
    assert!(problem["title"].is_string() && !problem["detail"].as_str().unwrap().is_empty(), "{answer:?}");
}

#[test]
fn each_error_is_a_problem() {
    let open = Open::new();
    let client = &open.client;
    let tea = client.product("Tea", 450, 1);
    let ann = client.customer_with("ann@example.org", &tea, 2);
    let nobody = Id::<Open>::new();
    let registered = |name: &str, email: &str| client.post("/customers", &json!({ "name": name, "email": email }));

    assert_problem(&registered("Ann", "ANN@example.org"), 409, "/problems/taken");
    assert_problem(&client.order(&ann), 409, "/problems/out-of-stock");
    assert_problem(&registered(" ", "carl@example.org"), 422, "about:blank");
    assert_problem(&registered("Carl", "carl"), 422, "about:blank");
    let pieces = |pieces: i64| client.post(&format!("/products/{tea}/stock"), &json!({ "pieces": pieces }));
    assert_problem(&pieces(1 << 32), 422, "about:blank");
    assert_problem(&pieces(-1), 422, "about:blank");
    let bob = registered("Bob", "bob@example.org").id();
    assert_problem(&client.order(&bob), 422, "/problems/empty-cart");
    assert_problem(&client.get(&format!("/products/{nobody}")), 404, "about:blank");
    assert_problem(&client.get(&format!("/customers/{nobody}")), 404, "about:blank");
    assert_problem(&client.get("/customers"), 400, "about:blank");
    assert_problem(&client.get("/customers?email=carol@example.org"), 404, "about:blank");
    let pay = json!({ "reference": "one", "order": nobody, "cents": 1 });
    assert_problem(&client.post("/payments", &pay), 404, "about:blank");
    assert_problem(&client.post(&format!("/orders/{nobody}/shipment"), &json!({})), 404, "about:blank");
    assert_problem(&client.get("/orders/one"), 400, "about:blank");
    assert_problem(&client.get("/admin/orders?status=Lost"), 400, "about:blank");
    assert_problem(&client.get("/nothing"), 404, "about:blank");
    assert_problem(&client.post("/admin/audit", &Value::Null), 405, "about:blank");
    assert_problem(&client.post_with("/products", "{", &[("content-type", "application/json")]), 400, "about:blank");
    assert_problem(&client.post_with("/products", "Tea", &[("content-type", "text/plain")]), 415, "about:blank");
}

#[test]
fn a_browser_is_shown_a_page_of_it() {
    let open = Open::new();
    let answer = open.client.get_with("/orders/one", &[("accept", "text/html,application/xhtml+xml")]);
    assert_eq!(answer.status, 400);
    assert!(answer.kind.starts_with("text/html") && answer.text.contains("<h1>Bad Request</h1>"), "{answer:?}");
}

#[test]
fn the_description_names_each_address() {
    let open = Open::new();
    let document = open.client.get("/openapi.json");
    assert_eq!((document.status, document.kind.as_str()), (200, "application/json"));
    let document = document.json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", &Id::<shop::Shop>::new().to_string());
        for method in methods.as_object().unwrap().keys() {
            let answer = if method == "get" { open.client.get(&path) } else { open.client.post(&path, &json!({})) };
            let is_routed = answer.status != 405 && !answer.text.contains("\"detail\":\"Not Found\"");
            assert!(is_routed && answer.status < 500, "{method} {path}: {answer:?}");
        }
    }
}
