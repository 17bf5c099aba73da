//! How long a stop takes.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use eventsourcing::error::{ProcessError, ProcessStop, StoreErrorKind};
use eventsourcing::prelude::*;
use eventsourcing::process::{Clock as _, ProcessState, SystemClock};
use eventsourcing_tests::{Answer, Faulty};
use pollster::block_on;

use crate::shop::{Does, Invoice, Order, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// What has begun is waited for no longer than this.
const WITHIN: Duration = Duration::from_millis(300);

/// What is interrupted at once takes no longer.
const AT_ONCE: Duration = Duration::from_millis(600);

/// A shop with an order that was paid, whose process has its own store.
async fn paid(store: &Faulty) -> Result<(Arc<Shop>, Id<Order>, Views), Box<dyn std::error::Error>> {
    let shop = Arc::new(Shop::new(store.clone()));
    let mut order = Order::place();
    shop.orders.save(&mut order).await?;
    shop.invoices.save(&mut Invoice::pay(order.id())).await?;
    let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop)).stop_within(WITHIN);
    Ok((shop, order.id(), views))
}

pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(2));
    }
}

fn stops(running: eventsourcing::runner::Running) -> Duration {
    let begun = Instant::now();
    running.stop_blocking();
    begun.elapsed()
}

/// That another runner does once what was not done.
async fn assert_done_by_another(shop: &Arc<Shop>, order: Id<Order>) -> Tested {
    let views = Views::memory().with_process_of::<Payment>(Arc::clone(shop));
    let running = shop.run(&views)?;
    views.caught_up_within(Duration::from_secs(20)).await?;
    running.stop().await;
    assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
    assert_eq!(shop.orders.history(order).await?.len(), 2);
    Ok(())
}

#[test]
fn a_handler_that_does_not_end_is_dropped_and_made_again() -> Tested {
    block_on(async {
        let (shop, order, views) = paid(&Faulty::default()).await?;
        shop.outside.next.lock().unwrap().push_back(Does::Hangs);
        let running = shop.run(&views)?;
        wait_until(|| !shop.outside.keys.lock().unwrap().is_empty());
        let took = stops(running);
        assert!(took >= WITHIN && took < WITHIN + Duration::from_millis(600), "{took:?}");
        assert_done_by_another(&shop, order).await
    })
}

/// Also where no thread is theirs: so what a handler does outside is not done again.
#[test]
fn a_signal_lets_reactions_end_that_have_begun() -> Tested {
    block_on(async {
        let (shop, order, views) = paid(&Faulty::default()).await?;
        shop.outside.next.lock().unwrap().push_back(Does::Lingers);
        let outside = shop.outside.clone();
        let has_begun = async move {
            while outside.keys.lock().unwrap().is_empty() {
                SystemClock.sleep_until(SystemTime::now() + Duration::from_millis(1)).await;
            }
        };
        shop.drive_until(&views, has_begun).await?;
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 1);
        assert_done_by_another(&shop, order).await?;
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 1);
        Ok(())
    })
}

#[test]
fn a_signal_does_not_let_them_go_on_without_end() -> Tested {
    block_on(async {
        let (shop, order, views) = paid(&Faulty::default()).await?;
        shop.outside.next.lock().unwrap().push_back(Does::Hangs);
        let begun = Instant::now();
        let in_time = async { SystemClock.sleep_until(SystemTime::now() + WITHIN).await };
        shop.drive_until(&views, in_time).await?;
        let took = begun.elapsed();
        assert!(took >= WITHIN * 2 && took < WITHIN * 2 + AT_ONCE, "{took:?}");
        assert_done_by_another(&shop, order).await
    })
}

#[test]
fn a_commit_that_is_never_answered_is_dropped() -> Tested {
    for answer in [Answer::NothingComes, Answer::NeverComes] {
        block_on(async {
            let store = Faulty::default();
            let (shop, order, views) = paid(&store).await?;
            store.next(answer);
            let before = store.commits().len();
            let running = shop.run(&views)?;
            wait_until(|| store.commits().len() > before);
            let took = stops(running);
            assert!(took < WITHIN + Duration::from_millis(600), "{answer:?} {took:?}");
            assert_done_by_another(&shop, order).await
        })?;
    }
    Ok(())
}

#[test]
fn a_pause_after_a_failure_of_the_store_ends_at_once() -> Tested {
    for kind in [StoreErrorKind::Unavailable, StoreErrorKind::OutcomeUnknown] {
        block_on(async {
            let store = Faulty::default();
            let (shop, order, views) = paid(&store).await?;
            for _ in 0..10_000 {
                store.next(Answer::Fails(kind));
            }
            let before = store.commits().len();
            let running = shop.run(views.stop_within(Duration::from_secs(60)))?;
            // The pauses are then of a second and more.
            wait_until(|| store.commits().len() > before + 7);
            let took = stops(running);
            assert!(took < AT_ONCE, "{kind:?} {took:?}");
            store.forget_answers();
            assert_done_by_another(&shop, order).await
        })?;
    }
    Ok(())
}

