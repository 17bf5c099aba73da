use eventsourcing::Apply;
use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct NoRoot {
    owner: String,
}

#[derive(Aggregate)]
struct OtherName {
    identity: Root<Self>,
}

#[derive(Aggregate)]
struct TwoMarked {
    #[aggregate(root)]
    one: Root<Self>,
    #[aggregate(root)]
    two: Root<Self>,
}

#[derive(Aggregate)]
struct TwoRoots {
    root: Root<Self>,
    other: Root<Self>,
}

#[derive(Aggregate)]
struct NotARoot {
    root: String,
}

mod elsewhere {
    pub struct Root<A>(std::marker::PhantomData<A>);
}

#[derive(Aggregate)]
#[aggregate(event = NoEvent)]
struct ElsewheresRoot {
    root: elsewhere::Root<Self>,
}

#[derive(Aggregate)]
struct RootOfAnother {
    root: Root<NoRoot>,
}

#[derive(Aggregate)]
struct PublicRoot {
    pub root: Root<Self>,
}

#[derive(Aggregate)]
struct RootOfTheCrate {
    pub(crate) root: Root<Self>,
}

#[derive(Aggregate)]
struct PrivateRoot {
    pub(self) root: Root<Self>,
}

#[derive(Aggregate)]
struct Tuple(Root<Self>);

#[derive(Aggregate)]
enum Either {
    One,
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

apply!(NoRoot OtherName TwoMarked TwoRoots NotARoot ElsewheresRoot RootOfAnother PublicRoot RootOfTheCrate PrivateRoot Tuple Either);

fn main() {}
