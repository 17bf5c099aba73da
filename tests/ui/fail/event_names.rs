use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new() }
    }

    #[event(Renamed, name = "Opened")]
    fn rename(&mut self, name: String) {}

    #[event(Closed, alias = "Renamed", alias = "Opened")]
    fn close(&mut self) {}

    #[event(Closed, name = "closed again")]
    fn close_again(&mut self) {}

    #[event]
    fn nameless(&mut self) {}

    #[event(name = "also nameless")]
    fn also_nameless(&mut self) {}

    #[event("literally nameless")]
    fn literally_nameless(&mut self) {}

    #[event(Repeated, alias = "Repeated", alias = "Once", alias = "Once")]
    fn repeated(&mut self) {}

    #[event(Empty, name = "")]
    fn empty(&mut self) {}

    #[event(Control, name = "a\nb")]
    fn control(&mut self) {}
}

fn main() {}
