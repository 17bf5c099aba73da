//! What another runner does meanwhile.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use eventsourcing::error::ProcessStop;
use eventsourcing::prelude::*;
use eventsourcing::process::ProcessState;
use eventsourcing_tests::Faulty;
use pollster::block_on;
use rusqlite::Connection;

use crate::shop::{Does, Invoice, Order, Payment, Shop};
use crate::stop::wait_until;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// With checkpoints of their own, both runners make each delivery, and one stores it.
#[test]
fn what_another_has_parked_is_listed_when_a_runner_has_caught_up() -> Tested {
    block_on(async {
        let memory = MemoryStore::new();
        let (other, store) = (Arc::new(Shop::new(memory.clone())), Faulty::over(memory));
        let mut order = Order::place();
        other.orders.save(&mut order).await?;
        other.invoices.save(&mut Invoice::pay(order.id())).await?;
        let views = Views::memory().with_process_of::<Payment>(Arc::new(Shop::new(store.clone())));
        store.hang_streams(true);
        let running = views.run(store.clone())?;
        wait_until(|| views.processes()[0].in_flight == 1);
        store.hang_log(true);
        let mut caught_up = pin!(views.caught_up());
        let mut context = Context::from_waker(Waker::noop());
        assert!(caught_up.as_mut().poll(&mut context).is_pending());

        other.outside.next.lock().unwrap().push_back(Does::Fails);
        let of_other = Views::memory().with_process_of::<Payment>(Arc::clone(&other));
        let running_other = other.run(&of_other)?;
        of_other.caught_up().await?;
        running_other.stop().await;

        store.hang_streams(false);
        wait_until(|| views.processes()[0].checkpoint >= 2);
        assert!(caught_up.as_mut().poll(&mut context).is_pending(), "{:?}", views.parked_instances::<Payment>().await);
        store.hang_log(false);
        caught_up.await?;
        assert_eq!(views.parked_instances::<Payment>().await?.len(), 1);
        running.stop().await;
        Ok(())
    })
}

/// It does not go on without being asked to; and not as one that ends, which leaves out what meets a conflict.
#[test]
fn a_process_that_stops_has_stopped_also_where_another_has_taken_its_place_meanwhile() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let shop = Arc::new(Shop::new(MemoryStore::new()));
        let (mut slow, mut order) = (Order::place(), Order::place());
        shop.commit((&mut slow, &mut order)).await?;
        shop.invoices.save(&mut Invoice::pay(slow.id())).await?;
        for _ in 0..3 {
            shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        }
        shop.outside.next.lock().unwrap().extend([Does::Lingers, Does::Fails, Does::FailsStale]);
        let views = Views::sqlite(folder.path())?.with_process_of::<Payment>(Arc::clone(&shop));
        let views = views.stop_process_on_fault::<Payment>();
        let running = shop.run(&views)?;
        wait_until(|| shop.outside.keys.lock().unwrap().len() == 2);
        let file = folder.path().join("subscriptions.db");
        Connection::open(file)?.execute("UPDATE subscriptions SET token = NULL", ())?;
        wait_until(|| matches!(views.processes()[0].state, ProcessState::Stopped { .. }));
        let state = views.processes()[0].state.clone();
        assert!(
            matches!(&state, ProcessState::Stopped { why, .. } if matches!(**why, ProcessStop::Failed { .. })),
            "{state:?}"
        );
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 2);
        running.stop().await;
        shop.outside.next.lock().unwrap().clear();
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        assert_eq!(shop.payments.get(Id::from(order.id().as_uuid())).await?.paid, 3);
        Ok(())
    })
}
