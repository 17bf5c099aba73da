//! Two aggregates under one name in one store.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use eventsourcing::prelude::*;
use eventsourcing::store::EventStore;

mod sales {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub(super) struct Order {
        root: Root<Self>,
    }

    #[events]
    impl Order {
        #[event(Placed)]
        fn place() -> Self {
            Self { root: Root::new() }
        }

        #[event(Paid)]
        fn pay(&mut self) {}
    }
}

mod warehouse {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub(super) struct Order {
        root: Root<Self>,
    }

    #[events]
    impl Order {
        #[event(Placed)]
        fn place() -> Self {
            Self { root: Root::new() }
        }

        #[event(Packed)]
        fn pack(&mut self) {}
    }
}

mod next_release {
    use eventsourcing::prelude::*;

    #[derive(Aggregate)]
    pub(super) struct Order {
        root: Root<Self>,
    }

    #[events(retired(Paid))]
    impl Order {
        #[event(Ordered, alias = "Placed", version = 2)]
        fn begin() -> Self {
            Self { root: Root::new() }
        }

        #[upcast(Ordered, from = 1)]
        fn placed() -> OrderEvent {
            OrderEvent::Ordered
        }

        #[event(Cancelled)]
        fn cancel(&mut self) {}
    }
}

const LEDGER: &str = "ledger";

#[derive(Aggregate)]
#[aggregate(name = LEDGER)]
struct Ledger<C: Send + Sync + 'static> {
    root: Root<Self>,
    of: PhantomData<fn() -> C>,
}

#[events]
impl<C: Send + Sync + 'static> Ledger<C> {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new(), of: PhantomData }
    }
}

fn store() -> Arc<dyn EventStore> {
    Arc::new(MemoryStore::new())
}

fn over<A: Aggregate>(store: &Arc<dyn EventStore>) -> Result<Repository<A>, String> {
    let repository = catch_unwind(AssertUnwindSafe(|| Repository::new(Arc::clone(store))));
    repository.map_err(|panic: Box<dyn Any + Send>| *panic.downcast::<String>().unwrap())
}

#[test]
fn two_aggregates_that_do_not_read_each_other_are_named() {
    let store = store();
    over::<sales::Order>(&store).unwrap();
    let clash = over::<warehouse::Order>(&store).unwrap_err();
    assert!(
        clash.contains("sales::Order` and `")
            && clash.contains("warehouse::Order` are both kept under the name `Order`")
            && clash.contains("#[aggregate(name = ..)]"),
        "{clash}"
    );
    // The first goes on, and nothing is stuck.
    over::<sales::Order>(&store).unwrap();
    over::<warehouse::Order>(&store).unwrap_err();
    over::<warehouse::Order>(&self::store()).unwrap();
}

/// Whatever handle on it a repository is made with.
#[test]
fn a_clone_of_a_store_is_the_same_store() {
    let store = MemoryStore::new();
    let _orders = Repository::<sales::Order>::new(store.clone());
    let others = catch_unwind(AssertUnwindSafe(|| Repository::<warehouse::Order>::new(store.clone())));
    assert!(others.is_err(), "each would be read as the other");
}

#[test]
fn two_instances_of_one_generic_aggregate_are_named() {
    let store = store();
    over::<Ledger<u8>>(&store).unwrap();
    over::<Ledger<u8>>(&store).unwrap();
    let clash = over::<Ledger<u16>>(&store).unwrap_err();
    assert!(clash.contains("Ledger<u8>` and `") && clash.contains("Ledger<u16>` are both"), "{clash}");
}

#[test]
fn a_release_and_the_next_share_a_store() {
    for order in [0, 1] {
        let store = store();
        if order == 0 {
            over::<sales::Order>(&store).unwrap();
            over::<next_release::Order>(&store).unwrap();
        } else {
            over::<next_release::Order>(&store).unwrap();
            over::<sales::Order>(&store).unwrap();
        }
    }
}

#[test]
fn an_application_shares_its_store_with_what_is_made_from_it() {
    #[derive(Application)]
    struct Shop {
        orders: Repository<sales::Order>,
    }
    let shop = Shop::new(MemoryStore::new());
    over::<warehouse::Order>(shop.orders.store()).unwrap_err();
}
