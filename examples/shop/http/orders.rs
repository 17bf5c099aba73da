//! Orders, from the cart to the shipment.

use std::time::SystemTime;

use eventsourcing::process::InstanceOf as _;
use jiff::Timestamp;

use super::prelude::*;

/// A payment, as the payment provider reports it.
#[derive(Deserialize)]
pub(super) struct Receipt {
    reference: Name,
    order: Id<Order>,
    cents: u32,
}

pub(super) async fn of_customer(app: App, call: Call, Path(id): Path<Id<Customer>>, asked: Query<Asked>) -> Answer {
    let customer = app.shop.customers.get(id).await?;
    app.shows::<OrderRow>(&asked).await;
    let rows = app.views.query::<OrderRow>("customer = ?1 ORDER BY id DESC LIMIT 100", [id]).await?;
    Ok(call.answer(&rows, || pages::orders_of(&customer, &rows)))
}

pub(super) async fn one(app: App, call: Call, Path(id): Path<Id<Order>>) -> Answer {
    let (order, history) = (app.shop.orders.get(id).await?, app.shop.orders.history(id).await?);
    // The process begins soon after the order.
    let paid = app.shop.settlements.find(id.instance()).await?.map_or(0, |settlement| settlement.paid);
    Ok(call.show(&order, || pages::order(&order, paid, &history)))
}

/// Orders what is in the cart.
pub(super) async fn place(app: App, call: Call, Path(customer): Path<Id<Customer>>) -> Answer {
    let id = call.id();
    let order = match placed(&app, &call, id, customer).await {
        // It was placed before, and the cart is empty since.
        Err(error) => match call.commit() {
            Some(commit) if app.shop.find_commit(commit).await?.is_some() => app.shop.orders.get_at(id, 1).await?,
            _ => return Err(error.into()),
        },
        Ok(order) => order,
    };
    app.done(&call, StatusCode::CREATED, format!("/orders/{id}"), &order).await
}

async fn placed(app: &Server, call: &Call, id: Id<Order>, customer: Id<Customer>) -> Result<Order, Error> {
    let pay_by = Timestamp::try_from(SystemTime::now() + app.payment_within).map_err(Error::rejected)?;
    let (shop, options) = (&app.shop, call.options(&format!("customer {customer}")));
    let place = || async {
        let mut cart = shop.carts.get(Cart::of(customer)).await?;
        call.check(cart.version())?;
        let mut products = shop.products.get_many(cart.pieces.keys().copied()).await?;
        let mut order = Order::place(id, customer, &mut cart, &mut products, pay_by)?;
        shop.commit_with(options.clone(), (&mut products, &mut cart, &mut order)).await?;
        Ok(order)
    };
    shop.retry(place).await
}

pub(super) async fn ship(app: App, call: Call, Path(id): Path<Id<Order>>) -> Answer {
    app.change((&call, "admin"), (&app.shop.orders, id, format!("/orders/{id}")), Order::ship).await
}

/// Keeps a payment, once for each reference; what follows is done by the process.
pub(super) async fn pay(app: App, call: Call, Sent(Receipt { reference, order, cents }): Sent<Receipt>) -> Answer {
    app.shop.orders.get(order).await?;
    let mut payment = Payment::receive(&reference.to_string(), order, cents);
    match app.shop.payments.save_with(call.options("payment provider"), &mut payment).await {
        Err(error) if error.is_conflict() => payment = app.shop.payments.get(payment.id()).await?,
        saved => drop(saved?),
    }
    if (payment.order, payment.cents) != (order, cents) {
        return Err(Problem::new(StatusCode::CONFLICT, "the reference is that of another payment"));
    }
    app.done(&call, StatusCode::CREATED, format!("/orders/{order}"), &payment).await
}
