//! What is parked, where no runner is; and how much may be.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use eventsourcing::Position;
use eventsourcing::error::{ProcessError, ProcessStop, StoreError};
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing::store::{BoxFuture, EventStore};
use pollster::block_on;

use crate::shop::{Does, Invoice, Order, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A shop with orders that were paid, and a service that fails each time.
async fn paid(orders: usize) -> Result<(Arc<Shop>, Vec<Id<Order>>), Box<dyn std::error::Error>> {
    let shop = Arc::new(Shop::new(MemoryStore::new()));
    let mut ids = Vec::new();
    for _ in 0..orders {
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        ids.push(order.id());
    }
    shop.outside.next.lock().unwrap().extend(vec![Does::Fails; orders]);
    Ok((shop, ids))
}

#[test]
fn what_is_parked_is_listed_retried_and_dropped_without_a_runner() -> Tested {
    block_on(async {
        let (shop, orders) = paid(3).await?;
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&views)?;
        views.caught_up().await?;
        let listed = views.parked_instances::<Payment>().await?;
        assert_eq!(listed.len(), 3);
        running.stop().await;
        assert_eq!(views.parked_instances::<Payment>().await?, listed);

        let without = Views::memory().with_process::<Payment>();
        let unknown = without.parked_instances::<Payment>().await;
        assert!(matches!(unknown, Err(ProcessError::NoStore { .. })), "{unknown:?}");
        let without = without.over(Arc::clone(shop.orders.store()));
        assert_eq!(without.parked_instances::<Payment>().await?, listed);
        without.drop_instance::<Payment>(orders[0]).await?;

        let of_app = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        assert_eq!(of_app.parked_instances::<Payment>().await?.len(), 2);
        shop.outside.next.lock().unwrap().push_back(Does::Fails);
        assert!(!of_app.retry_instance::<Payment>(orders[1]).await?, "it fails again");
        assert!(of_app.retry_instance::<Payment>(orders[1]).await?);
        assert_eq!(of_app.blocking().parked_instances::<Payment>()?.len(), 1);
        let (dropped, made) = (Id::from(orders[0].as_uuid()), Id::from(orders[1].as_uuid()));
        assert_eq!((shop.payments.get(dropped).await?.paid, shop.payments.get(made).await?.paid), (0, 1));
        // A runner finds the same.
        let running = shop.run(&views)?;
        views.caught_up().await?;
        assert_eq!(views.parked_instances::<Payment>().await?.len(), 1);
        assert_eq!(shop.payments.get(made).await?.paid, 1);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn one_that_stands_by_lists_and_retries_what_the_other_has_parked() -> Tested {
    block_on(async {
        let (shop, orders) = paid(1).await?;
        let folder = tempfile::tempdir()?;
        let views = || {
            Ok::<_, eventsourcing::Error>(Views::sqlite(folder.path())?.with_process_of::<Payment>(Arc::clone(&shop)))
        };
        let (first, second) = (views()?, views()?);
        let running = shop.run(&first)?;
        first.caught_up().await?;
        let other = shop.run(&second)?;
        assert_eq!(second.parked_instances::<Payment>().await?.len(), 1);
        assert!(second.retry_instance::<Payment>(orders[0]).await?);
        first.caught_up().await?;
        assert!(first.parked_instances::<Payment>().await?.is_empty());
        other.stop().await;
        running.stop().await;
        Ok(())
    })
}

/// A store whose end is not seen by those who wait for it while it is shut.
#[derive(Clone, Debug, Default)]
struct Shut {
    inner: MemoryStore,
    is_shut: Arc<Mutex<(bool, Option<Waker>)>>,
}

impl Shut {
    fn set(&self, is_shut: bool) {
        let waker = std::mem::replace(&mut *self.is_shut.lock().unwrap(), (is_shut, None)).1;
        waker.into_iter().for_each(Waker::wake);
    }
}

impl EventStore for Shut {
    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move {
            let end = self.inner.wait_past(position).await;
            let is_open = |context: &mut Context<'_>| {
                let mut shut = self.is_shut.lock().unwrap();
                shut.1 = Some(context.waker().clone());
                if shut.0 { Poll::Pending } else { Poll::Ready(()) }
            };
            poll_fn(is_open).await;
            end
        })
    }

    eventsourcing_tests::forward!(inner: commit read_stream read_log list_streams head id limits snapshots turns);

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

#[test]
fn what_another_has_retried_or_dropped_first_is_listed_no_longer() -> Tested {
    block_on(async {
        let store = Shut::default();
        let shop = Arc::new(Shop::new(store.clone()));
        for drops in [false, true] {
            let mut order = Order::place();
            shop.orders.save(&mut order).await?;
            shop.outside.next.lock().unwrap().push_back(Does::Fails);
            shop.invoices.save(&mut Invoice::pay(order.id())).await?;
            let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
            let running = shop.run(&views)?;
            views.caught_up().await?;
            assert_eq!(views.parked_instances::<Payment>().await?.len(), 1);
            let other = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
            store.set(true);
            assert!(other.retry_instance::<Payment>(order.id()).await?);
            let opened = store.clone();
            let opens = thread::spawn(move || {
                thread::sleep(Duration::from_millis(50));
                opened.set(false);
            });
            if drops {
                views.drop_instance::<Payment>(order.id()).await?;
            } else {
                assert!(views.retry_instance::<Payment>(order.id()).await?);
            }
            assert!(views.parked_instances::<Payment>().await?.is_empty());
            opens.join().unwrap();
            running.stop().await;
        }
        Ok(())
    })
}

#[test]
fn more_parked_than_allowed_stop_the_process_which_goes_on_there() -> Tested {
    block_on(async {
        let (shop, orders) = paid(5).await?;
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop)).reactions_at_once(1);
        let views = views.park_instances_at_most(2);
        let running = shop.run(&views)?;
        let error = views.caught_up().await.unwrap_err();
        let ProcessState::Stopped { why, .. } = &views.processes()[0].state else { panic!("{error}") };
        assert!(matches!(**why, ProcessStop::TooManyParked { limit: 2, .. }), "{why:?}");
        assert!(why.to_string().contains("park_instances_at_most"), "{why}");
        assert_eq!(views.parked_instances::<Payment>().await?.len(), 2);
        running.stop().await;
        // The cause is corrected: the others are made, and what is parked is retried.
        shop.outside.next.lock().unwrap().clear();
        let running = shop.run(&views)?;
        views.caught_up().await?;
        for parked in views.parked_instances::<Payment>().await? {
            assert!(views.retry_instance::<Payment>(parked.instance).await?);
        }
        running.stop().await;
        for order in orders {
            assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
        }
        Ok(())
    })
}
