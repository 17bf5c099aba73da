use eventsourcing::Apply;
use eventsourcing::prelude::*;

#[derive(Aggregate)]
#[aggregate(nam = "account", name = "a", name = "b", version = 2)]
struct Account {
    #[aggregate(rot)]
    root: Root<Self>,
}

#[derive(Aggregate)]
#[aggregate(name = "")]
struct Nameless {
    root: Root<Self>,
}

#[derive(Aggregate)]
#[aggregate(crate = eventsourcing)]
struct Relative {
    root: Root<Self>,
}

#[derive(Aggregate)]
#[aggregate(crate = "::eventsourcing")]
struct Quoted {
    root: Root<Self>,
}

#[derive(Aggregate)]
#[aggregate(crate = super::framework)]
struct Above {
    root: Root<Self>,
}

// What is not asked for here is in order.
#[event]
enum NoEvent {
    Never,
}

macro_rules! apply {
    ($($ty:ty)*) => {$(
        impl Apply for $ty {
            type Event = NoEvent;

            fn create(_: NoEvent) -> Option<Self> {
                None
            }

            fn apply(&mut self, _: NoEvent) {}
        }
    )*};
}

apply!(Account Nameless Relative Quoted Above);

fn main() {}
