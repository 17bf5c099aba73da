//! What the tables hold, as it is read and shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Params, Row};
use serde::Serialize;
use uuid::Uuid;

use super::Failure;
use crate::shop::domain::Status;

/// A time as the tables have it: microseconds since 1970.
pub(super) struct Time(pub(super) Timestamp);

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_microsecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}

/// A status as the tables have it: its name.
fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<Status> {
    let name = row.get_ref(column)?.as_str()?;
    Ok(match name {
        "Placed" => Status::Placed,
        "Released" => Status::Released,
        "Shipped" => Status::Shipped,
        _ => Status::Cancelled,
    })
}

#[derive(Serialize)]
pub(super) struct Product {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) price: u32,
    pub(super) stock: u32,
}

#[derive(Serialize)]
pub(super) struct Customer {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) email: String,
}

#[derive(Serialize)]
pub(super) struct Cart {
    pub(super) id: Uuid,
    pub(super) pieces: BTreeMap<Uuid, u32>,
}

/// An order in a list.
#[derive(Serialize)]
pub(super) struct OrderRow {
    pub(super) id: Uuid,
    pub(super) customer: Uuid,
    pub(super) status: String,
    pub(super) placed_at: Timestamp,
    pub(super) pay_by: Timestamp,
    pub(super) total: u64,
}

#[derive(Serialize)]
pub(super) struct Line {
    pub(super) product: Uuid,
    pub(super) name: String,
    pub(super) price: u32,
    pub(super) pieces: u32,
}

impl Line {
    pub(super) fn total(&self) -> u64 {
        u64::from(self.price) * u64::from(self.pieces)
    }
}

/// An order with all that its page shows.
#[derive(Serialize)]
pub(super) struct Order {
    pub(super) id: Uuid,
    pub(super) customer: Uuid,
    pub(super) lines: Vec<Line>,
    pub(super) total: u64,
    pub(super) pay_by: Timestamp,
    pub(super) status: Status,
    #[serde(skip)]
    pub(super) paid: u64,
    #[serde(skip)]
    pub(super) version: u64,
    #[serde(skip)]
    pub(super) steps: Vec<Step>,
}

pub(super) struct Step {
    pub(super) status: String,
    pub(super) actor: Option<String>,
    pub(super) at: Timestamp,
}

/// All rows of a query.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Failure> {
    let mut statement: CachedStatement<'_> = connection.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The one row of a query.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<T, Failure> {
    connection.prepare_cached(sql)?.query_row(parameters, row).optional()?.ok_or(Failure::NotFound)
}

pub(super) fn products(connection: &Connection) -> Result<Vec<Product>, Failure> {
    all(connection, "SELECT id, name, price, stock FROM products ORDER BY id LIMIT 100", (), |row| {
        Ok(Product { id: row.get(0)?, name: row.get(1)?, price: row.get(2)?, stock: row.get(3)? })
    })
}

pub(super) fn cart(connection: &Connection, customer: Uuid) -> Result<Cart, Failure> {
    let sql = "SELECT product, pieces FROM carts WHERE customer = ?1";
    let pieces = all(connection, sql, [customer], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Cart { id: customer, pieces: pieces.into_iter().collect() })
}

pub(super) fn orders_of(connection: &Connection, customer: Uuid) -> Result<Vec<OrderRow>, Failure> {
    let sql = "SELECT id, customer, status, placed_at, pay_by, total FROM orders WHERE customer = ?1 ORDER BY id DESC LIMIT 100";
    let orders = all(connection, sql, [customer], |row| {
        let (Time(placed_at), Time(pay_by)) = (row.get(3)?, row.get(4)?);
        let (id, customer, status, total) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(5)?);
        Ok(OrderRow { id, customer, status, placed_at, pay_by, total })
    })?;
    if orders.is_empty() {
        one(connection, "SELECT id FROM customers WHERE id = ?1", [customer], |row| row.get::<_, Uuid>(0))?;
    }
    Ok(orders)
}

pub(super) fn order(connection: &Connection, id: Uuid) -> Result<Order, Failure> {
    let sql = "SELECT id, customer, total, pay_by, status, paid, version FROM orders WHERE id = ?1";
    let mut order = one(connection, sql, [id], |row| {
        let (id, customer, total, Time(pay_by)) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let (status, paid, version) = (status(row, 4)?, row.get(5)?, row.get(6)?);
        Ok(Order { id, customer, lines: Vec::new(), total, pay_by, status, paid, version, steps: Vec::new() })
    })?;
    let sql = "SELECT product, name, price, pieces FROM order_lines WHERE order_id = ?1 ORDER BY number";
    order.lines = all(connection, sql, [id], |row| {
        Ok(Line { product: row.get(0)?, name: row.get(1)?, price: row.get(2)?, pieces: row.get(3)? })
    })?;
    let sql = "SELECT status, actor, at FROM order_steps WHERE order_id = ?1 ORDER BY number";
    order.steps = all(connection, sql, [id], |row| {
        let Time(at) = row.get(2)?;
        Ok(Step { status: row.get(0)?, actor: row.get(1)?, at })
    })?;
    Ok(order)
}
