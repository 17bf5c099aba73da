//! What is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::error::{ProcessError, SettleError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing_tests::Faulty;
use pollster::block_on;

use super::hotel::{Booking, BookingEvent, Door, Place};
use crate::shop::{DAY, Does, Invoice, Order, Payment, Shop};
use crate::waits::{Endless, Waits};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn with_each(test: impl AsyncFn(Place) -> Tested) -> Tested {
    block_on(test(Place::memory()))?;
    block_on(test(Place::sqlite()))
}

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
        place.clock.advance(DAY - Duration::from_secs(1));
        views.settled_within(Duration::from_secs(30)).await?;
        for room in &rooms {
            assert_eq!(place.hotel.rooms.get(*room).await?.cleaned, 0);
        }
        place.clock.advance(Duration::from_secs(1));
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
            thread::sleep(Duration::from_millis(20));
            // A writer that the system keeps waiting leaves it a moment.
            let timed_out = (0..50).find_map(|_| match views.blocking().settled_within(Duration::from_millis(200)) {
                Err(SettleError::TimedOut { began, head, .. }) => Some((began, head)),
                _ => None,
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

#[derive(Aggregate)]
struct Ball {
    root: Root<Self>,
}

#[events]
impl Ball {
    #[event(Served)]
    fn serve() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
struct Left {
    root: Root<Self>,
}

#[events]
impl Left {
    #[event(Ready)]
    fn ready(id: Id<Left>) -> Self {
        Self { root: Root::with_id(id) }
    }

    #[event(Hit)]
    fn hit(&mut self) {}
}

#[derive(Aggregate)]
struct Right {
    root: Root<Self>,
}

#[events]
impl Right {
    #[event(Ready)]
    fn ready(id: Id<Right>) -> Self {
        Self { root: Root::with_id(id) }
    }

    #[event(Hit)]
    fn hit(&mut self) {}
}

#[derive(Application)]
struct Court {
    balls: Repository<Ball>,
    #[expect(dead_code, reason = "no one reads who plays")]
    left: Repository<Left>,
    #[expect(dead_code, reason = "no one reads who plays")]
    right: Repository<Right>,
}

#[process(app = Court, ignore(RightEvent::Ready))]
impl Left {
    #[starts(BallEvent::Served, id = at.id())]
    fn served(at: &At<Ball>) -> Self {
        let mut this = Self::ready(at.id().as_uuid().into());
        this.hit();
        this
    }

    #[continues(RightEvent::Hit, id = at.id())]
    fn returned(&mut self) {
        self.hit();
    }
}

#[process(app = Court, ignore(LeftEvent::Ready))]
impl Right {
    #[starts_or_continues(LeftEvent::Hit, id = at.id())]
    fn returned(this: Option<Self>, at: &At<Left>) -> Self {
        let mut this = this.unwrap_or_else(|| Self::ready(at.id().as_uuid().into()));
        this.hit();
        this
    }
}

#[test]
fn processes_that_react_to_each_other_without_end_time_out() -> Tested {
    block_on(async {
        let court = Court::new(MemoryStore::new());
        let views = Views::memory().with_process::<Left>().with_process::<Right>();
        let running = court.run(&views)?;
        views.settled().await?;
        court.balls.save(&mut Ball::serve()).await?;
        let time = Duration::from_millis(300);
        let begun = Instant::now();
        let waited = views.settled_within(time).await;
        assert!(begun.elapsed() < 10 * time, "{:?}", begun.elapsed());
        let Err(SettleError::TimedOut { waited, began, head, left, .. }) = waited else { panic!("{waited:?}") };
        assert!(waited == time && began >= 1 && head.get() > began.get() + 10, "{began} {head}: {left}");
        running.stop().await;
        Ok(())
    })
}

#[test]
fn a_reaction_that_never_ends_is_named() -> Tested {
    block_on(async {
        let endless = Waits::new(MemoryStore::new());
        let views = Views::memory().with_process::<Endless>().stop_within(Duration::ZERO);
        let running = endless.run(&views)?;
        endless.orders.save(&mut Order::place()).await?;
        while views.processes()[0].in_flight == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let Err(error) = views.settled_within(Duration::from_millis(50)).await else { panic!("it never ends") };
        assert!(error.to_string().ends_with(
            "the log went from position 1 to 1: the process `Endless` has reacted to what is stored up to position 0, and 1 of its reactions run"
        ), "{error}");
        assert!(matches!(eventsourcing::Error::from(error), eventsourcing::Error::Settle(_)));
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
fn a_store_that_fails_is_named() -> Tested {
    block_on(async {
        let store = Faulty::default();
        let court = Court::new(store.clone());
        let views = Views::memory().with_process::<Left>();
        let running = court.run(&views)?;
        views.settled().await?;
        store.fail_reads(true);
        court.balls.save(&mut Ball::serve()).await?;
        let Err(error) = views.settled_within(Duration::from_millis(300)).await else { panic!("it cannot read") };
        assert!(error.to_string().contains("it tries again what has failed: "), "{error}");
        store.fail_reads(false);
        views.settled().await?;
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
        let views = place.views().stop_on_fault::<super::hotel::Welcome>();
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
