use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Borrowing<'a> {
    root: Root<Self>,
    owner: &'a str,
}

#[events]
impl<'a> Borrowing<'a> {
    #[event(Made)]
    fn make() -> Self {
        Self { root: Root::new(), owner: "" }
    }
}

fn main() {}
