//! From the offer to the shipment.

use serde_json::{Value, json};

use crate::client::Open;

/// The name of the event that somebody has caused.
fn name(deed: &Value) -> &str {
    let event = &deed["event"];
    event.as_str().unwrap_or_else(|| event.as_object().unwrap().keys().next().unwrap())
}

#[test]
fn a_customer_buys_and_an_admin_ships() {
    let open = Open::new();
    let shop = &open.client;
    let (tea, pot) = (shop.product("Tea", 450, 10), shop.product("Pot", 2_000, 2));
    let ann = shop.customer_with("ann@example.org", &tea, 3);
    let put = json!({ "product": pot, "pieces": 1 });
    assert_eq!(shop.post(&format!("/customers/{ann}/cart"), &put).json()["cart"], json!({ &tea: 3, &pot: 1 }));

    let placed = shop.order(&ann);
    let order = placed.id();
    assert_eq!((placed.place(), placed.etag.as_str()), (&*format!("/orders/{order}"), "\"1\""));
    assert_eq!((shop.stock(&tea), shop.stock(&pot)), (7, 1));
    assert_eq!(shop.order(&ann).status, 422, "the cart is empty");

    // A list shows what was done before the position of its answer.
    let at = shop.post(&format!("/products/{tea}/stock"), &json!({ "pieces": 5 })).position();
    let rows = shop.get(&format!("/products?after={at}")).json();
    let row = rows.as_array().unwrap().iter().find(|row| row["id"] == json!(tea)).unwrap();
    assert_eq!(row, &json!({ "id": tea, "name": "Tea", "price": 450, "stock": 12 }));
    let orders = shop.get(&format!("/customers/{ann}/orders?after={at}")).json();
    assert_eq!(
        (&orders[0]["id"], &orders[0]["status"], &orders[0]["total"]),
        (&json!(order), &json!("Placed"), &json!(3_350))
    );

    // Two payments make it up, and one cent is too much.
    shop.pay("transfer 1", &order, 350);
    open.settled();
    assert_eq!(shop.status(&order), "Placed");
    assert_eq!(shop.post(&format!("/orders/{order}/shipment"), &json!({})).status, 409);
    shop.pay("transfer 2", &order, 3_001);
    open.settled();
    assert_eq!(shop.status(&order), "Released");
    assert_eq!(shop.get("/admin/orders?status=Released").json()[0]["id"], json!(order));
    assert_eq!(shop.get("/admin/orders?status=Placed").json(), json!([]));
    let days = shop.get("/admin/revenue").json();
    assert_eq!((days[0]["orders"].as_u64(), days[0]["revenue"].as_u64()), (Some(1), Some(3_350)));

    assert_eq!(shop.post(&format!("/orders/{order}/shipment"), &json!({})).json()["status"], "Shipped");
    let deeds = shop.get("/admin/audit").json();
    let by = |actor: &str, event: &str| {
        let is_so = |deed: &&Value| deed["metadata"]["actor"] == json!(actor) && name(deed) == event;
        deeds.as_array().unwrap().iter().filter(is_so).count()
    };
    let customer = format!("customer {ann}");
    assert_eq!((by(&customer, "Placed"), by(&customer, "Taken"), by("payment provider", "Received")), (1, 2, 2));
    assert_eq!(
        (by("process Settlement", "Released"), by("admin", "Shipped"), by("process Settlement", "Owed")),
        (1, 1, 1)
    );
    let owed = deeds.as_array().unwrap().iter().find(|deed| name(deed) == "Owed").unwrap();
    assert_eq!(
        (&owed["aggregate"], &owed["id"], &owed["event"]),
        (&json!("Settlement"), &json!(order), &json!({ "Owed": { "cents": 1 } }))
    );
}

#[test]
fn the_trace_of_an_order_is_a_tree_of_what_each_request_has_led_to() {
    let open = Open::new();
    let shop = &open.client;
    let tea = shop.product("Tea", 450, 10);
    let order = shop.order(&shop.customer_with("ann@example.org", &tea, 3)).id();
    shop.order(&shop.customer_with("bob@example.org", &tea, 3)).id();
    open.settled();
    shop.pay("transfer 1", &order, 1_350);
    open.settled();
    shop.post(&format!("/orders/{order}/shipment"), &json!({}));

    let traces = shop.get(&format!("/orders/{order}/trace")).json();
    let step = |step: &Value| {
        let deeds = step["events"].as_array().unwrap().iter();
        let deeds: Vec<_> =
            deeds.map(|deed| format!("{} {}", deed["aggregate"].as_str().unwrap(), name(deed))).collect();
        format!("{}: {}", step["depth"], deeds.join(", "))
    };
    let trace = |trace: &Value| trace["steps"].as_array().unwrap().iter().map(step).collect::<Vec<_>>();
    let traces: Vec<_> = traces.as_array().unwrap().iter().map(trace).collect();
    let expected = [
        vec!["0: Product Taken, Customer CartOrdered, Order Placed", "1: Settlement Awaited"],
        vec!["0: Payment Received", "1: Settlement Received, Order Released"],
        vec!["0: Order Shipped"],
    ];
    assert_eq!(traces, expected);
    assert_eq!(shop.get(&format!("/orders/{tea}/trace")).status, 404);
}

#[test]
fn the_audit_is_read_page_by_page() {
    let open = Open::new();
    let shop = &open.client;
    for number in 0..60 {
        shop.product(&format!("Tea {number}"), 1, 1);
    }
    let (last, first) = (shop.get("/admin/audit").json(), shop.get("/admin/audit?before=11").json());
    let positions = |deeds: Value| {
        let position = |deed: &Value| deed["position"].as_u64().unwrap();
        deeds.as_array().unwrap().iter().map(position).collect::<Vec<_>>()
    };
    assert_eq!(positions(last), (11..=60).rev().collect::<Vec<_>>());
    assert_eq!(positions(first), (1..=10).rev().collect::<Vec<_>>());
    assert_eq!(shop.get("/admin/audit?before=1").json(), json!([]));
    assert_eq!(shop.get("/admin/audit?before=0").json(), json!([]));
}

#[test]
fn a_list_shows_what_was_done_before_the_position_that_it_is_asked_for() {
    let open = Open::new();
    let shop = &open.client;
    let tea = shop.product("Tea", 450, 1);
    for stock in 2..102 {
        let at = shop.post(&format!("/products/{tea}/stock"), &json!({ "pieces": 1 })).position();
        assert_eq!(shop.get(&format!("/products?after={at}")).json()[0]["stock"], stock);
    }
}
