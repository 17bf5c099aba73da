use eventsourcing::prelude::*;

#[derive(Aggregate)]
struct Account {
    root: Root<Self>,
    balance: i64,
}

#[events]
impl Account {
    #[event(Opened)]
    fn open() -> Self {
        Self { root: Root::new(), balance: 0 }
    }

    #[event(Reset)]
    fn reset(&mut self) {
        self.root = fresh();
        if self.balance == 0 {
            self.root = fresh();
        }
    }
}

/// Whose field `root` is not the root.
#[derive(Aggregate)]
struct Tree {
    #[aggregate(root)]
    identity: Root<Self>,
    root: u8,
}

#[events]
impl Tree {
    #[event(Planted)]
    fn plant() -> Self {
        Self { identity: Root::new(), root: 0 }
    }

    #[event(Grown)]
    fn grow(&mut self, root: u8) {
        self.root = root;
    }
}

fn fresh<A>() -> Root<A> {
    Root::new()
}

fn main() {}
