//! A web shop: its rules, what follows an order, what is shown, and all of it over HTTP.

pub(crate) mod domain;
mod http;
pub(crate) mod pages;
mod settlement;
mod views;

use std::path::Path;

use eventsourcing::error::OpenError;
use eventsourcing::prelude::*;

use self::domain::{Customer, Order, Payment, Product};
pub(crate) use self::http::Server;
use self::settlement::Settlement;
use self::views::{DayRow, OrderRow, ProductRow};

/// The application: its repositories, over one store.
#[derive(Application)]
pub(crate) struct Shop {
    pub(crate) products: Repository<Product>,
    pub(crate) customers: Repository<Customer>,
    pub(crate) orders: Repository<Order>,
    pub(crate) payments: Repository<Payment>,
    pub(crate) settlements: Repository<Settlement>,
}

/// What is kept up to date beside the store.
pub(crate) fn views(folder: &Path) -> Result<Views, OpenError> {
    let views = Views::sqlite(folder)?.with::<ProductRow>().with::<OrderRow>().with::<DayRow>();
    Ok(views.with_process::<Settlement>())
}
