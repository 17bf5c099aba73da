//! Random reading, acknowledging, dropping and opening again, against a model.

use eventsourcing::error::SubscriptionError;
use eventsourcing::prelude::*;
use eventsourcing::subscription::{Batch, Subscriptions};
use pollster::block_on;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::domain::{Customer, Order, OrderEvent, Orders, Shop, positions, shop};

#[derive(Clone, Debug)]
enum Step {
    Place(u8),
    Register,
    Next,
    /// Acknowledges a batch that was read, of whichever handle.
    Ack(prop::sample::Index),
    Forget(prop::sample::Index),
    Close,
    Open,
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        2 => (1..5_u8).prop_map(Step::Place),
        1 => Just(Step::Register),
        4 => Just(Step::Next),
        4 => index().prop_map(Step::Ack),
        2 => index().prop_map(Step::Forget),
        1 => Just(Step::Close),
        2 => Just(Step::Open),
    ]
}

type OrderBatch = Batch<OrderEvent, Id<Order>>;

/// What there is, and what should be.
struct World {
    shop: Shop,
    kept: Subscriptions,
    open: Option<Orders>,
    /// The batches that were not dropped, and by which opening each was read.
    batches: Vec<(u32, OrderBatch)>,
    opening: u32,
    /// The positions of all orders.
    orders: Vec<u64>,
    last: u64,
    acknowledged: u64,
}

impl World {
    fn new(kept: Subscriptions) -> Self {
        let (open, batches, orders) = (None, Vec::new(), Vec::new());
        Self { shop: shop(), kept, open, batches, opening: 0, orders, last: 0, acknowledged: 0 }
    }

    fn run(&mut self, step: &Step) {
        match step {
            Step::Place(count) => {
                crate::domain::place(&self.shop, 0..u32::from(*count));
                self.orders.extend((1..=u64::from(*count)).map(|number| self.last + number));
                self.last += u64::from(*count);
            }
            Step::Register => {
                self.shop.customers.blocking().save(&mut Customer::register()).unwrap();
                self.last += 1;
            }
            Step::Next => self.next(),
            Step::Ack(index) => self.ack(*index),
            Step::Forget(index) => {
                if !self.batches.is_empty() {
                    drop(self.batches.swap_remove(index.index(self.batches.len())));
                }
            }
            Step::Close => {
                if let Some(open) = self.open.take() {
                    block_on(open.close()).unwrap();
                    self.opening += 1;
                }
            }
            Step::Open => self.open(),
        }
    }

    fn next(&mut self) {
        let Some(open) = &mut self.open else { return };
        let expected: Vec<_> =
            self.orders.iter().copied().filter(|position| *position > self.acknowledged).take(3).collect();
        let batch = block_on(open.next()).unwrap();
        assert_eq!(batch.as_ref().map_or(Vec::new(), positions), expected);
        self.batches.extend(batch.map(|batch| (self.opening, batch)));
    }

    fn ack(&mut self, index: prop::sample::Index) {
        if self.batches.is_empty() {
            return;
        }
        let (opening, batch) = &self.batches[index.index(self.batches.len())];
        let acknowledged = block_on(batch.ack());
        if *opening == self.opening {
            acknowledged.unwrap();
            self.acknowledged = self.acknowledged.max(batch.position().get());
        } else {
            assert!(matches!(acknowledged, Err(SubscriptionError::Fenced { .. })), "{acknowledged:?}");
        }
    }

    fn open(&mut self) {
        let opened = self.shop.subscribe("orders").of::<Order>().batch_size(3).until_end().try_open(&self.kept);
        let opened = block_on(opened);
        if self.open.is_some() {
            assert!(matches!(opened, Err(SubscriptionError::Held { .. })), "{opened:?}");
            return;
        }
        let opened = opened.unwrap();
        assert_eq!(opened.position(), self.acknowledged);
        self.open = Some(opened);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_does_what_the_model_does(steps in prop::collection::vec(step(), 1..60), in_file: bool) {
        let folder = TempDir::new().unwrap();
        let kept = if in_file { Subscriptions::sqlite(folder.path()) } else { Subscriptions::memory() };
        let mut world = World::new(kept);
        for step in &steps {
            world.run(step);
        }
        world.batches.clear();
        world.open = None;
        // Whatever was done, what is left comes once, in order.
        let rest = world.shop.orders.blocking().subscribe("orders").until_end().open(&world.kept).unwrap();
        let mut seen = Vec::new();
        for batch in rest {
            let batch = batch.unwrap();
            seen.extend(batch.iter().map(|event| event.position.get()));
            batch.ack().unwrap();
        }
        let expected: Vec<_> = world.orders.into_iter().filter(|position| *position > world.acknowledged).collect();
        prop_assert_eq!(seen, expected);
    }
}
