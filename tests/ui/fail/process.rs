use eventsourcing::prelude::*;

#[derive(Aggregate)]
pub struct Order {
    root: Root<Self>,
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(total: u64) -> Self {
        Self { root: Root::new() }
    }

    #[event(Released)]
    pub fn release(&mut self) {}

    #[event(Shipped)]
    pub fn ship(&mut self) {}
}

#[event]
pub enum OtherEvent {
    Happened,
}

#[derive(Application)]
pub struct Shop {
    orders: Repository<Order>,
    both: Repository<BothTheOtherWay>,
}

#[derive(Aggregate)]
pub struct Options {
    root: Root<Self>,
}

#[events]
impl Options {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

/// The options, and what is handled or ignored twice.
#[process(apps = Shop, ignore(OrderEvent::Shipped, OrderEvent::Shipped, OrderEvent::Placed, OtherEvent::.., Released))]
impl Options {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }

    #[continues(OrderEvent::Placed, id = at.id())]
    fn placed_too(&mut self, at: &At<Order>) {}

    #[continues(OrderEvent::Released, id = at.id())]
    fn released(&mut self, at: &At<Order>) {}

    #[continues(OrderEvent::Released, id = at.id())]
    fn released_again(&mut self, at: &At<Order>) {}
}

#[derive(Aggregate)]
pub struct Marks {
    root: Root<Self>,
}

#[events]
impl Marks {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }

    #[event(Gone)]
    fn go(&mut self) {}
}

#[process(app = Shop, app = Shop, ignore(OrderEvent::..), name = "marks")]
impl Marks {
    #[starts]
    #[starts(id = at.id())]
    #[starts(Placed, id = at.id())]
    #[starts(OrderEvent::Placed)]
    #[starts(OrderEvent::Placed, key = at.id())]
    #[starts(OrderEvent::Placed, id = at.id(), id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }

    #[continues(OrderEvent::Released, id = at.id())]
    #[event(Released)]
    fn released(&mut self, at: &At<Order>) {}

    #[event(Shipped)]
    fn shipped(&mut self) {}

    #[on(OrderEvent::Shipped)]
    fn on(&mut self) {}

    #[cfg_attr(all(), continues(OrderEvent::Shipped, id = at.id()))]
    fn conditional(&mut self) {}
}

#[derive(Aggregate)]
pub struct Signatures {
    root: Root<Self>,
}

#[events]
impl Signatures {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

#[process(app = Shop)]
impl Signatures {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn with_self(&mut self, at: &At<Order>) {}

    #[starts(OrderEvent::Placed, id = total)]
    fn with_this(this: Option<Self>, total: u64) -> Self {
        Self::begin()
    }

    #[starts(OrderEvent::Placed, id = at.id())]
    fn returns_nothing(at: u64) {}

    #[continues(OrderEvent::Released, id = at.id())]
    async fn without_self(at: &At<Order>) {}

    #[continues(OrderEvent::Released, id = at.id())]
    fn shared(&self, cx: &mut Reaction<'_, Shop>, at: &At<Order>) {}

    #[continues(OrderEvent::Released, id = at.id())]
    fn this(this: Option<Self>) {}

    #[starts_or_continues(OrderEvent::Shipped, id = at.id())]
    fn without_this(at: &At<Order>) -> Self {
        Self::begin()
    }

    #[starts_or_continues(OrderEvent::Shipped, id = at.id())]
    fn self_or_not(&mut self, at: &At<Order>) {}

    #[starts_or_continues(OrderEvent::Shipped, id = at.id())]
    fn this_always(this: Self, at: &At<Order>) {}

    #[continues(OrderEvent::Released, id = at.id())]
    unsafe fn generic<T>(&mut self, reaction: &mut Reaction<'_, Shop>, amount: impl Clone, cx: Reaction<'_, Shop>) {}
}

#[derive(Aggregate)]
pub struct Timers {
    root: Root<Self>,
}

#[events]
impl Timers {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl Timers {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>, cx: &mut Reaction<'_, Shop>) -> Self {
        cx.timer("overdue", cx.now());
        cx.timer("overdeu", cx.now());
        cx.cancel("overdeu");
        cx.cancel("remind");
        Self::begin()
    }

    #[timer("overdue")]
    fn overdue(&mut self) {}

    #[timer("overdue")]
    fn overdue_again(&mut self) {}

    #[timer("overdue", retired)]
    fn overdue_before(&mut self) {}

    #[timer("remind")]
    fn remind(&mut self) {}
}

#[derive(Aggregate)]
pub struct BadTimers {
    root: Root<Self>,
}

#[events]
impl BadTimers {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

#[process(app = Shop, ignore(OrderEvent::..))]
impl BadTimers {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }

    #[timer]
    fn unnamed(&mut self) {}

    #[timer(OVERDUE)]
    fn by_constant(&mut self, cx: &Reaction<'_, Shop>) {}

    #[timer("a", "b")]
    fn of_two(&mut self, at: &At<Order>, total: u64) {}

    #[timer("c")]
    fn begins() -> Self {
        Self::begin()
    }

    #[timer("d")]
    fn reads(&self) {}
}

#[derive(Aggregate)]
pub struct NoHandlers {
    root: Root<Self>,
}

#[events]
impl NoHandlers {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }
}

#[process(app = Shop)]
impl NoHandlers {
    fn read(&self) {}
}

#[process(app = Shop)]
impl NoHandlers {
    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }
}

#[process(app = Shop)]
impl Default for NoHandlers {
    fn default() -> Self {
        unreachable!()
    }
}

#[process(app = Shop)]
struct NoBlock;

#[starts(OrderEvent::Placed, id = at.id())]
fn no_process() {}

#[derive(Aggregate)]
pub struct Both {
    root: Root<Self>,
}

#[process(app = Shop, ignore(OrderEvent::..))]
#[events]
impl Both {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }

    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }
}

#[derive(Aggregate)]
pub struct BothTheOtherWay {
    root: Root<Self>,
}

#[events]
#[process(app = Shop, ignore(OrderEvent::..))]
impl BothTheOtherWay {
    #[event(Begun)]
    fn begin() -> Self {
        Self { root: Root::new() }
    }

    #[starts(OrderEvent::Placed, id = at.id())]
    fn placed(at: &At<Order>) -> Self {
        Self::begin()
    }
}

fn main() {}
