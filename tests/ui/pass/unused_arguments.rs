//! What rustc says of an argument that a handler does not use is to be written: `_at`, `_cx`, `_this`.

#![deny(warnings)]

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(cents: u64) -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, View)]
pub struct Placed {
    #[view(key)]
    order: Id<Order>,
    cents: u64,
}

#[projection(version = 1)]
impl Placed {
    #[on(OrderEvent::Placed, key = at.id())]
    fn placed(_this: Option<Self>, _at: &At<Order>, cents: u64) -> Self {
        Self { order: Id::new(), cents }
    }
}

#[derive(Aggregate)]
pub struct Payment {
    root: Root<Self>,
}

#[events]
impl Payment {
    #[event(Begun)]
    fn begin(cents: u64) -> Self {
        Self { root: Root::new() }
    }
}

#[process(app = Shop)]
impl Payment {
    #[starts_or_continues(OrderEvent::Placed, id = at.id())]
    fn placed(_this: Option<Self>, _at: &At<Order>, cents: u64, cx: &mut Reaction<'_, Shop>) -> Self {
        cx.timer("late", cx.now());
        Self::begin(cents)
    }

    #[timer("late")]
    fn late(&mut self, _cx: &mut Reaction<'_, Shop>) {}
}

#[derive(Application)]
pub struct Shop {
    pub orders: Repository<Order>,
    pub payments: Repository<Payment>,
}

fn main() {}
