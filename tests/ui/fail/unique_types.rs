use eventsourcing::Apply;
use eventsourcing::prelude::*;

struct Email(String);

#[derive(Aggregate)]
struct Customer {
    root: Root<Self>,
    #[aggregate(unique)]
    email: Email,
    #[aggregate(unique)]
    balance: f64,
    #[aggregate(unique)]
    nested: Option<Option<String>>,
    #[aggregate(unique)]
    tags: Vec<String>,
}

#[derive(Aggregate)]
struct Other {
    root: Root<Self>,
    #[aggregate(unique)]
    number: u32,
}

fn of_another(others: &Repository<Other>) {
    let _ = others.find_by(Customer::BALANCE, 1.5);
}

fn not_unique(others: &Repository<Other>) {
    let _ = others.find_by(Other::ROOT, 1);
}

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

apply!(Customer Other);

fn main() {}
