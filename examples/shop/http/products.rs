//! Products: the list, and what an admin does to one.

use super::prelude::*;

#[derive(Deserialize)]
pub(super) struct Offer {
    name: Name,
    price: u32,
    #[serde(default)]
    stock: u32,
}

#[derive(Deserialize)]
pub(super) struct Price {
    price: u32,
}

#[derive(Deserialize)]
pub(super) struct Stock {
    pieces: u32,
}

pub(super) async fn front(app: App, call: Call) -> Answer {
    let rows = app.views.all::<ProductRow>().limit(100).await?;
    Ok(call.answer(&rows, || pages::front(&rows)))
}

pub(super) async fn list(app: App, call: Call, asked: Query<Asked>) -> Answer {
    app.shows::<ProductRow>(&asked).await;
    let rows = app.views.all::<ProductRow>().limit(100).await?;
    Ok(call.answer(&rows, || pages::products(&rows)))
}

pub(super) async fn one(app: App, call: Call, Path(id): Path<Id<Product>>) -> Answer {
    let product = app.shop.products.get(id).await?;
    Ok(call.show(&product, || pages::product(&product)))
}

pub(super) async fn offer(app: App, call: Call, Sent(offer): Sent<Offer>) -> Answer {
    let mut product = Product::offer(call.id(), offer.name, offer.price);
    if offer.stock > 0 {
        product.restock(offer.stock)?;
    }
    app.shop.products.save_with(call.options("admin"), &mut product).await?;
    app.done(&call, StatusCode::CREATED, format!("/products/{}", product.id()), &product).await
}

pub(super) async fn reprice(app: App, call: Call, Path(id): Path<Id<Product>>, sent: Sent<Price>) -> Answer {
    let reprice = |product: &mut Product| {
        product.reprice(sent.0.price);
        Ok(())
    };
    app.change((&call, "admin"), (&app.shop.products, id, format!("/products/{id}")), reprice).await
}

pub(super) async fn restock(app: App, call: Call, Path(id): Path<Id<Product>>, sent: Sent<Stock>) -> Answer {
    let restock = |product: &mut Product| product.restock(sent.0.pieces);
    app.change((&call, "admin"), (&app.shop.products, id, format!("/products/{id}")), restock).await
}
