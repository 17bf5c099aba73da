//! Many customers, and too few pieces.

use std::thread;

use serde_json::json;

use crate::client::Open;

#[test]
fn of_50_customers_10_get_one_of_10_pieces() {
    let open = Open::new();
    let tea = open.client.product("Tea", 450, 10);
    let customers: Vec<_> =
        (0..50).map(|number| open.client.customer_with(&format!("c{number}@example.org"), &tea, 1)).collect();
    let race = |customer: String| {
        let client = open.client.clone();
        thread::spawn(move || client.order(&customer))
    };
    let racing: Vec<_> = customers.into_iter().map(race).collect();
    let answers: Vec<_> = racing.into_iter().map(|thread| thread.join().unwrap()).collect();
    let with = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(201), with(409)), (10, 40), "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(refused.json()["type"], "/problems/out-of-stock");
    }
    assert_eq!(open.client.stock(&tea), 0);
    open.settled();
    assert_eq!(open.client.get("/admin/orders?status=Placed").json().as_array().unwrap().len(), 10);
    assert_eq!(open.client.get("/products").json()[0]["stock"], json!(0));
}
