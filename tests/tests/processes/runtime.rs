//! Handlers that need a runtime: on the one that polls them, and not on threads of the framework's own.

use std::future::ready;
use std::time::Duration;

use eventsourcing::error::{ProcessError, RunError, SettleError, ViewError};
use eventsourcing::prelude::*;

use crate::shop::{Order, OrderEvent};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Made after a pause of the runtime's.
#[derive(Aggregate)]
struct Slow {
    root: Root<Self>,
}

#[events]
impl Slow {
    #[event(Made)]
    fn make(order: Id<Order>) -> Self {
        Self { root: Root::with_id(order.as_uuid().into()) }
    }
}

#[derive(Application)]
struct Slowly {
    orders: Repository<Order>,
    slow: Repository<Slow>,
}

#[process(app = Slowly, ignore(OrderEvent::..))]
impl Slow {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>) -> Self {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Self::make(at.id())
    }
}

async fn ordered(slowly: &Slowly) -> Result<Id<Slow>, Box<dyn std::error::Error>> {
    let mut order = Order::place();
    slowly.orders.save(&mut order).await?;
    Ok(order.id().as_uuid().into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_may_use_the_runtime_that_drives_it() -> Tested {
    let folder = tempfile::tempdir()?;
    let of_files = Slowly::new(SqliteStore::open(folder.path().join("shop.db"))?);
    let places =
        [(Slowly::new(MemoryStore::new()), Views::memory()), (of_files, Views::sqlite(folder.path().join("views"))?)];
    for (slowly, views) in places {
        let views = views.with_process::<Slow>();
        let running = tokio::spawn(slowly.drive(&views));
        for _ in 0..3 {
            let slow = ordered(&slowly).await?;
            views.settled().await?;
            assert!(slowly.slow.contains(slow).await?);
        }
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        // Its place is free.
        let running = tokio::spawn(slowly.drive(views.clone()));
        views.settled().await?;
        running.abort();
    }
    Ok(())
}

#[tokio::test]
async fn a_runtime_of_one_thread_drives_them_too() -> Tested {
    let (slowly, views) = (Slowly::new(MemoryStore::new()), Views::memory().with_process::<Slow>());
    let slow = ordered(&slowly).await?;
    tokio::select! {
        ended = slowly.drive(&views) => panic!("{ended:?}"),
        settled = views.settled() => settled?,
    }
    assert!(slowly.slow.contains(slow).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_runtime_is_the_instance_is_parked_and_named() -> Tested {
    let (slowly, views) = (Slowly::new(MemoryStore::new()), Views::memory().with_process::<Slow>());
    let running = slowly.run(&views)?;
    let slow = ordered(&slowly).await?;
    let parked = views.settled().await.unwrap_err();
    assert!(parked.to_string().contains("the handler panicked: there is no reactor running"), "{parked}");
    let SettleError::ParkedInstance { instance, .. } = parked else { panic!("{parked}") };
    running.stop().await;

    let running = tokio::spawn(slowly.drive(&views));
    assert!(views.retry_instance::<Slow>(instance.id()).await?);
    views.settled().await?;
    assert!(slowly.slow.contains(slow).await?);
    running.abort();
    Ok(())
}

/// It begins at the call, and ends with the future: no one waits for what is never polled.
#[tokio::test]
async fn the_views_have_their_runner_as_long_as_there_is_the_future() -> Tested {
    let (slowly, views) = (Slowly::new(MemoryStore::new()), Views::memory().with_process::<Slow>());
    ordered(&slowly).await?;
    let driven = slowly.drive(&views);
    assert!(matches!(slowly.drive(&views).await, Err(RunError::AlreadyRunning)));
    assert!(matches!(slowly.run(&views), Err(RunError::AlreadyRunning)));
    let waited = views.caught_up_within(Duration::from_millis(20)).await;
    assert!(matches!(waited, Err(ViewError::Process(ProcessError::TimedOut { .. }))), "{waited:?}");
    drop(driven);
    let waited = views.caught_up().await;
    assert!(matches!(waited, Err(ViewError::Process(ProcessError::Stopped { .. }))), "{waited:?}");
    slowly.run(&views)?.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_signal_that_is_there_already_stops_them_at_once() -> Tested {
    let (slowly, views) = (Slowly::new(MemoryStore::new()), Views::memory().with_process::<Slow>());
    ordered(&slowly).await?;
    slowly.drive_until(&views, ready(())).await?;
    let waited = views.caught_up().await;
    assert!(matches!(waited, Err(ViewError::Process(ProcessError::Stopped { .. }))), "{waited:?}");
    Ok(())
}