#[test]
fn a_store_that_cannot_be_read_at_the_beginning_does_not_keep_it() -> Tested {
    block_on(async {
        let store = Faulty::default();
        let (shop, order, views) = paid(&store).await?;
        store.fail_reads(true);
        let running = shop.run(&views)?;
        wait_until(|| matches!(views.processes()[0].state, ProcessState::Retrying { .. }));
        let took = stops(running);
        assert!(took < AT_ONCE, "{took:?}");
        store.fail_reads(false);
        assert_done_by_another(&shop, order).await
    })
}

/// Neither at the beginning, nor later.
#[test]
fn a_store_that_does_not_answer_what_is_read_of_the_log_does_not_keep_it() -> Tested {
    block_on(async {
        let store = Faulty::default();
        let (shop, order, views) = paid(&store).await?;
        store.hang_log(true);
        let running = shop.run(&views)?;
        thread::sleep(Duration::from_millis(50));
        let took = stops(running);
        assert!(took < AT_ONCE, "{took:?}");
        store.hang_log(false);
        let running = shop.run(&views)?;
        views.caught_up().await?;
        store.hang_log(true);
        shop.invoices.save(&mut Invoice::pay(order)).await?;
        thread::sleep(Duration::from_millis(50));
        let took = stops(running);
        // The checkpoint is read for no longer than what has begun is waited for.
        assert!(took < WITHIN + AT_ONCE, "{took:?}");
        store.hang_log(false);
        let running = shop.run(&views)?;
        views.caught_up().await?;
        running.stop().await;
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 2);
        Ok(())
    })
}

#[test]
fn one_that_has_nothing_to_keep_asks_a_store_that_does_not_answer_for_nothing() -> Tested {
    block_on(async {
        let store = Faulty::default();
        let (shop, _, views) = paid(&store).await?;
        let running = shop.run(views.clone().stop_within(Duration::from_secs(60)))?;
        views.settled().await?;
        // It keeps its checkpoint every 50 milliseconds.
        thread::sleep(Duration::from_millis(300));
        store.hang_log(true);
        let took = stops(running);
        assert!(took < AT_ONCE, "{took:?}");
        store.hang_log(false);
        Ok(())
    })
}

#[test]
fn one_that_stands_by_ends_at_once() -> Tested {
    block_on(async {
        let folder = tempfile::tempdir()?;
        let (shop, _, _) = paid(&Faulty::default()).await?;
        let views = || Ok::<_, eventsourcing::Error>(Views::sqlite(folder.path())?.with_process::<Payment>());
        let (first, second) = (views()?, views()?);
        let running = shop.run(&first)?;
        first.caught_up().await?;
        let other = shop.run(&second)?;
        thread::sleep(Duration::from_millis(100));
        assert!(matches!(second.processes()[0].state, ProcessState::Standby), "{:?}", second.processes());
        let took = stops(other);
        assert!(took < AT_ONCE, "{took:?}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn what_is_retried_stops_between_two_deliveries() -> Tested {
    block_on(async {
        let (shop, order, views) = paid(&Faulty::default()).await?;
        for _ in 0..19 {
            shop.invoices.save(&mut Invoice::pay(order)).await?;
        }
        shop.outside.next.lock().unwrap().push_back(Does::Fails);
        let views = views.stop_within(Duration::from_secs(60));
        let running = shop.run(&views)?;
        views.caught_up().await?;
        shop.outside.next.lock().unwrap().extend([Does::Lingers; 20]);
        let asking = views.clone();
        let asked = thread::spawn(move || block_on(asking.retry_instance::<Payment>(order)));
        wait_until(|| shop.outside.keys.lock().unwrap().len() == 2);
        let took = stops(running);
        assert!(took < AT_ONCE, "{took:?}");
        let answer = asked.join().unwrap();
        assert!(
            matches!(&answer, Err(ProcessError::Stopped { why, .. }) if matches!(**why, ProcessStop::NotRunning)),
            "{answer:?}"
        );
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 2);
        let running = shop.run(&views)?;
        assert!(views.retry_instance::<Payment>(order).await?);
        running.stop().await;
        assert_eq!(shop.payments.get(Id::from(order.as_uuid())).await?.paid, 20);
        Ok(())
    })
}

#[test]
fn a_handler_that_blocks_its_thread_is_not_waited_for_without_end() -> Tested {
    block_on(async {
        let (shop, order, views) = paid(&Faulty::default()).await?;
        shop.outside.next.lock().unwrap().push_back(Does::Blocks);
        let gate = shop.outside.gate.lock().unwrap();
        let running = shop.run(&views)?;
        wait_until(|| !shop.outside.keys.lock().unwrap().is_empty());
        let took = stops(running);
        assert!(took < WITHIN + Duration::from_secs(2), "{took:?}");
        assert!(shop.run(&views).is_err(), "its thread has not ended");
        drop(gate);
        wait_until(|| shop.run(&views).is_ok());
        assert_done_by_another(&shop, order).await
    })
}
