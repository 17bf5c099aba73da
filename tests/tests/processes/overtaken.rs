//! A timer is being fired while another runner sets one that was due before it.

use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use eventsourcing::prelude::*;
use eventsourcing::testing::TestClock;
use pollster::block_on;

use crate::shop::{DAY, Order, OrderEvent};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Writes what has happened to an order.
#[derive(Aggregate)]
struct Diary {
    root: Root<Self>,
    order: Id<Order>,
}

#[events]
impl Diary {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()), order }
    }

    #[event(Wrote)]
    fn write(&mut self, what: String) {}
}

#[derive(Application)]
struct Desk {
    orders: Repository<Order>,
    diaries: Repository<Diary>,
    /// A set of another runner, which is to react before the first reaction to `late` is stored.
    #[application(default)]
    other: Arc<Mutex<Option<Views>>>,
}

#[process(app = Desk, ignore(OrderEvent::Touched, OrderEvent::Cancelled))]
impl Diary {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<Desk>) -> Self {
        cx.timer("late", UNIX_EPOCH + 5 * DAY);
        Self::begin(at.id())
    }

    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, cx: &mut Reaction<Desk>) {
        cx.timer("early", UNIX_EPOCH + 3 * DAY);
        self.write("released".to_owned());
    }

    #[timer("early")]
    fn early(&mut self) {
        self.write("early".to_owned());
    }

    #[timer("late")]
    async fn late(&mut self, cx: &mut Reaction<'_, Desk>) -> Result<(), eventsourcing::Error> {
        let other = cx.app().other.lock().map_or(None, |mut other| other.take());
        if let Some(other) = other {
            cx.app().orders.update(self.order, Order::release).await?;
            other.settled().await?;
        }
        self.write("late".to_owned());
        Ok(())
    }
}

#[test]
fn the_one_that_is_due_first_is_fired_first() -> Tested {
    block_on(async {
        let store = MemoryStore::new();
        let desk = Arc::new(Desk::new(store.clone()));
        let (clock, slow_clock) = (TestClock::at(UNIX_EPOCH), TestClock::at(UNIX_EPOCH));
        let views = Views::memory().with_process_of::<Diary>(Arc::clone(&desk)).clock(clock.clone());
        let other_desk = Arc::new(Desk::new(store));
        let other = Views::memory().with_process_of::<Diary>(Arc::clone(&other_desk)).clock(slow_clock);
        let (running, other_running) = (desk.run(&views)?, other_desk.run(&other)?);
        let mut order = Order::place();
        desk.orders.save(&mut order).await?;
        views.settled().await?;
        *desk.other.lock().unwrap() = Some(other);
        clock.advance(10 * DAY);
        views.settled().await?;
        let history = desk.diaries.history(order.id().as_uuid().into()).await?;
        let wrote = ["released", "early", "late"].map(|what| DiaryEvent::Wrote { what: what.to_owned() });
        assert_eq!(history.into_iter().skip(1).map(|recorded| recorded.event).collect::<Vec<_>>(), wrote);
        assert_eq!((views.processes()[0].timers, views.processes()[0].next_due), (0, None));
        running.stop().await;
        other_running.stop().await;
        Ok(())
    })
}
