//! Requests that are sent again, and requests that rest on what was changed since.

use serde_json::{Value, json};

use crate::client::{Answer, Open};

#[test]
fn each_post_is_done_once_for_its_key() {
    let open = Open::new();
    let shop = &open.client;
    // Other requests come between, and the answer is that of the first.
    let twice = |path: &str, body: &Value, between: &dyn Fn()| {
        let send = || shop.post_json(path, body, &[("idempotency-key", "one")]);
        let first = send();
        between();
        let (again, third) = (send(), send());
        // The answer to a payment shows the order, which goes on.
        let without_position = |answer: &Answer| {
            let json = if path == "/payments" { Value::Null } else { answer.json() };
            (answer.status, answer.place().to_owned(), json)
        };
        assert!(first.status < 300, "{first:?}");
        assert_eq!(without_position(&first), without_position(&again), "{path}");
        assert_eq!(without_position(&first), without_position(&third), "{path}");
        first
    };
    let tea = twice("/products", &json!({ "name": "Tea", "price": 450, "stock": 9 }), &|| {}).id();
    twice(&format!("/products/{tea}/stock"), &json!({ "pieces": 1 }), &|| {
        shop.post(&format!("/products/{tea}/price"), &json!({ "price": 500 }));
    });
    assert_eq!(shop.stock(&tea), 10);
    twice(&format!("/products/{tea}/price"), &json!({ "price": 400 }), &|| {
        shop.post(&format!("/products/{tea}/price"), &json!({ "price": 700 }));
    });
    assert_eq!(shop.get(&format!("/products/{tea}")).json()["price"], 700, "the first is not done again");
    let ann = twice("/customers", &json!({ "name": "Ann", "email": "ann@example.org" }), &|| {}).id();
    twice(&format!("/customers/{ann}/cart"), &json!({ "product": tea, "pieces": 2 }), &|| {});
    let orders = format!("/customers/{ann}/orders");
    let order = twice(&orders, &json!({}), &|| {
        shop.post(&format!("/products/{tea}/price"), &json!({ "price": 1 }));
    });
    let order = order.id();
    assert_eq!(shop.stock(&tea), 8);
    let payment = json!({ "reference": "transfer 1", "order": order, "cents": 1_400 });
    twice("/payments", &payment, &|| open.settled());
    assert_eq!(shop.status(&order), "Released");
    twice(&format!("/orders/{order}/shipment"), &json!({}), &|| {});
    // Also when the order has gone on.
    let again = shop.post_json(&orders, &json!({}), &[("idempotency-key", "one")]);
    assert_eq!((again.json()["status"].as_str(), again.id()), (Some("Placed"), order));
}

#[test]
fn a_payment_that_is_reported_twice_is_there_once() {
    let open = Open::new();
    let shop = &open.client;
    let tea = shop.product("Tea", 450, 9);
    let order = shop.order(&shop.customer_with("ann@example.org", &tea, 2)).id();
    let payment = json!({ "reference": "transfer 1", "order": order, "cents": 450 });
    let answer = shop.post("/payments", &payment);
    assert_eq!((answer.id(), answer.etag.as_str()), (order.clone(), "\"1\""), "what it names is the order");
    assert_eq!(shop.post("/payments", &payment).status, 201);
    open.settled();
    assert_eq!(shop.status(&order), "Placed");
    let other = shop.post("/payments", &json!({ "reference": "transfer 1", "order": order, "cents": 451 }));
    assert_eq!((other.status, other.kind.as_str()), (422, "application/problem+json"), "{other:?}");
}

#[test]
fn a_key_that_was_used_is_refused_with_another_body() {
    let open = Open::new();
    let shop = &open.client;
    let send = |path: &str, body: Value| shop.post_json(path, &body, &[("idempotency-key", "one")]);
    let customer = |email: &str| json!({ "name": "Ann", "email": email });
    let ann = send("/customers", customer("ann@example.org")).id();
    let other = send("/customers", customer("bob@example.org"));
    assert_eq!((other.status, other.kind.as_str()), (422, "application/problem+json"), "{other:?}");
    assert_eq!(send("/customers", customer("ann@example.org")).id(), ann);
    assert_eq!(shop.get("/customers?email=bob@example.org").status, 404);

    let tea = shop.product("Tea", 450, 9);
    let stock = |pieces: u32| send(&format!("/products/{tea}/stock"), json!({ "pieces": pieces })).status;
    assert_eq!((stock(1), stock(2), stock(1), shop.stock(&tea)), (200, 422, 200, 10));
    shop.post(&format!("/customers/{ann}/cart"), &json!({ "product": tea, "pieces": 2 }));
    let order = |body: Value| send(&format!("/customers/{ann}/orders"), body).status;
    assert_eq!((order(json!({})), order(json!({ "again": 1 })), order(json!({}))), (201, 422, 201));
    assert_eq!(shop.stock(&tea), 8);
}

#[test]
fn what_rests_on_another_version_is_refused() {
    let open = Open::new();
    let shop = &open.client;
    let tea = shop.product("Tea", 450, 9);
    let (place, seen) = (format!("/products/{tea}/price"), shop.get(&format!("/products/{tea}")).etag);
    let reprice = |price: u32, seen: &str, key: &str| {
        shop.post_json(&place, &json!({ "price": price }), &[("if-match", seen), ("idempotency-key", key)])
    };
    let first = reprice(500, &seen, "one");
    assert_eq!((first.status, first.json()["price"].as_u64()), (200, Some(500)));
    let stale = reprice(600, &seen, "two");
    assert_eq!((stale.status, stale.json()["type"].as_str()), (412, Some("/problems/changed")));
    assert_eq!(reprice(500, &seen, "one").status, 200, "a repetition has seen what the first has seen");
    assert_eq!(reprice(600, &first.etag, "two").status, 200, "what was refused is not done");
    assert_eq!(reprice(700, "*", "three").status, 200);
    assert_eq!(reprice(800, "3", "four").status, 412, "it is no tag");

    // A cart that was changed in another window is not ordered.
    let ann = shop.customer_with("ann@example.org", &tea, 1);
    let stale = shop.post_json(&format!("/customers/{ann}/orders"), &json!({}), &[("if-match", "\"1\"")]);
    assert_eq!((stale.status, shop.stock(&tea)), (412, 9));
    let seen = shop.post_json(&format!("/customers/{ann}/orders"), &json!({}), &[("if-match", "\"2\"")]);
    assert_eq!(seen.status, 201);
}
