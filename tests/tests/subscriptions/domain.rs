//! A shop with orders and customers, and where its subscriptions are kept.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use eventsourcing::prelude::*;
use eventsourcing::subscription::{Batch, Delivered, Subscription, Subscriptions};
use pollster::block_on;
use tempfile::TempDir;
use uuid::Uuid;

#[derive(Aggregate)]
pub(crate) struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub(crate) fn place(number: u32, note: &str) -> Self {
        let _ = (number, note);
        Self { root: Root::new() }
    }

    #[event(Paid)]
    pub(crate) fn pay(&mut self, number: u32) {
        let _ = number;
    }
}

#[derive(Aggregate)]
pub(crate) struct Customer {
    root: Root<Self>,
}

#[events]
impl Customer {
    #[event(Registered)]
    pub(crate) fn register() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub(crate) struct Shop {
    pub(crate) orders: Repository<Order>,
    pub(crate) customers: Repository<Customer>,
}

/// An aggregate that the shop does not keep.
#[derive(Aggregate)]
pub(crate) struct Stranger {
    root: Root<Self>,
}

#[events]
impl Stranger {
    #[event(Came)]
    pub(crate) fn come() -> Self {
        Self { root: Root::new() }
    }
}

/// An aggregate of which an older release stored several items in one event.
#[derive(Aggregate)]
pub(crate) struct Basket {
    root: Root<Self>,
}

#[events]
impl Basket {
    #[event(Filled, version = 2)]
    pub(crate) fn fill(item: &str) -> Self {
        let _ = item;
        Self { root: Root::new() }
    }

    #[upcast(Filled, from = 1)]
    fn filled_v1(items: Vec<String>) -> Vec<BasketEvent> {
        items.into_iter().map(|item| BasketEvent::Filled { item }).collect()
    }
}

/// A time that is long enough for whatever should happen, and short enough for a test that hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) fn shop() -> Shop {
    Shop::new(MemoryStore::new())
}

/// Places orders of these numbers, each in a commit of its own.
pub(crate) fn place(shop: &Shop, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        shop.orders.blocking().save(&mut Order::place(number, "")).unwrap();
    }
}

/// Runs a test with subscriptions in memory, and in a folder.
pub(crate) fn in_each(test: impl Fn(Subscriptions)) {
    test(Subscriptions::memory());
    let folder = TempDir::new().unwrap();
    test(Subscriptions::sqlite(folder.path().join("views")));
}

pub(crate) type Orders = Subscription<OrderEvent, Id<Order>>;

/// Opens the subscription of this name to the orders, from the beginning, in small batches.
pub(crate) fn open(shop: &Shop, name: &str, kept: &Subscriptions) -> Orders {
    block_on(shop.subscribe(name).of::<Order>().batch_size(3).try_open(kept)).unwrap()
}

pub(crate) fn next<E: Send + 'static, I: 'static>(subscription: &mut Subscription<E, I>) -> Batch<E, I> {
    block_on(subscription.next()).unwrap().unwrap()
}

pub(crate) fn positions<E, I>(batch: &Batch<E, I>) -> Vec<u64> {
    batch.iter().map(|event| event.position.get()).collect()
}

pub(crate) fn keys<E, I>(batch: &Batch<E, I>) -> Vec<Uuid> {
    batch.iter().map(Delivered::key).collect()
}

/// Polls a future once, and says that it is still waiting.
pub(crate) fn is_pending<T: Debug>(future: &mut (impl Future<Output = T> + Unpin)) -> bool {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    std::pin::Pin::new(future).poll(&mut context).is_pending()
}
