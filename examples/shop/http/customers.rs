//! Customers and their carts. Who knows the id of a customer is taken for that customer: a shop of one's own looks for a session here.

use axum::response::Redirect;

use super::prelude::*;

#[derive(Deserialize)]
pub(super) struct Registration {
    name: Name,
    email: Email,
}

#[derive(Deserialize)]
pub(super) struct Find {
    email: Email,
}

#[derive(Deserialize)]
pub(super) struct Put {
    product: Id<Product>,
    pieces: u32,
}

pub(super) async fn find(app: App, Query(Find { email }): Query<Find>) -> Answer {
    let found = app.shop.customers.find_by(Customer::EMAIL, email).await?;
    let customer = found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "nobody has this e-mail address"))?;
    Ok(Redirect::to(&format!("/customers/{}", customer.id())).into_response())
}

pub(super) async fn register(app: App, call: Call, Sent(sent): Sent<Registration>) -> Answer {
    let mut customer = Customer::register(call.id(), sent.name, sent.email);
    let mut cart = Cart::open(customer.id());
    let options = call.options(&format!("customer {}", customer.id()));
    app.shop.commit_with(options, (&mut customer, &mut cart)).await?;
    app.done(&call, StatusCode::CREATED, format!("/customers/{}", customer.id()), &customer).await
}

pub(super) async fn one(app: App, call: Call, Path(id): Path<Id<Customer>>, asked: Query<Asked>) -> Answer {
    let (customer, cart) = (app.shop.customers.get(id).await?, app.shop.carts.get(Cart::of(id)).await?);
    app.shows::<ProductRow>(&asked).await;
    let rows = app.views.all::<ProductRow>().limit(100).await?;
    Ok(call.show(&customer, || pages::customer(&customer, &cart, &rows)))
}

pub(super) async fn cart(app: App, call: Call, Path(id): Path<Id<Customer>>) -> Answer {
    let (customer, cart) = (app.shop.customers.get(id).await?, app.shop.carts.get(Cart::of(id)).await?);
    Ok(call.show(&cart, || pages::customer(&customer, &cart, &[])))
}

/// Has so many pieces of a product in the cart.
pub(super) async fn put(app: App, call: Call, Path(id): Path<Id<Customer>>, Sent(sent): Sent<Put>) -> Answer {
    app.shop.products.get(sent.product).await?;
    let (actor, cart) = (format!("customer {id}"), (&app.shop.carts, Cart::of(id), format!("/customers/{id}")));
    app.change((&call, &actor), cart, |cart| cart.put(sent.product, sent.pieces)).await
}
