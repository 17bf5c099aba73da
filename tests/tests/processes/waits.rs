//! How long processes are waited for.

use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::error::{ProcessError, ViewError};
use eventsourcing::prelude::*;
use pollster::block_on;

use crate::shop::{Does, Invoice, Order, OrderEvent, Payment, Shop};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A process that never ends what it has begun.
#[derive(Aggregate)]
struct Endless {
    root: Root<Self>,
}

#[events]
impl Endless {
    #[event(Begun)]
    fn begin(order: Id<Order>) -> Self {
        Self { root: Root::with_id(Id::from(order.as_uuid())) }
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Endless {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>) -> Self {
        pending::<()>().await;
        Self::begin(at.id())
    }
}

async fn paid() -> Result<Arc<Shop>, Box<dyn std::error::Error>> {
    let shop = Arc::new(Shop::new(MemoryStore::new()));
    let mut order = Order::place();
    shop.orders.save(&mut order).await?;
    shop.invoices.save(&mut Invoice::pay(order.id())).await?;
    Ok(shop)
}

#[test]
fn all_processes_together_are_waited_for_no_longer_than_the_time() -> Tested {
    const TIME: Duration = Duration::from_secs(1);
    let shop = block_on(paid())?;
    shop.outside.next.lock().unwrap().push_back(Does::Blocks);
    let views = Views::memory().stop_within(Duration::ZERO);
    let views = views.with_process_of::<Payment>(Arc::clone(&shop)).with_process::<Endless>();
    let gate = shop.outside.gate.lock().unwrap();
    let running = shop.run(&views)?;
    let begun = Instant::now();
    let waited = thread::scope(|scope| {
        let waited = scope.spawn(|| block_on(views.caught_up_within(TIME)));
        thread::sleep(TIME * 4 / 5);
        drop(gate);
        waited.join().unwrap()
    });
    let took = begun.elapsed();
    let Err(ViewError::Process(ProcessError::TimedOut { process, .. })) = waited else { panic!("{waited:?}") };
    assert_eq!(process, "Endless");
    assert!(took < TIME * 3 / 2, "{took:?}");
    drop(running);
    Ok(())
}

#[test]
fn a_time_may_be_as_long_as_there_is() -> Tested {
    block_on(async {
        let shop = paid().await?;
        let views = Views::memory().reaction_deadline(Duration::MAX).stop_within(Duration::MAX);
        let views = views.with_process_of::<Payment>(Arc::clone(&shop));
        let running = shop.run(&views)?;
        views.caught_up_within(Duration::MAX).await?;
        assert_eq!(shop.outside.keys.lock().unwrap().len(), 1);
        running.stop().await;
        Ok(())
    })
}
