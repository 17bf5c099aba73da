//! What is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use eventsourcing::error::{ProcessError, SettleError, ViewError};
use eventsourcing::prelude::*;
use pollster::block_on;

use super::endless::Left;
use super::hotel::{Booking, BookingEvent, Door, with_each};
use crate::shop::{DAY, Does, Invoice, Order, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn what_processes_store_is_reacted_to_and_shown() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let running = place.hotel.run(&views)?;
        for guest in ["alice", "bob", "carol"] {
            let room = place.book(guest).await?;
            views.settled().await?;
            assert!(place.has_begun(room).await?, "{guest}");
            assert_eq!(views.get::<Door>(room).await?.ok_or("it is there")?.guest, guest);
        }
        running.stop().await;
        Ok(())
    })
}

#[test]
fn timers_that_are_due_have_fired_and_others_do_not_count() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let running = place.hotel.run(&views)?;
        let mut rooms = Vec::new();
        for guest in 0..5 {
            rooms.push(place.book(&guest.to_string()).await?);
        }
        views.settled_within(Duration::from_secs(30)).await?;
        place.clock.advance(DAY / 10 * 9);
        views.settled_within(Duration::from_secs(30)).await?;
        for room in &rooms {
            assert_eq!(place.hotel.rooms.get(*room).await?.cleaned, 0);
        }
        place.clock.advance(DAY / 10);
        views.settled().await?;
        for room in rooms {
            assert_eq!(place.hotel.rooms.get(room).await?.cleaned, 1);
            assert!(views.get::<Door>(room).await?.ok_or("it is there")?.is_clean);
        }
        running.stop().await;
        Ok(())
    })
}

#[test]
fn what_fell_due_while_nobody_ran_is_waited_for() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let running = place.hotel.run(&views)?;
        let room = place.book("alice").await?;
        views.settled().await?;
        running.stop().await;
        place.clock.advance(2 * DAY);
        let running = place.hotel.run(&views)?;
        views.blocking().settled()?;
        assert_eq!(place.hotel.rooms.get(room).await?.cleaned, 1);
        running.stop().await;
        Ok(())
    })
}

#[test]
fn while_others_write_it_ends_only_after_all_that_they_had_written() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let running = place.hotel.run(&views)?;
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    block_on(place.hotel.bookings.save(&mut Booking::make("alice"))).unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            });
            // A writer that the system keeps waiting leaves it a moment.
            let timed_out = (0..50).find_map(|_| match views.blocking().settled_within(Duration::from_millis(200)) {
                Err(SettleError::TimedOut { began, head, .. }) => Some((began, head)),
                Err(error) => panic!("{error:?}"),
                Ok(()) => {
                    thread::sleep(Duration::from_millis(10));
                    None
                }
            });
            is_over.store(true, Ordering::SeqCst);
            let (began, head) = timed_out.expect("others write");
            assert!(head > began, "{began} {head}");
            writer.join().unwrap();
        });
        views.settled().await?;
        let mut bookings = 0;
        for booked in place.hotel.bookings.log().next_page().await? {
            assert!(matches!(booked.event.known(), Some(BookingEvent::Made { .. })));
            assert!(place.has_begun(Id::from(booked.stream.id())).await?);
            bookings += 1;
        }
        assert!(bookings > 5, "{bookings}");
        running.stop().await;
        Ok(())
    })
}

/// What waits for an instance is no event that is new.
#[test]
fn a_retry_that_runs_is_waited_for() -> Tested {
    block_on(async {
        let shop = Arc::new(Shop::new(MemoryStore::new()));
        let views = Views::memory().with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&views)?;
        let mut order = Order::place();
        shop.orders.save(&mut order).await?;
        shop.outside.next.lock().unwrap().extend([Does::Fails, Does::Lingers]);
        shop.invoices.save(&mut Invoice::pay(order.id())).await?;
        let parked = views.settled().await;
        assert!(matches!(parked, Err(SettleError::ParkedInstance { process: "Payment", .. })), "{parked:?}");
        thread::scope(|scope| {
            let retried = scope.spawn(|| block_on(views.retry_instance::<Payment>(order.id())));
            while shop.outside.keys.lock().unwrap().len() < 2 {
                thread::sleep(Duration::from_millis(1));
            }
            views.blocking().settled()?;
            assert_eq!(block_on(shop.orders.get(order.id()))?.state, "released");
            assert!(retried.join().unwrap()?);
            Ok::<_, Box<dyn std::error::Error>>(())
        })?;
        running.stop().await;
        Ok(())
    })
}

#[test]
fn who_does_not_run_is_an_error_at_once() -> Tested {
    with_each(async |place| {
        let views = place.views();
        let of_process = |waited| {
            let stopped = matches!(
                waited,
                Err(SettleError::View(ViewError::Process(ProcessError::Stopped { process: "Stay", .. })))
            );
            assert!(stopped, "{waited:?}");
        };
        of_process(views.settled().await);
        let running = place.hotel.run(&views)?;
        views.settled().await?;
        running.stop().await;
        of_process(views.settled_within(Duration::MAX).await);
        let of_view = Views::memory().with::<Door>().settled().await;
        assert!(matches!(of_view, Err(SettleError::View(ViewError::Stopped { .. }))), "{of_view:?}");
        Views::memory().settled().await?;
        Ok(())
    })
}

#[test]
fn a_process_that_stops_is_an_error() -> Tested {
    with_each(async |place| {
        place.hotel.unwelcome.lock().unwrap().push("bob".to_owned());
        let views = place.views().stop_process_on_fault::<super::hotel::Welcome>();
        let running = place.hotel.run(&views)?;
        place.book("bob").await?;
        let waited = views.settled().await;
        let Err(SettleError::View(ViewError::Process(ProcessError::Stopped { process, .. }))) = waited else {
            panic!("{waited:?}")
        };
        assert_eq!(process, "Welcome");
        running.stop().await;
        Ok(())
    })
}

/// It can be waited for in a task of a runtime.
#[test]
fn who_waits_may_be_sent() {
    fn is_send<T: Send>(_: &T) {}
    let views = Views::memory().with_process::<Left>();
    is_send(&views.settled());
    is_send(&views.settled_within(Duration::ZERO));
}
