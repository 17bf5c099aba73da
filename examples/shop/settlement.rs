//! What follows an order: it waits for the payment, has the order released, or cancels it when its time is over.

use eventsourcing::Error;
use eventsourcing::prelude::*;
use eventsourcing::process::Reaction;
use jiff::Timestamp;

use super::Shop;
use super::domain::{Order, OrderEvent, Payment, PaymentEvent, Status};

/// How the payment of an order goes: an instance for each order, of the same UUID.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Settlement {
    root: Root<Self>,
    order: Id<Order>,
    pub(crate) paid: u64,
}

#[events]
impl Settlement {
    #[event(Awaited)]
    fn await_money(order: Id<Order>) -> Self {
        Self { root: Root::with_id(Id::from(order.as_uuid())), order, paid: 0 }
    }

    #[event(Received)]
    fn receive(&mut self, cents: u32) {
        self.paid = self.paid.saturating_add(cents.into());
    }

    /// Owes what was paid beyond what is due: it is to be sent back.
    fn owe_beyond(&mut self, due: u64) {
        if self.paid > due {
            self.owe(self.paid - due);
        }
    }

    #[event(Owed)]
    fn owe(&mut self, cents: u64) {
        self.paid -= cents;
    }
}

#[process(app = Shop, ignore(OrderEvent::Released, OrderEvent::Shipped, OrderEvent::Cancelled))]
impl Settlement {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>, total: u64, pay_by: Timestamp, cx: &mut Reaction<'_, Shop>) -> Result<Self, Error> {
        if total == 0 {
            cx.update(at.id(), Order::release).await?;
        } else {
            cx.timer("overdue", pay_by.try_into().map_err(Error::rejected)?);
        }
        Ok(Self::await_money(at.id()))
    }

    #[continues(PaymentEvent::Received, id = order)]
    async fn received(&mut self, order: Id<Order>, cents: u32, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
        self.receive(cents);
        let Order { status, total, .. } = *cx.get(order).await?;
        if status == Status::Placed && self.paid >= total {
            cx.cancel("overdue");
            cx.update(order, Order::release).await?;
        }
        self.owe_beyond(if status == Status::Cancelled { 0 } else { total });
        Ok(())
    }

    /// The order is cancelled, and what it has taken is in stock again.
    #[timer("overdue")]
    async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) -> Result<(), Error> {
        let order = self.order;
        for line in cx.update(order, Order::cancel).await? {
            cx.update(line.product, |product| product.give_back(line.pieces.into(), order)).await?;
        }
        self.owe_beyond(0);
        Ok(())
    }
}
