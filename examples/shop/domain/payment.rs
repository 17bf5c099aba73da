//! Money that came in.

use eventsourcing::prelude::*;

use super::Order;

/// A payment, as the payment provider reports it: named by the provider's reference, so that one that is reported twice is there once.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Payment {
    root: Root<Self>,
    pub(crate) order: Id<Order>,
    pub(crate) cents: u32,
}

#[events]
impl Payment {
    #[event(Received)]
    pub(crate) fn receive(reference: &str, order: Id<Order>, cents: u32) -> Self {
        Self { root: Root::named(reference), order, cents }
    }
}
