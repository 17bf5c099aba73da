//! Timers that fell due while no runner had the process, or in one step of the clock: they fire in the order in which they are due, as with a runner.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventsourcing::prelude::*;
use eventsourcing::testing::{ClockedStore, ProcessScenario, TestClock};
use pollster::block_on;

use crate::shop::{DAY, Order, OrderEvent};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Has an instalment due each ten days, until all is due at once.
#[derive(Aggregate)]
pub(crate) struct Loan {
    root: Root<Self>,
    instalments: u32,
}

#[events]
impl Loan {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()), instalments: 0 }
    }

    #[event(FellDue)]
    fn fall_due(&mut self, number: u32, on: SystemTime) {
        self.instalments = number;
    }

    #[event(CalledIn)]
    fn call_in(&mut self, after: u32) {}
}

#[derive(Application)]
pub(crate) struct Lender {
    orders: Repository<Order>,
    loans: Repository<Loan>,
}

#[process(app = Lender, ignore(OrderEvent::..))]
impl Loan {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<Lender>) -> Self {
        assert_eq!(cx.due(), None);
        cx.timer("instalment", UNIX_EPOCH + 10 * DAY);
        cx.timer("call in", UNIX_EPOCH + 35 * DAY);
        Self::begin(at.id())
    }

    #[timer("instalment")]
    fn instalment(&mut self, cx: &mut Reaction<Lender>) -> Result<(), String> {
        let due = cx.due().ok_or("it is a timer")?;
        let number = self.instalments + 1;
        self.fall_due(number, due);
        cx.timer("instalment", due + 10 * DAY);
        Ok(())
    }

    #[timer("call in")]
    fn all_at_once(&mut self, cx: &mut Reaction<Lender>) {
        self.call_in(self.instalments);
        cx.cancel("instalment");
    }
}

fn expected() -> Vec<LoanEvent> {
    let day = |day| UNIX_EPOCH + day * DAY;
    let fell_due = |(number, on)| LoanEvent::FellDue { number, on: day(on) };
    [(1, 10), (2, 20), (3, 30)].map(fell_due).into_iter().chain([LoanEvent::CalledIn { after: 3 }]).collect()
}

#[test]
fn of_a_scenario() {
    let id = Id::<Order>::new();
    let loan = Id::<Loan>::from(id.as_uuid());
    ProcessScenario::<Loan>::given([(id, OrderEvent::Placed)])
        .advance(100 * DAY)
        .then_commits(expected().into_iter().map(|event| (loan, event)));
}

/// Whether time goes by day by day or in one step, and whether the process runs meanwhile.
#[test]
fn of_a_program() -> Tested {
    for (days, is_down) in [(1, false), (100, false), (100, true), (33, true), (7, true)] {
        block_on(async {
            let clock = TestClock::at(UNIX_EPOCH);
            let lender = Lender::new(ClockedStore::new(MemoryStore::new(), clock.clone()));
            let views = || Views::memory().with_process::<Loan>().clock(clock.clone());
            let mut order = Order::place();
            lender.orders.save(&mut order).await?;
            let mut set = views();
            let mut running = lender.run(&set)?;
            set.settled().await?;
            for _ in (0..100).step_by(days) {
                if is_down {
                    running.stop().await;
                    set = views();
                    clock.advance(DAY * u32::try_from(days)?);
                    running = lender.run(&set)?;
                } else {
                    clock.advance(DAY * u32::try_from(days)?);
                }
                set.settled().await?;
            }
            running.stop().await;
            let history = lender.loans.history(order.id().as_uuid().into()).await?;
            let events: Vec<_> = history.into_iter().skip(1).map(|recorded| recorded.event).collect();
            assert_eq!(events, expected(), "{days} days at once, down meanwhile: {is_down}");
            Tested::Ok(())
        })?;
    }
    Ok(())
}

/// One step of the clock has the timers of each of many instances fire in the order in which they are due.
#[test]
fn of_many_instances() -> Tested {
    block_on(async {
        let clock = TestClock::at(UNIX_EPOCH);
        let lender = Lender::new(ClockedStore::new(MemoryStore::new(), clock.clone()));
        let views = Views::memory().with_process::<Loan>().clock(clock.clone());
        let running = lender.run(&views)?;
        let mut orders = Vec::new();
        for _ in 0..200 {
            let mut order = Order::place();
            lender.orders.save(&mut order).await?;
            orders.push(order.id());
        }
        views.settled().await?;
        clock.advance(Duration::from_secs(100 * 24 * 60 * 60));
        views.settled().await?;
        for order in orders {
            let history = lender.loans.history(order.as_uuid().into()).await?;
            let events: Vec<_> = history.into_iter().skip(1).map(|recorded| recorded.event).collect();
            assert_eq!(events, expected());
        }
        assert_eq!(views.processes()[0].timers, 0);
        running.stop().await;
        Ok(())
    })
}
