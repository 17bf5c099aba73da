//! What does not end by itself.

use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::error::SettleError;
use eventsourcing::prelude::*;
use eventsourcing_tests::Faulty;
use pollster::block_on;

use crate::shop::Order;
use crate::waits::{Endless, Waits};

type Tested = Result<(), Box<dyn std::error::Error>>;

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
pub(super) struct Left {
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
pub(super) struct Court {
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
