//! What changes the tables: each is done within a transaction.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::Deserialize;
use uuid::Uuid;

use super::Failure;
use super::rows::{Customer, Line, Order, Product, all, one, order};
use crate::shop::domain::Status;

#[derive(Deserialize)]
pub(super) struct Offer {
    name: String,
    price: u32,
    #[serde(default)]
    stock: u32,
}

#[derive(Deserialize)]
pub(super) struct Registration {
    name: String,
    email: String,
}

#[derive(Deserialize)]
pub(super) struct Put {
    pub(super) product: Uuid,
    pub(super) pieces: u32,
}

#[derive(Deserialize)]
pub(super) struct Receipt {
    pub(super) order: Uuid,
    pub(super) cents: u64,
}

fn run(connection: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<usize, Failure> {
    Ok(connection.prepare_cached(sql)?.execute(parameters)?)
}

pub(super) fn offer(connection: &Connection, Offer { name, price, stock }: Offer) -> Result<Product, Failure> {
    let id = Uuid::now_v7();
    run(connection, "INSERT INTO products VALUES (?1, ?2, ?3, ?4, 1)", params![id, name, price, stock])?;
    Ok(Product { id, name, price, stock })
}

pub(super) fn register(connection: &Connection, sent: Registration) -> Result<Customer, Failure> {
    let (id, Registration { name, email }) = (Uuid::now_v7(), sent);
    let sql = "INSERT INTO customers VALUES (?1, ?2, ?3, ?4, 1)";
    run(connection, sql, params![id, name, email, email.to_lowercase()])?;
    Ok(Customer { id, name, email })
}

pub(super) fn put(connection: &Connection, customer: Uuid, put: &Put) -> Result<(), Failure> {
    if put.pieces == 0 {
        let sql = "DELETE FROM carts WHERE customer = ?1 AND product = ?2";
        run(connection, sql, params![customer, put.product])?;
    } else {
        let sql = "INSERT INTO carts VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET pieces = excluded.pieces";
        run(connection, sql, params![customer, put.product, put.pieces])?;
    }
    let sql = "UPDATE customers SET cart_version = cart_version + 1 WHERE id = ?1";
    if run(connection, sql, [customer])? == 0 { Err(Failure::NotFound) } else { Ok(()) }
}

/// Takes what is in the cart from the stock, and opens an order of it.
pub(super) fn place(connection: &Connection, customer: Uuid, pay_by: Timestamp) -> Result<Order, Failure> {
    let sql = "SELECT product, name, price, pieces FROM carts JOIN products ON id = product WHERE customer = ?1";
    let lines = all(connection, sql, [customer], |row| {
        Ok(Line { product: row.get(0)?, name: row.get(1)?, price: row.get(2)?, pieces: row.get(3)? })
    })?;
    if lines.is_empty() {
        return Err(Failure::Refused("there is nothing in the cart".to_owned()));
    }
    let (id, now) = (Uuid::now_v7(), Timestamp::now().as_microsecond());
    let total: u64 = lines.iter().map(Line::total).sum();
    let sql = "INSERT INTO orders VALUES (?1, ?2, 'Placed', ?3, ?4, ?5, 0, 1)";
    run(connection, sql, params![id, customer, now, pay_by.as_microsecond(), total])?;
    for (number, line) in lines.iter().enumerate() {
        let sql = "UPDATE products SET stock = stock - ?2, version = version + 1 WHERE id = ?1 AND stock >= ?2";
        if run(connection, sql, params![line.product, line.pieces])? == 0 {
            return Err(Failure::Refused(format!("too few of {} are left", line.name)));
        }
        let sql = "INSERT INTO order_lines VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        run(connection, sql, params![id, number, line.product, line.name, line.price, line.pieces])?;
    }
    step(connection, id, "Placed", Some(&format!("customer {customer}")))?;
    run(connection, "DELETE FROM carts WHERE customer = ?1", [customer])?;
    run(connection, "UPDATE customers SET cart_version = cart_version + 1 WHERE id = ?1", [customer])?;
    let status = Status::Placed;
    Ok(Order { id, customer, lines, total, pay_by, status, paid: 0, version: 1, steps: Vec::new() })
}

fn step(connection: &Connection, order: Uuid, status: &str, actor: Option<&str>) -> Result<(), Failure> {
    let sql = "INSERT INTO order_steps SELECT ?1, count(*), ?2, ?3, ?4 FROM order_steps WHERE order_id = ?1";
    run(connection, sql, params![order, status, actor, Timestamp::now().as_microsecond()])?;
    Ok(())
}

fn become_status(connection: &Connection, id: Uuid, status: &str, actor: Option<&str>) -> Result<(), Failure> {
    run(connection, "UPDATE orders SET status = ?2, version = version + 1 WHERE id = ?1", params![id, status])?;
    step(connection, id, status, actor)
}

pub(super) fn pay(connection: &Connection, Receipt { order: id, cents }: &Receipt) -> Result<(), Failure> {
    let sql = "UPDATE orders SET paid = paid + ?2 WHERE id = ?1 RETURNING status = 'Placed' AND paid >= total";
    if one(connection, sql, params![id, cents], |row| row.get(0))? {
        become_status(connection, *id, "Released", None)?;
    }
    Ok(())
}

pub(super) fn ship(connection: &Connection, id: Uuid) -> Result<Order, Failure> {
    if order(connection, id)?.status != Status::Released {
        return Err(Failure::Refused("it is not released".to_owned()));
    }
    become_status(connection, id, "Shipped", Some("admin"))?;
    order(connection, id)
}

/// Cancels what is not paid in time, and gives back what it has taken.
pub(super) fn cancel_overdue(connection: &Connection) -> Result<(), Failure> {
    let sql = "SELECT id FROM orders WHERE status = 'Placed' AND pay_by < ?1";
    for id in all(connection, sql, [Timestamp::now().as_microsecond()], |row| row.get::<_, Uuid>(0))? {
        for line in order(connection, id)?.lines {
            let sql = "UPDATE products SET stock = stock + ?2, version = version + 1 WHERE id = ?1";
            run(connection, sql, params![line.product, line.pieces])?;
        }
        become_status(connection, id, "Cancelled", None)?;
    }
    Ok(())
}
