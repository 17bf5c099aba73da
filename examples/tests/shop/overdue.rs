//! Orders that nobody pays, or too late.

use std::time::Duration;

use serde_json::json;

use crate::client::{DAY, Open};

#[test]
fn an_order_that_is_not_paid_is_cancelled_after_14_days_and_its_pieces_are_in_stock_again() {
    let open = Open::new();
    let shop = &open.client;
    let tea = shop.product("Tea", 450, 10);
    let ann = shop.customer_with("ann@example.org", &tea, 3);
    let order = shop.order(&ann).id();
    let paid = shop.order(&shop.customer_with("bob@example.org", &tea, 2)).id();
    shop.pay("transfer 1", &paid, 900);
    shop.pay("transfer 2", &order, 100);
    open.settled();
    open.clock.advance(13 * DAY);
    open.settled();
    assert_eq!((shop.status(&order), shop.stock(&tea)), ("Placed".to_owned(), 5));

    open.clock.advance(DAY + Duration::from_secs(60));
    open.settled();
    assert_eq!((shop.status(&order), shop.stock(&tea)), ("Cancelled".to_owned(), 8));
    assert_eq!(shop.get("/admin/orders?status=Cancelled").json()[0]["id"], json!(order));
    assert_eq!(shop.status(&paid), "Released", "its timer is cancelled");

    // What comes too late is owed, and changes nothing.
    shop.pay("transfer 3", &order, 1_250);
    open.clock.advance(30 * DAY);
    open.settled();
    assert_eq!((shop.status(&order), shop.stock(&tea)), ("Cancelled".to_owned(), 8));
    let deeds = shop.get("/admin/audit").json();
    let cents = |deed: &serde_json::Value| deed["event"]["Owed"]["cents"].as_u64();
    let owed: Vec<_> = deeds.as_array().unwrap().iter().filter_map(cents).collect();
    assert_eq!(owed, [1_250, 100]);
    assert_eq!(open.views.processes()[0].parked, 0);
}

#[test]
fn an_order_that_costs_nothing_is_released_without_a_payment() {
    let open = Open::new();
    let shop = &open.client;
    let sample = shop.product("Sample", 0, 10);
    let order = shop.order(&shop.customer_with("ann@example.org", &sample, 1)).id();
    open.settled();
    assert_eq!(shop.status(&order), "Released");
    open.clock.advance(30 * DAY);
    open.settled();
    assert_eq!(shop.status(&order), "Released");
}
