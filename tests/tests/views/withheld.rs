//! A new generation that is worse than the one that is shown, or held, is shown only by a call: until then, waiting for it ends with an error.

use std::time::Duration;

use eventsourcing::error::ViewError;
use eventsourcing::prelude::*;
use pollster::block_on;

use crate::domain::{Transfer, TransferEvent};

#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Sum")]
struct First {
    #[view(key)]
    id: Id<Transfer>,
    amount: u64,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl First {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        Self { id: at.id(), amount }
    }
}

/// The next release of it, which has a fault.
#[derive(View, Clone, Debug, PartialEq)]
#[view(name = "Sum")]
struct Second {
    #[view(key)]
    id: Id<Transfer>,
    amount: u64,
    twice: u64,
}

#[projection(version = 2, ignore(TransferEvent::..))]
impl Second {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        assert!(amount < 10, "too much");
        Self { id: at.id(), amount, twice: amount * 2 }
    }
}

#[test]
fn what_is_worse_is_waited_for_no_longer_and_is_shown_by_a_call() {
    crate::quietly(|| {
        let folder = tempfile::tempdir().unwrap();
        let store = MemoryStore::new();
        let transfers = Repository::<Transfer>::new(store.clone()).blocking();
        let (good, bad) = (&mut Transfer::make(0, 1, 5), &mut Transfer::make(0, 1, 50));
        transfers.save(good).unwrap();
        transfers.save(bad).unwrap();
        let views = Views::sqlite(folder.path()).unwrap().with::<First>();
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        running.stop_blocking();
        let views = Views::sqlite(folder.path()).unwrap().with::<Second>();
        let running = views.run(store.clone()).unwrap();
        let waited = block_on(views.caught_up_within(Duration::from_secs(30)));
        assert!(matches!(waited, Err(ViewError::NotShown { view: "Sum", .. })), "{waited:?}");
        assert!(views.status()[0].waits_for_swap, "{:?}", views.status());
        assert!(block_on(views.swap::<Second>()).unwrap());
        block_on(views.caught_up_within(Duration::from_secs(30))).unwrap();
        assert_eq!(block_on(views.get::<Second>(good.id())).unwrap().map(|row| row.twice), Some(10));
        assert!(!views.status()[0].waits_for_swap);
        running.stop_blocking();
    });
}

/// A runner that shares its thread with the caller looks at nothing between the two calls.
#[test]
fn what_a_call_has_shown_is_waited_for_before_the_runner_has_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let transfer = &mut Transfer::make(0, 1, 5);
    Repository::<Transfer>::new(store.clone()).blocking().save(transfer).unwrap();
    let views = Views::sqlite(folder.path()).unwrap().with::<First>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    let views = Views::sqlite(folder.path()).unwrap().with::<Second>().hold_swaps();
    let work = async {
        let waited = views.caught_up().await;
        assert!(matches!(waited, Err(ViewError::NotShown { .. })), "{waited:?}");
        assert!(views.swap::<Second>().await.unwrap());
        views.caught_up().await.unwrap();
    };
    block_on(async {
        tokio::select! { biased; ended = views.drive(store) => ended.unwrap(), () = work => {} }
    });
    assert_eq!(block_on(views.get::<Second>(transfer.id())).unwrap().map(|row| row.twice), Some(10));
}

#[test]
fn who_stands_by_waits_no_longer_than_the_runner_for_what_is_shown_only_by_a_call() {
    crate::quietly(|| {
        for holds_swaps in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let store = MemoryStore::new();
            // The second release parks it.
            let transfer = &mut Transfer::make(0, 1, 50);
            Repository::<Transfer>::new(store.clone()).blocking().save(transfer).unwrap();
            let views = Views::sqlite(folder.path()).unwrap().with::<First>();
            let running = views.run(store.clone()).unwrap();
            block_on(views.caught_up()).unwrap();
            running.stop_blocking();
            let [first, second] = [(); 2].map(|()| {
                let views = Views::sqlite(folder.path()).unwrap().with::<Second>();
                if holds_swaps { views.hold_swaps() } else { views }
            });
            let _running = [&first, &second].map(|views| {
                let running = views.run(store.clone()).unwrap();
                let waited = block_on(views.caught_up_within(Duration::from_secs(30)));
                assert!(matches!(waited, Err(ViewError::NotShown { view: "Sum", .. })), "{holds_swaps}: {waited:?}");
                running
            });
            assert_eq!(second.status()[0].waits_for_swap, holds_swaps, "{:?}", second.status());
            assert!(block_on(second.swap::<Second>()).unwrap());
            for views in [&first, &second] {
                block_on(views.caught_up_within(Duration::from_secs(30))).unwrap();
            }
        }
    });
}
