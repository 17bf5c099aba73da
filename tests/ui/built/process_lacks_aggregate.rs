//! A handler that reads or changes an aggregate which is not in its application. The compiler finds it when it makes code of the handler, and names the call.

use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Aggregate)]
pub struct Guest {
    root: Root<Self>,
}

#[events]
impl Guest {
    #[event(Arrived)]
    pub fn arrive() -> Self {
        Self { root: Root::new() }
    }

    #[event(Left)]
    pub fn leave(&mut self) {}
}

#[derive(Aggregate)]
pub struct Wait {
    root: Root<Self>,
}

#[events]
impl Wait {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

#[derive(Application)]
pub struct Shop {
    pub orders: Repository<Order>,
    pub waits: Repository<Wait>,
}

#[process(app = Shop)]
impl Wait {
    #[starts(OrderEvent::Placed, id = at.id())]
    async fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Result<Self, eventsourcing::Error> {
        let guest = Id::<Guest>::from(at.id().as_uuid());
        cx.update(guest, Guest::leave).await?;
        cx.get(guest).await?;
        cx.find(guest).await?;
        cx.create(Guest::arrive())?;
        cx.save(Guest::arrive())?;
        Ok(Self::begin())
    }
}

fn main() {
    let _ = Views::memory().with_process::<Wait>();
}
