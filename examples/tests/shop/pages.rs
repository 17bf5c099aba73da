//! What a browser is shown, and what its forms send.

use crate::client::{Answer, Client, Open};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// Sends a form, and goes where the answer leads.
fn send(shop: &Client, path: &str, form: &str) -> Answer {
    let answer = shop.post_with(path, form, &[BROWSER, ("content-type", "application/x-www-form-urlencoded")]);
    assert_eq!(answer.status, 303, "{answer:?}");
    show(shop, &answer.location)
}

fn show(shop: &Client, path: &str) -> Answer {
    let page = shop.get_with(path, &[BROWSER]);
    assert!(page.status == 200 && page.kind.starts_with("text/html"), "{path}: {page:?}");
    assert!(page.text.contains("<meta name=\"viewport\"") && !page.text.contains("<script"), "{page:?}");
    page
}

fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn a_customer_buys_and_an_admin_sees_it_by_pages_alone() {
    let open = Open::new();
    let shop = &open.client;
    let offered = send(shop, "/products", "name=Tea+%3Cgreen%3E&price=450&stock=10").text;
    assert!(offered.contains("Tea &#60;green&#62;"), "{offered}");

    let ann = send(shop, "/customers", "name=Ann&email=ann%40example.org").text;
    assert!(ann.contains("Hello, Ann") && ann.contains("10 in stock") && !ann.contains("<green>"), "{ann}");
    let place = part(&ann, "action=\"", "/cart\"");
    let tea = part(&ann, "name=\"product\" value=\"", "\"");
    let cart = send(shop, &format!("{place}/cart"), &format!("product={tea}&pieces=2")).text;
    assert!(cart.contains("value=\"2\"") && cart.contains("€ 9.00"), "{cart}");
    let order = send(shop, &format!("{place}/orders"), "").text;
    assert!(order.contains("2 × Tea") && order.contains("To be paid by"), "{order}");
    open.settled();
    let list = show(shop, &format!("{place}/orders")).text;
    let order = part(&list, "href=\"/orders/", "\"");
    assert!(show(shop, "/admin/orders").text.contains(order));

    shop.pay("transfer 1", order, 900);
    open.settled();
    let sent = send(shop, &format!("/orders/{order}/shipment"), "").text;
    assert!(sent.contains(">Shipped</span>"), "{sent}");
    open.settled();
    assert!(show(shop, "/admin/orders?status=Shipped").text.contains(order));
    assert!(show(shop, "/admin/revenue").text.contains("€ 9.00"));
    let audit = show(shop, "/admin/audit").text;
    assert!(audit.contains("<strong>Payment Received</strong> by payment provider"), "{audit}");
    let trace = show(shop, &format!("/orders/{order}/trace")).text;
    assert!(trace.contains("Settlement Awaited") && trace.contains("aria-level=\"2\""), "{trace}");
    let signed_in = shop.get_with("/customers?email=ANN%40example.org", &[BROWSER]);
    assert_eq!((signed_in.status, signed_in.location.as_str()), (303, place));
    assert_eq!(shop.get("/").location, "/products");
    assert!(show(shop, "/products").text.contains("Register"));
}
