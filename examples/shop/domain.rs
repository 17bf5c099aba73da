//! The rules of the shop: what can happen to each thing in it, and what is refused. Nothing here knows of HTTP, of views or that events are stored.

mod customer;
mod order;
mod payment;
mod product;
mod text;

pub(crate) use self::customer::Customer;
pub(crate) use self::order::{Order, OrderEvent, Status};
pub(crate) use self::payment::{Payment, PaymentEvent};
pub(crate) use self::product::{Product, ProductEvent};
pub(crate) use self::text::{Email, Name};

/// What a rule refuses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("{left} of {name} are left")]
    OutOfStock { name: Name, left: u64 },
    #[error("there is nothing in the cart")]
    EmptyCart,
    #[error("it is {is:?}, not {needed:?}")]
    WrongStatus { is: Status, needed: Status },
    #[error("it is at version {is} now")]
    Changed { is: u64 },
}
