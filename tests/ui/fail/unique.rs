use eventsourcing::Apply;
use eventsourcing::prelude::*;

#[derive(Aggregate)]
#[aggregate(name = "bank.account")]
struct Reserved {
    root: Root<Self>,
}

#[derive(Aggregate)]
struct OnTheRoot {
    #[aggregate(unique)]
    root: Root<Self>,
}

#[derive(Aggregate)]
struct Misspelt {
    root: Root<Self>,
    #[aggregate(uniqe)]
    email: String,
    #[aggregate(unique, unique)]
    phone: String,
    #[aggregate(unique = email)]
    other: String,
    #[aggregate(unique(case))]
    third: String,
}

#[derive(Aggregate)]
struct Names {
    root: Root<Self>,
    #[aggregate(unique = "code")]
    old_code: u32,
    #[aggregate(unique)]
    code: u32,
    #[aggregate(unique = "a.b")]
    dotted: u32,
    #[aggregate(unique = "")]
    empty: u32,
}

#[derive(Aggregate)]
struct Changing {
    root: Root<Self>,
    #[aggregate(unique, interior_mutable)]
    cached: std::sync::OnceLock<String>,
}

// A mistake is one message: the constant is there.
fn find(names: &eventsourcing::blocking::Repository<Names>) {
    let _ = names.find_by(Names::CODE, 1_u32);
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

apply!(Reserved OnTheRoot Misspelt Names Changing);

fn main() {}
