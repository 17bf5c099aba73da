//! The rules of the shop: what can happen to each thing in it. Nothing here knows of HTTP, of views or that events are stored.

mod customer;
mod order;
mod payment;
mod product;
mod refused;
mod text;

pub(crate) use self::customer::Customer;
pub(crate) use self::order::{Order, OrderEvent, Status};
pub(crate) use self::payment::{Payment, PaymentEvent};
pub(crate) use self::product::{Product, ProductEvent};
pub(crate) use self::refused::Refused;
pub(crate) use self::text::{Email, Name};
